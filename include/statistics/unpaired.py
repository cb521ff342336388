"""Unpaired differences: two numbers of different rows, each with its interval."""

from __future__ import annotations

import math

from include.domain.evidence import Interval

METHOD = "MOVER"


def unpaired_difference(first: float, of_first: Interval, second: float, of_second: Interval) -> Interval:
    """Return an interval for the first number minus the second, which rest on rows that have nothing to do with it.

    The method of variance estimates recovery (Zou & Donner 2008, *Construction of confidence limits about effect
    measures*, Statistics in Medicine 27) keeps intervals skewed that are. Its confidence is the lower of the two.

    Examples
    --------
    >>> one, other = (Interval(low=v - 3, high=v + 4, confidence=0.95, method="t") for v in (10.0, 20.0))
    >>> difference = unpaired_difference(10.0, one, 20.0, other)
    >>> difference.low, difference.high
    (-15.0, -5.0)
    """
    value = first - second
    low = value - math.hypot(first - of_first.low, of_second.high - second)
    high = value + math.hypot(of_first.high - first, second - of_second.low)
    confidence = min(of_first.confidence, of_second.confidence)
    return Interval(low=low, high=high, confidence=confidence, method=f"{METHOD} of {of_first.method}")
