"""Row losses: what each row adds to what a model is judged by, so that a handful of rows can be judged too."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from include.evaluation.judged import Judged
from include.evaluation.measured import unanswerable
from include.evaluation.scores import all_probabilities
from include.statistics.clusters import Floats

_ERRORS = {
    "mean_absolute_error": "mean_absolute_error",
    "median_absolute_error": "mean_absolute_error",
    "root_mean_squared_error": "mean_squared_error",
    "r2": "mean_squared_error",
}


def loss_of(metric: str, judged: Judged) -> str:
    """Return the mean of rows that stands for a metric where there are few of them; more of it is worse.

    ``log_loss``, ``brier_score`` and errors are such means themselves. A rank, a rate or a value needs rows of both
    classes in numbers that a segment seldom has: there the squared error of the probabilities is looked at, or whether
    the class was right where there are none.

    Parameters
    ----------
    metric : str
        Name out of :data:`include.domain.metric.METRICS`.
    judged : Judged
    """
    if not judged.classes:
        return _ERRORS.get(metric, "mean_absolute_error")
    if unanswerable("brier_score", judged) or metric == "accuracy":
        return "error_rate"
    return "log_loss" if metric == "log_loss" else "brier_score"


def row_losses(loss: str, judged: Judged) -> Floats:
    """Return what each row adds to a loss that :func:`loss_of` named; shape (n,), and their mean is the loss."""
    return np.asarray(_LOSSES[loss](judged), dtype=np.float64)


def _of_truth(judged: Judged) -> Floats:
    return np.asarray(all_probabilities(judged)[np.arange(len(judged)), judged.truth])


def _brier(judged: Judged) -> Floats:
    if len(judged.classes) == 2:
        return np.asarray((1 - _of_truth(judged)) ** 2)
    of_truth = judged.truth[:, None] == np.arange(len(judged.classes))
    return np.asarray(((all_probabilities(judged) - of_truth) ** 2).sum(axis=1))


_LOSSES: dict[str, Callable[[Judged], Floats]] = {
    "log_loss": lambda judged: -np.log(np.clip(_of_truth(judged), np.finfo(np.float64).eps, 1.0)),
    "brier_score": _brier,
    "error_rate": lambda judged: judged.truth != judged.predicted,
    "mean_absolute_error": lambda judged: np.abs(judged.truth - judged.predicted),
    "mean_squared_error": lambda judged: (judged.truth - judged.predicted) ** 2,
}
