"""Measured numbers: every metric as a statistic of rows, which can be drawn again and compared in pairs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from include.domain.metric import VALUE
from include.evaluation.judged import Judged
from include.evaluation.scores import all_probabilities, positive_probability, positive_rows
from include.statistics.counts import Rate, balanced_accuracy, binary_rate, macro_rate
from include.statistics.median import MedianOf
from include.statistics.ranking import AveragePrecision, RocAuc
from include.statistics.statistic import Combination, Statistic
from include.statistics.sums import mean_of, r_squared, root_mean_of

NEEDS_PROBABILITIES = frozenset({"log_loss", "brier_score", "roc_auc", "average_precision"})
"""Metrics that predicted classes alone cannot answer."""


def unanswerable(metric: str, judged: Judged) -> str:
    """Return why a metric cannot be computed from these predictions; empty if it can."""
    if judged.problem:
        return judged.problem
    if metric in NEEDS_PROBABILITIES and judged.probabilities is None:
        return "the model gives no probabilities"
    if metric == VALUE and judged.worth is None:
        return judged.worth_problem or "the spec does not say what decisions are worth: add the block value"
    return "" if len(judged) else "the holdout is empty"


def measured(metric: str, judged: Judged) -> Statistic:
    """Return a metric as a statistic of the judged rows.

    Parameters
    ----------
    metric : str
        Name out of :data:`include.domain.metric.METRICS`, one that these predictions can answer.
    judged : Judged

    Returns
    -------
    Statistic
        Its value is what :func:`include.evaluation.scores.score` returns.
    """
    return _STATISTICS[metric](judged)


def _log_loss(judged: Judged) -> Statistic:
    of_truth = all_probabilities(judged)[np.arange(len(judged)), judged.truth]
    return mean_of(-np.log(np.clip(of_truth, np.finfo(np.float64).eps, 1.0)))


def _roc_auc(judged: Judged) -> Statistic:
    if len(judged.classes) == 2:
        return RocAuc(positive_rows(judged), positive_probability(judged))
    probabilities = all_probabilities(judged)
    count = len(judged.classes)
    areas = [RocAuc(judged.truth == place, probabilities[:, place]) for place in range(count)]
    return Combination(areas, [1 / count] * count)


def _brier_score(judged: Judged) -> Statistic:
    """The squared error of a binary probability; over several classes the sum of theirs (Brier, 1950)."""
    if len(judged.classes) == 2:
        return mean_of((positive_probability(judged) - positive_rows(judged)) ** 2)
    of_truth = judged.truth[:, None] == np.arange(len(judged.classes))
    return mean_of(((all_probabilities(judged) - of_truth) ** 2).sum(axis=1))


def _rate(rate: Rate) -> Callable[[Judged], Statistic]:
    def statistic(judged: Judged) -> Statistic:
        if len(judged.classes) == 2:
            return binary_rate(rate, judged.truth, judged.predicted)
        return macro_rate(rate, judged.truth, judged.predicted, classes=len(judged.classes))

    return statistic


def _value(judged: Judged) -> Statistic:
    if judged.worth is None:
        raise ValueError("nobody has said what these decisions are worth")
    return mean_of(1_000 * judged.worth)


def _error(judged: Judged) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(judged.truth - judged.predicted, dtype=np.float64)


_STATISTICS: dict[str, Callable[[Judged], Statistic]] = {
    "log_loss": _log_loss,
    "brier_score": _brier_score,
    "roc_auc": _roc_auc,
    "average_precision": lambda judged: AveragePrecision(positive_rows(judged), positive_probability(judged)),
    "accuracy": lambda judged: mean_of((judged.truth == judged.predicted).astype(np.float64)),
    "balanced_accuracy": lambda judged: balanced_accuracy(judged.truth, judged.predicted, classes=len(judged.classes)),
    "f1": _rate("f1"),
    "precision": _rate("precision"),
    "recall": _rate("recall"),
    "mean_absolute_error": lambda judged: mean_of(np.abs(_error(judged))),
    "root_mean_squared_error": lambda judged: root_mean_of(_error(judged) ** 2),
    "median_absolute_error": lambda judged: MedianOf(np.abs(_error(judged))),
    "r2": lambda judged: r_squared(judged.truth, judged.predicted),
    VALUE: _value,
}
