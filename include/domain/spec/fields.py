"""Field types that several parts of a spec share."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_duration(value: Any) -> Any:
    """Turn ``90d``, ``12h``, ``30m``, ``45s`` or ``2w`` into a timedelta.

    Examples
    --------
    >>> parse_duration("90d")
    datetime.timedelta(days=90)
    """
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw])\s*", str(value))
    if not match:
        raise ValueError(f"expected a duration such as 45s, 30m, 12h, 90d or 2w, got {value!r}")
    try:
        return timedelta(**{_UNITS[match[2]]: float(match[1])})
    except OverflowError:
        raise ValueError(f"expected a duration that a calendar can hold, got {value!r}") from None


def format_duration(value: timedelta) -> str:
    """Return the shortest spelling that :func:`parse_duration` reads back.

    Examples
    --------
    >>> format_duration(timedelta(days=90))
    '90d'
    """
    seconds = value.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:.6f}".rstrip("0").rstrip(".") + "s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*[smhdw]\s*$", "examples": ["90d", "12h"]}),
]

ModelName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
ColumnName = Annotated[str, StringConstraints(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]


def _is_dotted(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", value):
        raise ValueError(f"expected a dotted import path such as sklearn.linear_model.Ridge, got {value!r}")
    return value


ImportPath = Annotated[str, AfterValidator(_is_dotted)]
