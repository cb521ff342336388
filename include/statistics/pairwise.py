"""Largest differences: by how much the numbers of several groups differ at most, and where the true maximum may lie.

The largest difference of a sample is never below 0 and is blown up by chance: of groups that are alike one is highest.
Resampled, it is blown up again, so that percentiles of it lie above the truth and deny a true 0 (Efron & Tibshirani
1993, *An Introduction to the Bootstrap*, chapter 10, on the bias of such an interval; Andrews 2000, *Inconsistency of
the bootstrap when a parameter is on the boundary of the parameter space*, Econometrica 68). Here the difference of
every pair of groups gets an interval instead, and all of them hold together. Where they do, the largest true
difference lies between the largest of the lower ends, or 0, and the largest of the upper ends; it is a projection of a
simultaneous confidence set, as Mogstad, Romano, Shaikh & Wilhelm 2024 use it (*Inference for ranks*, Review of Economic
Studies 91), and keeps its confidence whatever the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import sparse

from include.statistics.clusters import Floats
from include.statistics.simultaneous import Parts, hold_together


@dataclass(frozen=True, eq=False)
class Grouped:
    """One number of each of g groups.

    Parameters
    ----------
    values : array of shape (g,)
    parts : sparse array of shape (clusters, g)
        What every cluster adds to each, around it.
    least_errors : array of shape (g,)
        Standard errors that are not believed to be smaller.
    """

    values: Floats
    parts: sparse.csc_array
    least_errors: Floats


def largest_difference(
    numbers: Sequence[Grouped], *, confidence: float, rng: np.random.Generator
) -> tuple[float, float]:
    """Bound the largest difference between two groups, in any of several numbers.

    Parameters
    ----------
    numbers : sequence of Grouped
        Of the same groups, two or more.
    confidence : float
    rng : Generator

    Returns
    -------
    float, float
        Both 0 or above.

    Examples
    --------
    >>> alike = Grouped(np.array([0.3, 0.31]), sparse.csc_array((5, 2)), np.array([0.02, 0.02]))
    >>> largest_difference([alike], confidence=0.95, rng=np.random.default_rng(7))[0]
    0.0
    """
    estimates, columns, errors = [], [], []
    for number in numbers:
        pairs = np.array(list(combinations(range(len(number.values)), 2)))
        first, second = pairs.T
        estimates.append(number.values[first] - number.values[second])
        errors.append(np.hypot(number.least_errors[first], number.least_errors[second]))
        columns.append(number.parts[:, first] - number.parts[:, second])
    family = hold_together(
        np.concatenate(estimates),
        Parts(sparse.csc_array(sparse.hstack(columns))),
        confidence=confidence,
        rng=rng,
        least_errors=np.concatenate(errors),
    )
    # Each pair was bounded one way round; the other way round is its mirror image.
    low = max(float(family.low.max()), float(-family.high.min()), 0.0)
    return low, max(float(family.high.max()), float(-family.low.min()))
