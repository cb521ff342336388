"""Periods: how far apart the rows of a series are, and how far back it is worth looking from one of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

REGULAR = 0.9
"""Share of the steps from a row to its next that have to be one period; the others may be gaps of several."""

SEASONS_SEEN = 3
"""How often a season has to have passed in a typical series, before it is looked back at."""

_DAY = 86_400_000_000
_NAMES = {60_000_000: "minute", 3_600_000_000: "hour", _DAY: "day", 7 * _DAY: "week"}
_LAGS = {
    "hour": (1, 24, 168),
    "day": (1, 7),
    "week": (1, 52),
    "month": (1, 2, 12),
    "quarter": (1, 2, 4),
    "year": (1, 2),
}


@dataclass(frozen=True)
class Period:
    """The time from a row of a series to its next.

    Parameters
    ----------
    every : str
        As a cleaning step lag takes it.
    lags : tuple of int
        How many periods back it is worth looking, the last of them a season.
    """

    every: str
    lags: tuple[int, ...]

    @property
    def season(self) -> int:
        """How many periods ago it was last as it is now; 1 where there is no season."""
        return 1 if self.every == "year" else self.lags[-1]


def period_of(moments: pd.Series, series: NDArray[np.int64]) -> Period | None:
    """Find the period of some series; None where their rows do not follow each other at one.

    Parameters
    ----------
    moments : Series of datetime64[us, UTC], shape (n,)
    series : array of shape (n,)
        Number of the series of each row.
    """
    rows = pd.DataFrame({"moment": np.asarray(moments.dt.tz_convert(None)), "series": series}).dropna()
    rows = rows.sort_values(["series", "moment"])
    same = rows["series"].to_numpy()[1:] == rows["series"].to_numpy()[:-1]
    if not same.any():
        return None
    typical = int(rows["series"].value_counts().median())
    months = _step(rows["moment"].dt.year * 12 + rows["moment"].dt.month, same)
    if months and _is_monthly(rows["moment"]):
        name = {1: "month", 3: "quarter", 12: "year"}.get(months, f"{months} months")
        return Period(name, _fitting(_LAGS.get(name, (1,)), typical))
    fixed = _step(rows["moment"].astype("datetime64[us]").astype("int64"), same)
    return Period(_spelled(fixed), _fitting(_lags_of(fixed), typical)) if fixed else None


def _step(places: pd.Series, same: NDArray[np.bool_]) -> int:
    """Return the step by which places grow within a series; 0 where they do not grow by one step and gaps of it."""
    steps = np.diff(places.to_numpy())[same]
    found, counts = np.unique(steps, return_counts=True)
    usual = int(found[counts.argmax()])
    regular = usual > 0 and counts.max() >= REGULAR * len(steps) and not (steps % usual).any() and steps.min() > 0
    return usual if regular else 0


def _is_monthly(moments: pd.Series) -> bool:
    """Whether moments are one day of their months, or their last, at one time of the day."""
    one_time = (moments - moments.dt.normalize()).nunique() == 1
    return bool(one_time and (moments.dt.day.nunique() == 1 or moments.dt.is_month_end.all()))


def _spelled(fixed: int) -> str:
    if fixed in _NAMES:
        return _NAMES[fixed]
    for length, name in sorted(_NAMES.items(), reverse=True):
        if fixed % length == 0:
            return f"{fixed // length} {name}s"
    return ""


def _lags_of(fixed: int) -> tuple[int, ...]:
    if fixed in _NAMES and _NAMES[fixed] in _LAGS:
        return _LAGS[_NAMES[fixed]]
    a_day = _DAY // fixed
    return (1, a_day, 7 * a_day) if fixed < _DAY and _DAY % fixed == 0 else (1,)


def _fitting(lags: tuple[int, ...], typical: int) -> tuple[int, ...]:
    return (1, *(back for back in lags if back > 1 and back * SEASONS_SEEN <= typical))
