"""Arrivals: how many rows came in a window and how old the newest is, beside windows of the same length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.concerns import FRESHNESS, UNUSUAL_FRESHNESS, UNUSUAL_VOLUME, VOLUME
from include.domain.evidence import Evidence, Observation
from include.domain.monitored import MonitoredWindow
from include.domain.references import Window
from include.statistics.next_count import next_age_limit, next_count_limits

WINDOWS_AT_LEAST = 8
"""With fewer windows to compare with nobody knows what is usual."""

FALSE_ALARMS = 0.01
"""Probability of each of both alarms in a window, if rows arrive as they always did."""


_LENGTHS_APART = 0.11


@dataclass(frozen=True)
class Arrivals:
    """Rows of windows of one length.

    Parameters
    ----------
    counts : tuple of int
        Rows of each.
    ages : tuple of float
        Seconds from the newest event of each to its end; of those with a row.
    """

    counts: tuple[int, ...] = ()
    ages: tuple[float, ...] = ()

    def joined(self, other: Arrivals) -> Arrivals:
        """Return the windows of both."""
        return Arrivals((*self.counts, *other.counts), (*self.ages, *other.ages))


def moments_of(times: pd.Series) -> NDArray[np.float64]:
    """Return event times as seconds since 1970 in UTC; shape (n,), those that are missing left out."""
    known = pd.to_datetime(times.dropna(), utc=True)
    return np.asarray((known - pd.Timestamp(0, tz="UTC")).dt.total_seconds(), dtype=np.float64)


def arrivals_in(moments: NDArray[np.float64], window: Window) -> Arrivals:
    """Count rows by windows as long as a given one, and aligned with it, that lie wholly within their span.

    Parameters
    ----------
    moments : ndarray of shape (n,)
        Of :func:`moments_of`.
    window : Window
        Both sides given.

    Examples
    --------
    >>> from datetime import UTC
    >>> day = Window(start=datetime(1970, 1, 5, tzinfo=UTC), end=datetime(1970, 1, 6, tzinfo=UTC))
    >>> arrivals_in(np.array([0.0, 0.5, 1.0, 1.5, 3.25, 4.0]) * 86_400, day)
    Arrivals(counts=(2, 2, 0, 1), ages=(43200.0, 43200.0, 64800.0))
    """
    start, end = _seconds(window.start), _seconds(window.end)
    length = end - start
    if not len(moments):
        return Arrivals()
    first, last = np.ceil((moments.min() - start) / length), np.floor((moments.max() - start) / length)
    places = np.floor((moments - start) / length)
    inside = (places >= first) & (places < last)
    if last <= first:
        return Arrivals()
    own = (places[inside] - first).astype(np.int64)
    counts = np.bincount(own, minlength=int(last - first))
    newest = np.full(len(counts), -np.inf)
    np.maximum.at(newest, own, moments[inside])
    ends = start + (first + 1 + np.arange(len(counts))) * length
    ages = (ends - newest)[counts > 0]
    return Arrivals(tuple(map(int, counts)), tuple(map(float, ages)))


def arrivals_watched(seen: Sequence[MonitoredWindow], window: Window) -> Arrivals:
    """Return what arrived in earlier watched windows of about the same length, those with an alarm left out.

    Months differ by up to a tenth in length: their counts are scaled to that of the window.
    """
    length = _seconds(window.end) - _seconds(window.start)
    counts, ages = [], []
    for one in seen:
        own = (one.end - one.start).total_seconds()
        if one.end.timestamp() > _seconds(window.start) or abs(own / length - 1) > _LENGTHS_APART:
            continue
        counts += [round(rows * length / own) for rows in _usual(one.evidence, VOLUME, UNUSUAL_VOLUME)]
        ages += _usual(one.evidence, FRESHNESS, UNUSUAL_FRESHNESS)
    return Arrivals(tuple(counts), tuple(ages))


def observe_arrivals(rows: int, newest: datetime | None, window: Window, usual: Arrivals) -> tuple[Observation, ...]:
    """Observe how many rows arrived and how old the newest is, and whether that is unusual.

    Parameters
    ----------
    rows : int
    newest : datetime or None
        Event time of the newest row.
    window : Window
    usual : Arrivals
        Of windows of the same length.

    Returns
    -------
    tuple of Observation
        ``volume``, ``unusual_volume``, ``freshness`` (seconds), ``unusual_freshness``.
    """
    age = None if newest is None else max(_seconds(window.end) - newest.timestamp(), 0.0)
    return (
        Observation(name=VOLUME, value=float(rows), unit="count", n=rows),
        _volume(rows, usual.counts),
        Observation(name=FRESHNESS, value=age, unit="seconds", n=rows, detail="" if rows else "no row arrived"),
        _freshness(age, usual.ages),
    )


def _volume(rows: int, counts: Sequence[int]) -> Observation:
    if len(counts) < WINDOWS_AT_LEAST:
        return _unknown(UNUSUAL_VOLUME, len(counts))
    low, high = next_count_limits(counts, false_alarms=FALSE_ALARMS)
    told = f"{rows:,} rows; usual are {low:,} to {high:,}, by {len(counts)} windows of the same length"
    return Observation(name=UNUSUAL_VOLUME, value=float(not low <= rows <= high), n=len(counts), detail=told)


def _freshness(age: float | None, ages: Sequence[float]) -> Observation:
    if age is None:
        return Observation(name=UNUSUAL_FRESHNESS, value=None, n=0, detail="no row arrived")
    if len(ages) < WINDOWS_AT_LEAST:
        return _unknown(UNUSUAL_FRESHNESS, len(ages))
    limit = next_age_limit(ages, false_alarms=FALSE_ALARMS)
    told = f"the newest event came {age:,.0f} s before the end of the window; usual are up to {limit:,.0f} s"
    return Observation(name=UNUSUAL_FRESHNESS, value=float(age > limit), n=len(ages), detail=told)


def _unknown(name: str, windows: int) -> Observation:
    why = f"{windows} windows of the same length to compare with, and it takes {WINDOWS_AT_LEAST}"
    return Observation(name=name, value=None, n=windows, detail=why)


def _usual(evidence: Evidence, name: str, alarm: str) -> list[float]:
    value, unusual = evidence.find(name), evidence.find(alarm)
    known = value is not None and value.value is not None and not (unusual is not None and unusual.value)
    return [float(value.value)] if known and value is not None and value.value is not None else []


def _seconds(side: datetime | None) -> float:
    assert side is not None  # noqa: S101 - a monitored window has both sides
    return side.timestamp()
