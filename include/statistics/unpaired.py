"""Unpaired differences: two numbers of different rows, each with its interval."""

from __future__ import annotations

import math

from scipy.special import ndtri

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


def widened(value: float, interval: Interval, confidence: float) -> Interval:
    """Return an interval as it would be at a higher confidence, each side by the ratio of the normal quantiles.

    For a number whose rows are not at hand any more; one that holds as much already stays as it is.

    Examples
    --------
    >>> seen = Interval(low=8.04, high=11.96, confidence=0.95, method="t")
    >>> wide = widened(10.0, seen, 0.99)
    >>> round(wide.low, 2), round(wide.high, 2), wide.confidence
    (7.42, 12.58, 0.99)
    """
    if interval.confidence >= confidence:
        return interval
    ratio = float(ndtri((1 + confidence) / 2) / ndtri((1 + interval.confidence) / 2))
    low, high = value - ratio * (value - interval.low), value + ratio * (interval.high - value)
    return interval.model_copy(update={"low": low, "high": high, "confidence": confidence})
