"""Fields: one column of a contract, and how a value of JSON becomes a value of its type, or does not."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from include.data.column_types import EXACT_IN_DOUBLE

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
)
_WHOLE = 2**63


@dataclass(frozen=True)
class Field:
    """A raw column as a request may hold it.

    Parameters
    ----------
    name : str
    kind : str
        Canonical type under which cleaning sees it.
    required : bool
        Whether no row can be scored without it.
    may_be_null : bool
        Whether it was missing in rows that the model was trained on.
    example : object
        JSON; None if nothing is known.
    """

    name: str
    kind: str
    required: bool = True
    may_be_null: bool = True
    example: Any = None

    @property
    def expected(self) -> str:
        """What a value has to be, in words."""
        return f"{_EXPECTED[self.kind]}{' or null' if self.may_be_null else ''}"

    @property
    def read(self) -> Callable[[Any], Any]:
        """What makes a value of JSON one of the type; raises ValueError where that cannot be done."""
        return _READERS[self.kind]

    def as_schema(self) -> dict[str, Any]:
        """Return the JSON schema of a value."""
        kind, form = _SCHEMA[self.kind]
        schema: dict[str, Any] = {"type": [kind, "null"] if self.may_be_null else kind}
        if form:
            schema["format"] = form
        if self.example is not None:
            schema["examples"] = [self.example]
        return schema


def read_whole(value: Any) -> int:
    """Read a whole number of 64 bits; one that is written with a fraction of zero is one too.

    Examples
    --------
    >>> read_whole(3), read_whole(3.0)
    (3, 3)
    """
    if type(value) is float and value.is_integer() and abs(value) <= EXACT_IN_DOUBLE:
        return int(value)
    if type(value) is int and -_WHOLE <= value < _WHOLE:
        return value
    raise ValueError


def read_number(value: Any) -> float:
    """Read a number that a double can hold; minus zero is zero, as in every snapshot.

    Examples
    --------
    >>> read_number(-0.0), read_number(7)
    (0.0, 7.0)
    """
    if type(value) is int and not -(10**308) < value < 10**308:
        raise ValueError
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError
    return float(value) + 0.0


def read_text(value: Any) -> str | None:
    """Read text; the empty text says that nothing is known."""
    if type(value) is not str:
        raise ValueError
    return value or None


def read_truth(value: Any) -> bool:
    """Read a truth value."""
    if type(value) is not bool:
        raise ValueError
    return value


def read_moment(value: Any) -> str:
    """Read a day or moment as ISO 8601 writes it, and return it in UTC without a zone.

    Examples
    --------
    >>> read_moment("2026-11-24T10:00:00+02:00"), read_moment("2026-11-24")
    ('2026-11-24 08:00:00.000000', '2026-11-24 00:00:00.000000')
    """
    if type(value) is not str or _MOMENT.fullmatch(value) is None:
        raise ValueError
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment
    except OverflowError as error:
        raise ValueError from error
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


_READERS: dict[str, Callable[[Any], Any]] = {
    "BIGINT": read_whole,
    "DOUBLE": read_number,
    "VARCHAR": read_text,
    "BOOLEAN": read_truth,
    "DATE": read_moment,
    "TIMESTAMP": read_moment,
}
_EXPECTED = {
    "BIGINT": "a whole number",
    "DOUBLE": "a number",
    "VARCHAR": "text",
    "BOOLEAN": "true or false",
    "DATE": "a day or moment as ISO 8601 writes it",
    "TIMESTAMP": "a day or moment as ISO 8601 writes it",
}
_SCHEMA = {
    "BIGINT": ("integer", "int64"),
    "DOUBLE": ("number", "double"),
    "VARCHAR": ("string", ""),
    "BOOLEAN": ("boolean", ""),
    "DATE": ("string", "date-time"),
    "TIMESTAMP": ("string", "date-time"),
}
