"""The exact test of two classifiers by their errors on the same rows, told as an interval for the gain in accuracy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from include.domain.requirement import EXACT
from include.statistics.estimate import Estimate, around
from include.statistics.proportion import exact_interval


def exact_gain(
    candidate_is_right: NDArray[np.bool_], rival_is_right: NDArray[np.bool_], *, confidence: float
) -> Estimate:
    """Estimate the gain in accuracy from the rows on which exactly one of the two is right.

    Of ``d`` such rows the candidate is right on ``b``; the interval of Clopper & Pearson 1934 (*The use of confidence
    or fiducial limits*, Biometrika 26) for ``b / d`` is carried over to the gain ``(2 b - d) / n``. It lies above 0
    exactly where McNemar's exact test (McNemar 1947, *Note on the sampling error of the difference between correlated
    proportions*, Psychometrika 12) rejects. The rows have to be independent of each other.

    Parameters
    ----------
    candidate_is_right, rival_is_right : array of shape (n,)
    confidence : float
        Coverage of the two-sided interval.

    Examples
    --------
    >>> right, wrong = np.ones(20, dtype=bool), np.zeros(20, dtype=bool)
    >>> exact_gain(right, wrong, confidence=0.95).interval.low > 0.6
    True
    """
    rows = len(candidate_is_right)
    if rows < 2:
        return Estimate(value=None, rows=rows, clusters=rows, problem=f"{rows} rows, expected 2 or more")
    won = int(np.sum(candidate_is_right & ~rival_is_right))
    lost = int(np.sum(~candidate_is_right & rival_is_right))
    differing = won + lost
    low, high = exact_interval(won, differing, confidence=confidence)
    value = (won - lost) / rows
    return Estimate(
        value=value,
        rows=rows,
        clusters=rows,
        interval=around(
            value,
            differing * (2 * low - 1) / rows,
            differing * (2 * high - 1) / rows,
            confidence=confidence,
            method=EXACT,
        ),
        standard_error=math.sqrt(differing - (won - lost) ** 2 / rows) / rows,
    )
