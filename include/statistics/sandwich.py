"""The sandwich: an interval for a smooth estimate from what each cluster adds to it, without drawing anything again."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from include.statistics.clusters import Clusters, Floats
from include.statistics.estimate import Estimate, around

METHOD = "cluster-robust sandwich, Student's t"


def sandwich(value: float, influence: Floats, clusters: Clusters, *, confidence: float) -> Estimate:
    """Estimate a number whose influence function is known.

    The variance is the sum of the squared influences of whole clusters (Liang & Zeger 1986, *Longitudinal data analysis
    using generalized linear models*, Biometrika 73), times ``G / (G - 1)`` for ``G`` clusters.

    Parameters
    ----------
    value : float
    influence : array of shape (n,)
        As :meth:`include.statistics.statistic.Statistic.influence` returns it: of mean 0, in n-fold.
    clusters : Clusters
    confidence : float
        Coverage of the two-sided interval.

    Examples
    --------
    >>> from include.statistics.clusters import clusters_of
    >>> seen = sandwich(2.0, np.array([-1.0, 0.0, 1.0]), clusters_of(None, rows=3), confidence=0.95)
    >>> round(seen.standard_error, 4)
    0.5774
    """
    rows, count = clusters.rows, clusters.count
    if not math.isfinite(value):
        return Estimate(value=None, rows=rows, clusters=count, problem="not defined for these rows")
    if count < 2:
        return Estimate(value=value, rows=rows, clusters=count, problem=f"{count} clusters tell no spread")
    parts = clusters.sums(influence) / rows
    error = math.sqrt(count / (count - 1) * float(np.sum(parts**2)))
    reach = float(stats.t.ppf((1 + confidence) / 2, count - 1)) * error
    interval = around(value, value - reach, value + reach, confidence=confidence, method=METHOD)
    return Estimate(value, rows, count, interval, error)
