"""Fences: bounds so far outside of what is usual that a value beyond them is an error, not a surprise."""

from __future__ import annotations

import math
import sys
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

BULK = 0.999
NEARLY_NEVER_NEGATIVE = 0.995
TIMES_THE_BULK = 5.0
TIMES_THE_RANGE = 2.0


class Fence(NamedTuple):
    """Bounds of a column, and why they stand where they do.

    Parameters
    ----------
    low, high : float
        Bounds (closed).
    beyond : int
        Rows of the data at hand that lie outside.
    because : str
    """

    low: float
    high: float
    beyond: int
    because: str


def fence(values: npt.NDArray[np.float64]) -> Fence | None:
    """Set bounds around the values of an amount, None where there is no value.

    If at least 99.5 % of the values are not negative, none may be. Where the largest value is at most twice as far
    from the median as the 99.9 % quantile, the upper bound leaves room for twice the range above it; where it is
    farther, the tail may hold errors, and the bound is five times as far from the median as that quantile. The lower
    bound likewise.

    Parameters
    ----------
    values : ndarray of shape (n,)
        NaN where a value is missing.

    Examples
    --------
    >>> fares = np.concatenate([np.linspace(3, 90, 9990), [-4.5] * 9, [429_490.2]])
    >>> low, high, beyond, _ = fence(fares)
    >>> low, high, beyond
    (0.0, 300.0, 10)
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    never_negative = bool((known >= 0).mean() >= NEARLY_NEVER_NEGATIVE)
    plausible = known[known >= 0] if never_negative else known
    high, low = _upper(plausible), -_upper(-plausible)
    if never_negative:
        low = max(low, 0.0)
    beyond = int(((known < low) | (known > high)).sum())
    return Fence(low, high, beyond, _because(known, never_negative=never_negative))


def _upper(values: npt.NDArray[np.float64]) -> float:
    low_bulk, median, high_bulk = np.quantile(values, [1 - BULK, 0.5, BULK])
    most = values.max()
    if high_bulk > median and most - median > 2 * (high_bulk - median):
        reach = TIMES_THE_BULK * (high_bulk - median)
        return _outwards(median + reach, reach)
    reach = TIMES_THE_RANGE * (most - min(low_bulk, median))
    return _outwards(most + reach, reach)


def _outwards(bound: float, reach: float) -> float:
    """Round a bound up by less than its distance, so that people can read it.

    Examples
    --------
    >>> _outwards(406.5, 397.5), _outwards(2014.0, 2.0), _outwards(3.0, 0.0)
    (450.0, 2014.0, 3.0)
    """
    if not sys.float_info.min < reach < math.inf:
        return float(bound)
    grain = 10.0 ** math.floor(math.log10(reach)) / 2
    return float(f"{math.ceil(bound / grain - 1e-9) * grain:.12g}")


def amount(value: float) -> str:
    """Return a number as people read it.

    Examples
    --------
    >>> amount(429490.2), amount(0.123456789), amount(26.3), amount(1490400.0)
    ('429,490.2', '0.123457', '26.3', '1,490,400')
    """
    if abs(value) >= 1000 and not float(value).is_integer():
        return f"{value:,.2f}".rstrip("0")
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.6g}"


def _because(known: npt.NDArray[np.float64], *, never_negative: bool) -> str:
    bulk, most = amount(np.quantile(known, BULK)), amount(known.max())
    tail = f"99.9% of {len(known):,} values were at most {bulk}, the largest {most}"
    negative = int((known < 0).sum())
    return f"{tail}; only {negative:,} were negative" if never_negative and negative else tail
