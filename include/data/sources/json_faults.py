"""Faults of JSON lines: once reading has failed, the line and the key that made it fail."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from include.data.sources.places import SourceFile
from include.data.sources.staging import decoded

_SHOWN = 80


def broken_line(files: Sequence[SourceFile], encoding: str) -> str | None:
    """Return the first line that is no JSON object, in words, or None where all of them are."""
    for file in files:
        with decoded(file, encoding) as text:
            for number, line in enumerate(text, start=1):
                problem = _problem(line) if line.strip() else None
                if problem:
                    return f"{file.name} line {number}: {problem}"
    return None


def first_of(files: Sequence[SourceFile], encoding: str, column: str, values: Collection[str]) -> str:
    """Return where the first of some values of a column stands, with the value."""
    for where, value in _values(files, encoding, column):
        if value is not None and _text(value) in values:
            return f"{where}, column {column!r}: {_text(value)[:_SHOWN]!r}"
    return f"{files[0].name}, column {column!r}: {min(values, default='')[:_SHOWN]!r}"


def first_other_kind(files: Sequence[SourceFile], encoding: str, column: str) -> str:
    """Return where the first value stands that is of another kind than those before it."""
    before: str | None = None
    for where, value in _values(files, encoding, column):
        if value is None:
            continue
        kind = type(value).__name__
        if before is not None and kind != before:
            return f"{where}, column {column!r}: {_text(value)[:_SHOWN]!r}"
        before = kind
    return f"{files[0].name}, column {column!r}"


class _Number(str):
    """A number as it is spelled."""

    __slots__ = ()


def _values(files: Sequence[SourceFile], encoding: str, column: str) -> Iterator[tuple[str, Any]]:
    for file in files:
        with decoded(file, encoding) as text:
            for number, line in enumerate(text, start=1):
                if line.strip():
                    row = json.loads(line, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
                    yield f"{file.name} line {number}", row.get(column)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _problem(line: str) -> str | None:
    try:
        found = json.loads(line, object_pairs_hook=_once)
    except ValueError as error:
        return f"{error}, in {line.strip()[:_SHOWN]!r}"
    return None if isinstance(found, dict) else f"not an object, but {line.strip()[:_SHOWN]!r}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise ValueError(f"key {twice!r} stands there twice")
    return dict(pairs)
