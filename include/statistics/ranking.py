"""Statistics of a ranking, sorted once and counted by weights after that: ROC area and average precision."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from include.statistics.clusters import Floats


class Ranking:
    """Rows in ascending order of score, rows of equal score side by side.

    Parameters
    ----------
    positive : array of shape (n,), bool
        Whether the row is positive.
    scores : array of shape (n,)
        The higher, the more it is held to be positive.
    """

    def __init__(self, positive: NDArray[np.bool_], scores: Floats) -> None:
        self.order: NDArray[np.intp] = np.argsort(scores, kind="stable")
        ordered = scores[self.order]
        self.positive = positive[self.order]
        self.start: NDArray[np.intp] = np.searchsorted(ordered, ordered, side="left")
        self.end: NDArray[np.intp] = np.searchsorted(ordered, ordered, side="right")

    def unsorted(self, values: Floats) -> Floats:
        """Return values that are in ranking order in the order of the rows."""
        back = np.empty_like(values)
        back[self.order] = values
        return back


class RocAuc:
    """Probability that a positive row is ranked above a negative one, ties counting half.

    Sources: Hanley & McNeil 1982, *The meaning and use of the area under a ROC curve*, Radiology 143; its influence is
    the pair of placement values of DeLong, DeLong & Clarke-Pearson 1988, *Comparing the areas under two or more
    correlated ROC curves*, Biometrics 44, whose sums over clusters give the variance of Obuchowski 1997,
    *Nonparametric analysis of clustered ROC curve data*, Biometrics 53.

    Examples
    --------
    >>> RocAuc(np.array([False, True, False, True]), np.array([0.1, 0.4, 0.4, 0.8])).value()
    0.875
    """

    def __init__(self, positive: NDArray[np.bool_], scores: Floats) -> None:
        self._ranking = Ranking(positive, scores)

    def value(self) -> float:
        """Return the area; NaN where one class is absent."""
        return float(self.resampled(np.ones((1, len(self._ranking.order))))[0])

    def resampled(self, weights: Floats) -> Floats:
        """Return the area of every resample, by one cumulative sum over the negative rows."""
        ranking = self._ranking
        sorted_weights = weights[:, ranking.order]
        below = _running(np.where(ranking.positive, 0.0, sorted_weights))
        of_positive = sorted_weights[:, ranking.positive]
        start, end = ranking.start[ranking.positive], ranking.end[ranking.positive]
        beaten = np.einsum("bp,bp->b", of_positive, below[:, start] + below[:, end]) / 2
        return _ratio(beaten, of_positive.sum(axis=1) * below[:, -1])

    def influence(self) -> Floats:
        """Return DeLong's placement values around the area, each class blown up by its share of the rows."""
        ranking, positive = self._ranking, self._ranking.positive
        rows, positives = len(positive), int(positive.sum())
        placed = np.empty(rows)
        for own in (True, False):
            others = positive != own
            beaten = _running(np.where(others, 1.0, 0.0))
            share = (beaten[ranking.start] + beaten[ranking.end]) / 2 / max(others.sum(), 1)
            placed = np.where(positive == own, share if own else 1 - share, placed)
        of_class = np.where(positive, positives, rows - positives)
        return ranking.unsorted((placed - self.value()) * rows / of_class)


class AveragePrecision:
    """Mean, over the positive rows, of the precision at the row's own score.

    The influence is the first-order term of the plug-in functional ``E[y TP(s) / PP(s)] / E[y]``, where TP and PP are
    the shares of true positives and of all rows at or above a score: a row counts with its own precision, and changes
    the precision of every positive row at or below it (von Mises expansion; compare Boyd, Eng & Page 2013, *Area under
    the precision-recall curve: point estimates and confidence intervals*, ECML PKDD, who recommend this estimator).

    Examples
    --------
    >>> AveragePrecision(np.array([True, False, True]), np.array([0.9, 0.8, 0.7])).value()
    0.8333333333333333
    """

    def __init__(self, positive: NDArray[np.bool_], scores: Floats) -> None:
        self._ranking = Ranking(positive, -scores)

    def value(self) -> float:
        """Return the average precision; NaN where no row is positive."""
        return float(self.resampled(np.ones((1, len(self._ranking.order))))[0])

    def resampled(self, weights: Floats) -> Floats:
        """Return the average precision of every resample, by two cumulative sums from the highest score down."""
        ranking = self._ranking
        sorted_weights = weights[:, ranking.order]
        end = ranking.end[ranking.positive]
        of_positive = sorted_weights[:, ranking.positive]
        selected = _running(sorted_weights)[:, end]
        hits = _running(np.where(ranking.positive, sorted_weights, 0.0))[:, end]
        precision = hits / np.where(selected > 0, selected, 1.0)
        return _ratio(np.einsum("bp,bp->b", of_positive, precision), of_positive.sum(axis=1))

    def influence(self) -> Floats:
        """Return what each row adds by being positive, and by changing the precision below it."""
        ranking = self._ranking
        positive = ranking.positive.astype(np.float64)
        rows, positives = len(positive), positive.sum()
        selected = ranking.end.astype(np.float64)
        precision = _running(positive)[ranking.end] / selected
        change_by_hit = _running_back(positive / selected)[ranking.start]
        change_by_any = _running_back(positive * precision / selected)[ranking.start]
        own = positive * (precision - self.value())
        return ranking.unsorted((own + positive * change_by_hit - change_by_any) * rows / max(positives, 1.0))


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
    result: NDArray[Any] = np.full(len(part), np.nan)
    return np.divide(part, whole, out=result, where=whole > 0)
