"""Estimates: a number, where it may lie, and what it rests on; or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from include.domain.evidence import Interval


@dataclass(frozen=True)
class Estimate:
    """A number and how far it can be trusted.

    Parameters
    ----------
    value : float or None
        None where it is not defined for these rows.
    interval : Interval or None
        It contains the value; None where the rows do not tell.
    standard_error : float or None
        In the unit of the value.
    rows, clusters : int
        What the number rests on.
    problem : str
        Why there is no value, or no interval; empty if there are both.
    """

    value: float | None
    rows: int
    clusters: int
    interval: Interval | None = None
    standard_error: float | None = None
    problem: str = ""


def around(value: float, low: float, high: float, *, confidence: float, method: str) -> Interval:
    """Return an interval that contains its value, however the digits were rounded.

    Examples
    --------
    >>> around(1.0, 1.5, 2.0, confidence=0.95, method="BCa bootstrap").low
    1.0
    """
    return Interval(low=min(low, value), high=max(high, value), confidence=confidence, method=method)
