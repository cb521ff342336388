"""Cron lines, understood well enough to name the wrong field while the file is read, before a scheduler chokes."""

from __future__ import annotations

import re
from typing import NamedTuple

WORDS = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@quarterly", "@yearly", "@annually")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_ITEM = re.compile(r"(?P<first>\*|\?|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>\d+))?")
_WEEKDAY_OF_MONTH = re.compile(r"(?P<day>\w+)#[1-5]|l(?P<last>\w+)")


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()

    def knows(self, value: str) -> bool:
        return value in self.words or (value.isdecimal() and self.low <= int(value) <= self.high)


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31, ("l",)),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 7, _WEEKDAYS),
)


def check_cron(line: str) -> str:
    """Return the line if a scheduler can read it.

    Raises
    ------
    ValueError
        Naming the field and what was expected in it.

    Examples
    --------
    >>> check_cron("0 6 * * mon-fri")
    '0 6 * * mon-fri'
    >>> check_cron("0 25 * * *")
    Traceback (most recent call last):
    ValueError: cron line '0 25 * * *': '25' is no hour; expected 0 to 23, *, a range or a list
    """
    if line.startswith("@"):
        if line not in WORDS:
            raise ValueError(f"expected five cron fields or one of {', '.join(WORDS)}, got {line!r}")
        return line
    parts = line.lower().split()
    if len(parts) != len(_FIELDS):
        raise ValueError(f"expected five cron fields (minute hour day month weekday), got {line!r}")
    for field, part in zip(_FIELDS, parts, strict=True):
        for item in part.split(","):
            if not _is_understood(item, field):
                words = f" ({field.words[0]} to {field.words[-1]})" if len(field.words) > 1 else ""
                raise ValueError(
                    f"cron line {line!r}: {item!r} is no {field.name}; "
                    f"expected {field.low} to {field.high}{words}, *, a range or a list"
                )
    return line


def _is_understood(item: str, field: _Field) -> bool:
    special = _WEEKDAY_OF_MONTH.fullmatch(item) if field.name == "day of week" else None
    if special:
        return field.knows(special["day"] or special["last"])
    match = _ITEM.fullmatch(item)
    if not match or match["step"] == "0":
        return False
    if match["first"] in ("*", "?"):
        return match["last"] is None
    return field.knows(match["first"]) and (match["last"] is None or field.knows(match["last"]))
