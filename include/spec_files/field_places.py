"""Places: from the location that pydantic reports to the field as the file writes it.

Pydantic's locations name the members of unions and the defaults that validators filled in. A person wrote neither, so
each location is walked through the types of the spec and through the document side by side.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import Tag
from pydantic.fields import FieldInfo

from include.domain.record import Record
from include.domain.spec import ModelSpec

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """Where a mistake is: the path in the file, and what the types say about it.

    Parameters
    ----------
    path : tuple of str or int
        Keys and positions as the file writes them.
    record : type of Record or None
        The record that the last step of the location belongs to.
    field : FieldInfo or None
        The field there, if the record has it.
    union : tuple or None
        Start of the location, up to an untagged union whose members pydantic tried one by one.
    deep : bool
        Whether pydantic got further than the choice of a member of that union.
    """

    path: Path
    record: type[Record] | None
    field: FieldInfo | None
    union: tuple[str | int, ...] | None
    deep: bool


def find_place(location: Sequence[str | int], document: Any) -> Place:
    """Walk a location of pydantic through types and document.

    Examples
    --------
    >>> find_place(("data", "source", "files", "paths", 0), {"data": {"source": [5]}}).path
    ('data', 'source', 0)
    """
    path: list[str | int] = []
    annotation: Any = ModelSpec
    value, record, field = document, None, None
    union, deep = None, False
    for i, step in enumerate(location):
        annotation = _bare(annotation)
        members = _members(annotation)
        if members:
            if not any(_tags(member) for member in members):
                union, deep = tuple(location[:i]), i + 1 < len(location)
            annotation = next((member for member in members if _answers(member, str(step))), Any)
            continue
        if step == "[key]":
            continue
        if _is_record(annotation):
            record, field = annotation, annotation.model_fields.get(str(step))
            annotation = field.annotation if field else Any
        else:
            annotation = _item(annotation)
        if _may_hold(value, step):
            path.append(step)
            value = value.get(step) if isinstance(value, dict) else value[int(step)]
    return Place(path=tuple(path), record=record, field=field, union=union, deep=deep)


def fields_named(name: str) -> Iterator[str]:
    """Yield every path in the spec at which a field of that name belongs.

    Examples
    --------
    >>> list(fields_named("label_delay"))
    ['data.label_delay']
    """
    yield from _fields_named(name, ModelSpec, "")


def _fields_named(name: str, record: type[Record], prefix: str) -> Iterator[str]:
    for field_name, field in record.model_fields.items():
        if field_name == name:
            yield f"{prefix}{field_name}"
        inner = _bare(field.annotation)
        if _is_record(inner):
            yield from _fields_named(name, inner, f"{prefix}{field_name}.")


def _bare(annotation: Any) -> Any:
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
            continue
        rest = [arg for arg in _union_args(annotation) if arg is not types.NoneType]
        if len(rest) != 1:
            return annotation
        annotation = rest[0]


def _union_args(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else ()


def _members(annotation: Any) -> list[Any]:
    return [arg for arg in _union_args(annotation) if arg is not types.NoneType]


def _tags(member: Any) -> set[str]:
    tags = {str(extra.tag) for extra in getattr(member, "__metadata__", ()) if isinstance(extra, Tag)}
    bare = _bare(member)
    if _is_record(bare):
        for name in ("do", "kind"):
            field = bare.model_fields.get(name)
            if field is not None and get_origin(field.annotation) is Literal:
                tags |= set(get_args(field.annotation))
    return tags


def _answers(member: Any, label: str) -> bool:
    if label in _tags(member):
        return True
    bare = _bare(member)
    name = getattr(get_origin(bare) or bare, "__name__", str(bare))
    return label.split("[", maxsplit=1)[0].lower() == name.lower()


def _is_record(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Record)


def _item(annotation: Any) -> Any:
    args = get_args(annotation)
    if get_origin(annotation) is dict:
        return args[1]
    return args[0] if get_origin(annotation) in (tuple, list) else Any


def _may_hold(value: Any, step: str | int) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and isinstance(step, int) and step < len(value))
