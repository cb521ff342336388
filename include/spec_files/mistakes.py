"""Mistakes: every error of pydantic as one line that names file, line, field, what was expected and what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from include.spec_files.field_places import Path, Place, fields_named, find_place
from include.spec_files.spelling import hint, one_of
from include.spec_files.yaml_document import Lines

_EXPECTED = {
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
_NAMED_FIELD = re.compile(r"\s*(?P<path>[a-z_]+(?:\.[a-z_]+|\.\d+|\[\d+\])+)(?: \([a-z_]+\))?: (?P<rest>.+)", re.DOTALL)
_CHOICE = re.compile(r"(?P<given>'[^']*').* expected one of (?P<known>[\w, ]+)$", re.DOTALL)


def explain(error: ValidationError, document: dict[str, Any], text: str, file: str) -> list[str]:
    """Return one line for every mistake, in the order of the file.

    Parameters
    ----------
    error : ValidationError
        Of a :class:`~include.domain.spec.ModelSpec`.
    document : dict
        What the file says.
    text : str
        The file itself; lines are looked up in it.
    file : str
        How messages call the file.
    """
    placed = [(found, find_place(found["loc"], document)) for found in error.errors(include_url=False)]
    return point_out((_in_words(found, place) for found, place in _without_other_members(placed)), text, file)


def point_out(mistakes: Iterable[tuple[Path, str]], text: str, file: str) -> list[str]:
    """Return ``file:line: field: what is wrong`` for every path and sentence, in the order of the file."""
    lines = Lines(text)
    found = [(lines.of(path), _spelled(path), sentence) for path, sentence in mistakes]
    ordered = sorted(dict.fromkeys(found), key=lambda item: item[0])
    return [f"{file}:{line}: {field + ': ' if field else ''}{sentence}" for line, field, sentence in ordered]


def named_field(message: str) -> tuple[Path, str]:
    """Return the field that a message of another room starts with, and the rest of it; no path where it names none.

    Examples
    --------
    >>> named_field("training.estimator: no such class")
    (('training', 'estimator'), 'no such class')
    >>> named_field("cleaning.0 (trim): no such column")
    (('cleaning', 0), 'no such column')
    """
    match = _NAMED_FIELD.fullmatch(message)
    if match is None:
        return (), message
    steps = re.findall(r"[a-z_]+|\d+", match["path"])
    return tuple(int(step) if step.isdecimal() else step for step in steps), match["rest"]


def _spelled(path: Path) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _without_other_members(placed: list[tuple[Any, Place]]) -> list[tuple[Any, Place]]:
    """Keep, of the members of an untagged union, the one that the file seems to mean."""
    deep = {place.union for _, place in placed if place.union and place.deep}
    kept: list[tuple[Any, Place]] = []
    merged: set[tuple[str | int, ...] | None] = set()
    for found, place in placed:
        if place.union is None or place.deep:
            kept.append((found, place))
        elif place.union not in deep | merged:
            merged.add(place.union)
            kept.append(({**found, "type": "no_member"}, place))
    return kept


def _in_words(found: Any, place: Place) -> tuple[Path, str]:
    given, context = found["input"], found.get("ctx", {})
    match found["type"]:
        case "missing":
            return place.path, f"missing; expected {_description(place)}"
        case "extra_forbidden":
            return place.path, f"unknown field; {_right_name(place)}"
        case "literal_error":
            known = re.findall(r"'([^']*)'", context["expected"])
            return place.path, f"expected {one_of(known)}, got {_shown(given)}{_meant(given, known)}"
        case "union_tag_invalid":
            known = re.findall(r"'([^']*)'", context["expected_tags"])
            path = (*place.path, context["discriminator"].strip("'"))
            return path, f"{_shown(context['tag'])} is not known; {hint(str(context['tag']), known)}"
        case "union_tag_not_found":
            key = context["discriminator"].strip("'")
            return (*place.path, key), f"missing; every item says with {key} what it is"
        case "value_error":
            return _named_in(str(context["error"]), place)
        case "string_pattern_mismatch" | "no_member":
            return place.path, f"expected {_description(place)}, got {_shown(given)}"
        case kind:
            expected = _EXPECTED.get(kind) or found["msg"].replace("Input should be", "a value")
            return place.path, f"expected {expected}, got {_shown(given)}{_quotes(kind, given)}"


def _description(place: Place) -> str:
    if place.field is None or not place.field.description:
        return "a mapping" if place.field is not None else "a value"
    text = place.field.description
    return text if text[1:2].isupper() else text[0].lower() + text[1:]


def _right_name(place: Place) -> str:
    name = str(place.path[-1])
    elsewhere = next(fields_named(name), None)
    if elsewhere:
        return f"{name!r} belongs at {elsewhere}"
    return hint(name, place.record.model_fields if place.record else ())


def _named_in(message: str, place: Place) -> tuple[Path, str]:
    path, message = (place.path, message) if place.path else named_field(message)
    choice = _CHOICE.search(message)
    if choice:
        message += _meant(choice["given"].strip("'"), choice["known"].split(", "))
    return path, message


def _meant(given: Any, known: list[str]) -> str:
    text = hint(given, known, at_most=0) if isinstance(given, str) else ""
    return f"; {text}" if text.startswith("did") else ""


def _quotes(kind: str, given: Any) -> str:
    return ": put it into quotes" if kind == "string_type" and isinstance(given, bool | int | float) else ""


def _shown(given: Any) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    if given is None:
        return "nothing"
    if isinstance(given, dict | list | tuple):
        return "a mapping" if isinstance(given, dict) else "a list"
    text = repr(given)
    return text if len(text) <= 80 else f"{text[:77]}…'"
