"""Order statistics: what the sorted values alone tell, whatever the distribution."""

from __future__ import annotations

import numpy as np
from scipy import stats

from include.domain.evidence import Interval
from include.statistics.clusters import Floats

METHOD = "order statistics"


def median_interval(values: Floats, *, confidence: float) -> Interval | None:
    """Return the narrowest pair of order statistics that holds the median often enough; None of too few values.

    Source: Conover 1999, *Practical Nonparametric Statistics*, section 3.2: the number of values below the median is
    binomial.

    Parameters
    ----------
    values : array of shape (n,)
        Independent of each other.
    confidence : float

    Examples
    --------
    >>> seen = median_interval(np.arange(1.0, 11.0), confidence=0.95)
    >>> seen.low, seen.high
    (2.0, 9.0)
    """
    ordered, count = np.sort(values), len(values)
    below = int(stats.binom.ppf((1 - confidence) / 2, count, 0.5)) if count else 0
    if count and stats.binom.cdf(below, count, 0.5) > (1 - confidence) / 2:
        below -= 1
    if not count or below < 0:
        return None
    low, high = float(ordered[below]), float(ordered[count - 1 - below])
    return Interval(low=low, high=high, confidence=confidence, method=METHOD)
