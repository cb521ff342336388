"""Scores: the value of every metric, as scikit-learn computes it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

from include.domain.metric import VALUE
from include.evaluation.judged import Judged


def score(metric: str, judged: Judged) -> float:
    """Return the value of a metric.

    Parameters
    ----------
    metric : str
        Name out of :data:`include.domain.metric.METRICS`, one that these predictions can answer.
    judged : Judged

    Returns
    -------
    float
        NaN where it is not defined, such as the ROC area of rows of one class.
    """
    if not len(judged):
        return math.nan
    return float(_SCORES[metric](judged))


def positive_rows(judged: Judged) -> NDArray[np.bool_]:
    """Return which rows are of the positive class of a binary model."""
    return np.asarray(judged.truth == 1)


def positive_probability(judged: Judged) -> NDArray[np.float64]:
    """Return the probability of the positive class of a binary model."""
    return known_probabilities(judged)[:, 1]


def known_probabilities(judged: Judged) -> NDArray[np.float64]:
    """Return the probabilities of the classes that the model knows, each row summing to 1.

    Raises
    ------
    ValueError
        If the model gave none.
    """
    if judged.probabilities is None:
        raise ValueError("this model gives no probabilities")
    given = np.asarray(judged.probabilities, dtype=np.float64)
    return np.asarray(given / given.sum(axis=1, keepdims=True))


def all_probabilities(judged: Judged) -> NDArray[np.float64]:
    """Return the probabilities of all classes, 0 for those that the model does not know."""
    known = known_probabilities(judged)
    unknown = len(judged.classes) - known.shape[1]
    return np.pad(known, ((0, 0), (0, unknown)))


def _log_loss(judged: Judged) -> float:
    return float(metrics.log_loss(judged.truth, all_probabilities(judged), labels=range(len(judged.classes))))


def _roc_auc(judged: Judged) -> float:
    if len(np.unique(judged.truth)) < len(judged.classes):
        return math.nan
    if len(judged.classes) == 2:
        return float(metrics.roc_auc_score(positive_rows(judged), positive_probability(judged)))
    places = range(len(judged.classes))
    return float(
        metrics.roc_auc_score(
            judged.truth, all_probabilities(judged), multi_class="ovr", average="macro", labels=places
        )
    )


def _brier_score(judged: Judged) -> float:
    if len(judged.classes) == 2:
        return float(metrics.brier_score_loss(positive_rows(judged), positive_probability(judged)))
    return float(
        metrics.brier_score_loss(judged.truth, all_probabilities(judged), labels=np.arange(len(judged.classes)))
    )


def _average_precision(judged: Judged) -> float:
    positive = positive_rows(judged)
    return (
        float(metrics.average_precision_score(positive, positive_probability(judged))) if positive.any() else math.nan
    )


def _rate(function: Callable[..., Any]) -> Callable[[Judged], float]:
    def rate(judged: Judged) -> float:
        average = "binary" if len(judged.classes) == 2 else "macro"
        return float(function(judged.truth, judged.predicted, average=average, zero_division=0.0))

    return rate


def _of_numbers(function: Callable[..., Any]) -> Callable[[Judged], float]:
    return lambda judged: float(function(judged.truth, judged.predicted))


def _balanced_accuracy(judged: Judged) -> float:
    # The same mean of recalls as balanced_accuracy_score, without its warning at classes that no row is of.
    present = np.unique(judged.truth)
    return float(
        metrics.recall_score(judged.truth, judged.predicted, labels=present, average="macro", zero_division=0.0)
    )


_SCORES: dict[str, Callable[[Judged], float]] = {
    "log_loss": _log_loss,
    "brier_score": _brier_score,
    "roc_auc": _roc_auc,
    "average_precision": _average_precision,
    "accuracy": lambda judged: metrics.accuracy_score(judged.truth, judged.predicted),
    "balanced_accuracy": _balanced_accuracy,
    "f1": _rate(metrics.f1_score),
    "precision": _rate(metrics.precision_score),
    "recall": _rate(metrics.recall_score),
    "mean_absolute_error": _of_numbers(metrics.mean_absolute_error),
    "root_mean_squared_error": _of_numbers(metrics.root_mean_squared_error),
    "median_absolute_error": _of_numbers(metrics.median_absolute_error),
    VALUE: lambda judged: math.nan if judged.worth is None else 1_000 * float(np.mean(judged.worth)),
    "r2": lambda judged: metrics.r2_score(judged.truth, judged.predicted) if np.ptp(judged.truth) > 0 else math.nan,
}
