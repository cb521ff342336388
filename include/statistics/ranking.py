"""Statistics of a ranking, sorted once and counted by weights after that: ROC area and average precision."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from include.statistics.clusters import Floats


class RocAuc:
    """Probability that a positive row is ranked above a negative one, ties counting half.

    Sources: Hanley & McNeil 1982, *The meaning and use of the area under a ROC curve*, Radiology 143; its influence is
    the pair of placement values of DeLong, DeLong & Clarke-Pearson 1988, *Comparing the areas under two or more
    correlated ROC curves*, Biometrics 44, whose sums over clusters give the variance of Obuchowski 1997,
    *Nonparametric analysis of clustered ROC curve data*, Biometrics 53.

    Parameters
    ----------
    positive : array of shape (n,), bool
        Whether the row is positive.
    scores : array of shape (n,)
        The higher, the more it is held to be positive.

    Examples
    --------
    >>> RocAuc(np.array([False, True, False, True]), np.array([0.1, 0.4, 0.4, 0.8])).value()
    0.875
    """

    def __init__(self, positive: NDArray[np.bool_], scores: Floats) -> None:
        order = np.argsort(scores, kind="stable")
        self._positive, self._negative = order[positive[order]], order[~positive[order]]
        self._placed = _places(scores[self._positive], scores[self._negative])
        self._placed_negative = _places(scores[self._negative], scores[self._positive])

    def value(self) -> float:
        """Return the area; NaN where one class is absent."""
        return float(self.resampled(np.ones((1, len(self._positive) + len(self._negative))))[0])

    def resampled(self, weights: Floats) -> Floats:
        """Return the area of every resample, by one cumulative sum over the negative rows."""
        below = _running(weights[:, self._negative])
        of_positive = weights[:, self._positive]
        beaten = np.einsum("bp,bp->b", of_positive, _between(below, self._placed))
        return _ratio(beaten, of_positive.sum(axis=1) * below[:, -1])

    def influence(self) -> Floats:
        """Return DeLong's placement values around the area, each class blown up by its share of the rows."""
        positives, negatives = len(self._positive), len(self._negative)
        rows, area = positives + negatives, self.value()
        influence = np.empty(rows)
        influence[self._positive] = (np.mean(self._placed, axis=0) / negatives - area) * rows / positives
        influence[self._negative] = (1 - np.mean(self._placed_negative, axis=0) / positives - area) * rows / negatives
        return influence


class AveragePrecision:
    """Mean, over the positive rows, of the precision at the row's own score.

    The influence is the first-order term of the plug-in functional ``E[y TP(s) / PP(s)] / E[y]``, where TP and PP are
    the shares of true positives and of all rows at or above a score: a row counts with its own precision, and changes
    the precision of every positive row at or below it (von Mises expansion). The estimator is the one that Boyd, Eng &
    Page 2013 recommend, *Area under the precision-recall curve: point estimates and confidence intervals*, ECML PKDD.

    Parameters
    ----------
    positive : array of shape (n,), bool
        Whether the row is positive.
    scores : array of shape (n,)
        The higher, the more it is held to be positive.

    Examples
    --------
    >>> AveragePrecision(np.array([True, False, True]), np.array([0.9, 0.8, 0.7])).value()
    0.8333333333333333
    """

    def __init__(self, positive: NDArray[np.bool_], scores: Floats) -> None:
        self._order = np.argsort(-scores, kind="stable")
        self._is_positive = positive[self._order]
        self._positive = self._order[self._is_positive]
        self._places = _places(-scores[self._order], -scores[self._order])
        self._selected = self._places[1][self._is_positive]
        self._hits = _places(-scores[self._positive], -scores[self._positive])[1]

    def value(self) -> float:
        """Return the average precision; NaN where no row is positive."""
        return float(self.resampled(np.ones((1, len(self._order))))[0])

    def resampled(self, weights: Floats) -> Floats:
        """Return the average precision of every resample, by two cumulative sums from the highest score down."""
        of_positive = weights[:, self._positive]
        hits = _running(of_positive)[:, self._hits]
        selected = _running(weights[:, self._order])[:, self._selected]
        precision = np.divide(hits, selected, out=hits, where=selected > 0)
        return _ratio(np.einsum("bp,bp->b", of_positive, precision), of_positive.sum(axis=1))

    def influence(self) -> Floats:
        """Return what each row adds by being positive, and by changing the precision below it."""
        positive = self._is_positive.astype(np.float64)
        start, end = self._places
        precision = _running(positive)[end] / end
        change_by_hit = _running_back(positive / end)[start]
        change_by_any = _running_back(positive * precision / end)[start]
        own = positive * (precision - self.value())
        influence = np.empty(len(positive))
        influence[self._order] = (own + positive * change_by_hit - change_by_any) * len(positive) / positive.sum()
        return influence


def _places(scores: Floats, among: Floats) -> NDArray[np.intp]:
    """Return how many of some sorted scores are below each score, and how many are below or equal; shape (2, n)."""
    return np.stack([np.searchsorted(among, scores, side="left"), np.searchsorted(among, scores, side="right")])


def _between(running: Floats, places: NDArray[np.intp]) -> Floats:
    below, up_to = places
    if np.array_equal(below, up_to):
        return running[:, below]
    return (running[:, below] + running[:, up_to]) / 2


def _running(values: Floats) -> Floats:
    """Return sums of the first 0, 1, …, n values along the last axis."""
    sums = np.empty((*values.shape[:-1], values.shape[-1] + 1))
    sums[..., 0] = 0.0
    np.cumsum(values, axis=-1, out=sums[..., 1:])
    return sums


def _running_back(values: Floats) -> Floats:
    """Return sums of the values from place 0, 1, …, n on."""
    return np.append(np.cumsum(values[::-1])[::-1], 0.0)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
