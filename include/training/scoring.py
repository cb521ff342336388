"""Scores: what a search steers by, on validation rows. The numbers that judge a model are computed in `evaluation`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

from include.domain.errors import SpecError
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec

NEEDS_PROBABILITIES = frozenset({"log_loss", "brier_score", "roc_auc", "average_precision"})
"""Metrics that cannot be computed from predicted classes alone."""


def score(metric: str, target: NDArray[Any], predictions: Predictions) -> float:
    """Return one metric of some predictions.

    Parameters
    ----------
    metric : str
        Name out of :data:`include.domain.metric.METRICS`.
    target : array of shape (n,)
        What is true.
    predictions : Predictions
        Of the same rows. The last class counts as positive.

    Returns
    -------
    float
        In the unit of the metric.

    Examples
    --------
    >>> said = Predictions(np.array(["no", "yes"]), np.array([[0.5, 0.5], [0.5, 0.5]]), np.array(["no", "yes"]))
    >>> round(score("log_loss", np.array(["no", "yes"]), said), 4)
    0.6931
    >>> score("mean_absolute_error", np.array([1.0, 2.0]), Predictions(np.array([1.0, 4.0])))
    1.0
    """
    if predictions.classes is None:
        return float(_OF_NUMBERS[metric](target, predictions.values))
    truth, said = _codes(target, predictions.classes), _codes(predictions.values, predictions.classes)
    if metric in NEEDS_PROBABILITIES:
        return float(_of_probabilities(metric, truth, predictions.probabilities))
    return float(_of_classes(metric, truth, said, len(predictions.classes)))


def check_is_scorable(spec: ModelSpec, estimator: Any) -> None:
    """Check that an estimator gives what the metrics of its spec are computed from, before any time is spent on it.

    Raises
    ------
    SpecError
        If a metric needs probabilities, and the estimator has none.
    """
    if spec.task == "regression" or hasattr(estimator, "predict_proba"):
        return
    asked = {
        "gates.beats_champion.metric": spec.deciding_metric,
        "gates.beats_baseline.metric": spec.improvement("baseline").metric,
        "training.tuning.metric": tuning_metric(spec) if spec.training.tuning else None,
    }
    problems = [
        f"{field}: {metric} needs probabilities, and {spec.training.estimator or spec.training.build} gives none: "
        f"choose accuracy, balanced_accuracy or f1, or another estimator"
        for field, metric in asked.items()
        if metric in NEEDS_PROBABILITIES
    ]
    if spec.value:
        maker = spec.training.estimator or spec.training.build
        problems.append(f"value: a threshold needs probabilities, and {maker} gives none: choose another estimator")
    if problems:
        raise SpecError(problems)


def tuning_metric(spec: ModelSpec) -> str:
    """Return the metric that steers the search: the one the spec names, or the one that decides in the end.

    Where that is the value of decisions, a proper score steers, for the threshold is chosen after the search.
    """
    named = spec.training.tuning.metric if spec.training.tuning else None
    return named or spec.steering_metric


_OF_NUMBERS: dict[str, Callable[..., float]] = {
    "mean_absolute_error": metrics.mean_absolute_error,
    "root_mean_squared_error": metrics.root_mean_squared_error,
    "median_absolute_error": metrics.median_absolute_error,
    "r2": metrics.r2_score,
}


def _of_probabilities(metric: str, truth: NDArray[np.int64], probabilities: NDArray[np.float64] | None) -> float:
    if probabilities is None:
        raise SpecError([f"{metric} needs probabilities, and the estimator gives none"])
    # A class that training never saw was given the probability 0.
    of_truth = np.where(truth >= 0, probabilities[np.arange(len(truth)), truth], 0.0)
    if metric == "log_loss":
        return float(-np.log(np.clip(of_truth, np.finfo(np.float64).eps, 1.0)).mean())
    classes = probabilities.shape[1]
    if metric == "brier_score" and classes > 2:
        # The squared distance to a vector of one 1 among 0s, multiplied out.
        return float(np.mean((probabilities**2).sum(axis=1) - 2 * of_truth + 1))
    if classes > 2:
        return float(
            metrics.roc_auc_score(truth, probabilities, multi_class="ovr", average="macro", labels=range(classes))
        )
    positive = probabilities[:, -1]
    if metric == "brier_score":
        return float(np.mean((positive - (truth == 1)) ** 2))
    return float((metrics.roc_auc_score if metric == "roc_auc" else metrics.average_precision_score)(truth, positive))


def _of_classes(metric: str, truth: NDArray[np.int64], said: NDArray[np.int64], classes: int) -> float:
    if metric == "accuracy":
        return float(np.mean(truth == said))
    if metric == "balanced_accuracy":
        return float(metrics.balanced_accuracy_score(truth, said))
    average = "binary" if classes == 2 else "macro"
    by_name = {"f1": metrics.f1_score, "precision": metrics.precision_score, "recall": metrics.recall_score}
    return float(by_name[metric](truth, said, average=average, zero_division=0.0))


def _codes(labels: NDArray[Any], classes: NDArray[Any]) -> NDArray[np.int64]:
    """Return the place of each label among the classes, -1 for one that is not among them."""
    order = np.argsort(classes, kind="stable")
    place = np.clip(np.searchsorted(classes[order], labels), 0, len(classes) - 1)
    codes = order[place]
    return np.where(classes[codes] == labels, codes, -1)
