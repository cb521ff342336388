"""Codes: whole numbers that are names (a place, a vendor, a kind of payment) rather than amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from include.drafting.column import Column

_CODE = re.compile(
    r"(^|[_ -])(id|code|cd|type|kind|class|category|cat|zone|zip|postcode|plz|status|flag|group|region|state|country|"
    r"vendor|store|shop|branch|product|sku|item|season|sit|weathersit|weather)$|_id_",
    re.IGNORECASE,
)
_CODE_IN_CAMEL_CASE = re.compile(r"(?<=[a-z])(ID|Id|Code|Type|Kind)$")
_RANGES = {
    "hr": (0, 23),
    "hour": (0, 23),
    "dow": (0, 7),
    "weekday": (0, 7),
    "day_of_week": (0, 7),
    "week": (0, 53),
    "mnth": (1, 12),
    "month": (1, 12),
    "quarter": (1, 4),
    "doy": (1, 366),
    "day_of_year": (1, 366),
}
_CALENDAR = re.compile(rf"(^|[_ -])(?P<part>{'|'.join(_RANGES)})$", re.IGNORECASE)
_MOST_VALUES_TESTED = 60


def find_codes(columns: Iterable[Column], outcome: npt.NDArray[np.float64]) -> list[str]:
    """Choose the whole-number columns that are names.

    A column is one if its name says so, or if the target jumps up and down along its values: the groups then explain
    far more than a straight line does. Hours, weekdays and months stay numbers, which keeps their order.

    Parameters
    ----------
    columns : iterable of Column
    outcome : ndarray of shape (n,)
        The target, or 1 for the class to look for.

    Examples
    --------
    >>> from include.drafting.column import look_at
    >>> outcome = np.tile([5.0, 0.0, 9.0, 1.0], 100)
    >>> shop, pieces = pd.Series([1, 2, 3, 4] * 100, name="shop_nr"), pd.Series(outcome.astype(int), name="pieces")
    >>> find_codes([look_at(shop), look_at(pieces)], outcome)
    ['shop_nr']
    """
    return [column.name for column in columns if column.kind == "integer" and _is_code(column, outcome)]


def _is_code(column: Column, outcome: npt.NDArray[np.float64]) -> bool:
    if natural_range(column.name) or column.values.min() < 0:
        return False
    if _CODE.search(column.name) or _CODE_IN_CAMEL_CASE.search(column.name):
        return column.distinct <= max(0.1 * column.rows, 50)
    return 2 < column.distinct <= _MOST_VALUES_TESTED and _jumps(column.numbers, outcome)


def natural_range(name: str) -> tuple[int, int] | None:
    """Return the bounds of a part of the calendar, by the name of its column.

    Examples
    --------
    >>> natural_range("pickup_hour"), natural_range("fare_amount")
    ((0, 23), None)
    """
    match = _CALENDAR.search(name)
    return None if match is None else _RANGES[match["part"].lower()]


def _jumps(values: npt.NDArray[np.float64], outcome: npt.NDArray[np.float64]) -> bool:
    both = np.isfinite(values) & np.isfinite(outcome)
    if both.sum() < 200 or outcome[both].var() == 0:
        return False
    frame = pd.DataFrame({"value": values[both], "outcome": outcome[both]})
    line = frame["value"].corr(frame["outcome"]) ** 2
    groups = float(frame.groupby("value")["outcome"].transform("mean").var() / frame["outcome"].var())
    return bool(groups - line > 0.02 and groups > 4 * line)
