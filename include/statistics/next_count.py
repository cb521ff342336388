"""The next count: between which limits a further window's count lies, told by the counts of earlier windows.

Counts of events by the day spread wider than a Poisson distribution says: they are negative binomial here, with the
mean and the variance of the earlier counts (at least that of Poisson), as in the detection of outbreaks (Farrington et
al. 1996, J. R. Statist. Soc. A 159; Noufaily et al. 2013, Stat. Med. 32). That mean and variance are estimates of few
windows is part of the limits, as in a prediction interval of Student: the variance is widened by ``1 + 1/k``, and by
the squared ratio of the quantiles of Student's t with ``k - 1`` degrees of freedom and of the normal distribution
(Hahn & Meeker 1991, Statistical Intervals).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats


def next_count_limits(counts: Sequence[int], *, false_alarms: float) -> tuple[int, int]:
    """Return the least and the largest count that a further window has if nothing changes.

    Parameters
    ----------
    counts : sequence of int
        Of earlier windows of the same length, two or more.
    false_alarms : float
        Probability that the next count lies outside, half of it on either side.

    Returns
    -------
    tuple of int
        Both are still without alarm.

    Examples
    --------
    >>> next_count_limits([100, 104, 96, 100, 99, 101, 103, 97], false_alarms=0.01)
    (66, 140)
    """
    seen = np.asarray(counts, dtype=np.float64)
    mean, size = float(seen.mean()), len(seen)
    if not mean:
        return 0, 0
    tail = false_alarms / 2
    widened = (1 + 1 / size) * (stats.t.isf(tail, size - 1) / stats.norm.isf(tail)) ** 2
    variance = max(float(seen.var(ddof=1)), mean) * widened
    successes = mean**2 / (variance - mean)
    spread = stats.nbinom(successes, successes / (successes + mean))
    return int(spread.ppf(tail)), int(spread.isf(tail))


def next_age_limit(ages: Sequence[float], *, false_alarms: float) -> float:
    """Return the largest age that the newest event of a further window has if nothing changes.

    An age is the time without an event up to the end of a window. Times between independent events are exponential, and
    the next one of them is, over the mean of ``k`` earlier ones, distributed as F with 2 and ``2 k`` degrees of freedom
    (Hahn & Meeker 1991). The largest of the earlier ages is never an alarm, whatever the hours of business are.

    Parameters
    ----------
    ages : sequence of float
        Of earlier windows, not negative, in any unit.
    false_alarms : float

    Returns
    -------
    float
        In the unit of the ages.

    Examples
    --------
    >>> round(next_age_limit([60.0, 20.0, 100.0, 60.0, 30.0, 90.0, 60.0, 60.0], false_alarms=0.01))
    374
    """
    seen = np.asarray(ages, dtype=np.float64)
    return float(max(seen.max(), seen.mean() * stats.f.isf(false_alarms, 2, 2 * len(seen))))
