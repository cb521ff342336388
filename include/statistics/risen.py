"""Risen means: of many groups at once, whether the values of today are larger on the mean than those of then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import gammaln

from include.statistics.clusters import Floats


@dataclass(frozen=True, eq=False)
class Risen:
    """What became of the mean in every group.

    Parameters
    ----------
    then, now : array of shape (k,)
        Means; NaN where there is no value.
    of_then, of_now : array of shape (k,)
        Values that they rest on.
    p_values : array of shape (k,)
        Chance of as large a rise, or a larger one, if today's values are of one kind with those of then; 1 where
        nothing can be told.
    error : array of shape (k,)
        Standard error of the rise, each side by its own spread; NaN where one of them has a single value.
    """

    then: Floats
    now: Floats
    of_then: NDArray[np.intp]
    of_now: NDArray[np.intp]
    p_values: Floats
    error: Floats

    @property
    def rise(self) -> Floats:
        """How much larger the mean is today; above 0 if it is."""
        return self.now - self.then


def observe_rises(values: Floats, groups: NDArray[np.intp], is_now: NDArray[np.bool_], count: int) -> Risen:
    r"""Compare two times in every group.

    Parameters
    ----------
    values : array of shape (n,)
    groups : array of shape (n,), int
        Group of each value, from 0 to `count` - 1.
    is_now : array of shape (n,), bool
        Whether the value is of today.
    count : int
        Groups.

    Notes
    -----
    Under the hypothesis the values of a group may change places between the times. Of all ways to do so the sum of
    today's has, over the N values c centred in their group of which n are of today, mean 0 and

    .. math:: \mu_2 = \frac{n (N - n)}{N (N - 1)} \sum c^2, \quad
              \mu_3 = \frac{n (N - n) (N - 2 n)}{N (N - 1) (N - 2)} \sum c^3

    A distribution of Pearson's type III with these moments stands for the permutations (Mielke & Berry 2007,
    *Permutation Methods*, 2nd edition, chapter 2), because millions of them would be needed where thousands of groups
    share one bound on false alarms. No chance is below that of one permutation, so that a handful of values stays one.

    Examples
    --------
    >>> seen = observe_rises(np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(4, int), np.array([False, False, True, True]), 1)
    >>> seen.rise.tolist(), seen.p_values.round(2).tolist()
    ([2.0], [0.17])
    """
    told = is_now.astype(np.float64)
    total, today = _sums(np.ones(len(values)), groups, count), _sums(told, groups, count)
    with np.errstate(invalid="ignore", divide="ignore"):
        then = _sums(values * (1 - told), groups, count) / (total - today)
        now = _sums(values * told, groups, count) / today
        centred = values - (_sums(values, groups, count) / total)[groups]
        ways = today * (total - today) / (total * (total - 1))
        second = ways * _sums(centred**2, groups, count)
        third = ways * (total - 2 * today) / (total - 2) * _sums(centred**3, groups, count)
        place, skew = _sums(centred * told, groups, count) / np.sqrt(second), third / second**1.5
        spread = [
            _sums(side * (values - mean[groups]) ** 2, groups, count) / (rows * (rows - 1))
            for side, mean, rows in ((1 - told, then, total - today), (told, now, today))
        ]
    known = np.isfinite(place) & np.isfinite(skew)
    p_values = np.ones(count)
    p_values[known] = stats.pearson3.sf(place[known], skew[known])
    p_values = np.maximum(p_values, np.exp(-_permutations(total, today)))
    sizes = (total - today).astype(np.intp), today.astype(np.intp)
    return Risen(then, now, *sizes, p_values, np.sqrt(spread[0] + spread[1]))


def _permutations(total: Floats, today: Floats) -> Floats:
    """Return the logarithm of how many ways there are to choose today's values among all."""
    return gammaln(total + 1) - gammaln(today + 1) - gammaln(total - today + 1)


def _sums(values: Floats, groups: NDArray[np.intp], count: int) -> Floats:
    return np.bincount(groups, weights=values, minlength=count).astype(np.float64, copy=False)
