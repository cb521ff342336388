"""The estimator of a draft: gradient-boosted trees, which take gaps, outliers and unordered codes as they come."""

from __future__ import annotations

from typing import Any

import numpy as np

from include.domain.metric import DECIDING
from include.drafting.decisions import Decisions

REGRESSOR = "sklearn.ensemble.HistGradientBoostingRegressor"
CLASSIFIER = "sklearn.ensemble.HistGradientBoostingClassifier"
OF_SERIES = "sklearn.linear_model.Ridge"
_TREES = 200
_TREES_OF_ALL_CLASSES = 1_000
_FEW = 1_000


def estimator_of(decisions: Decisions) -> str:
    """Return the import path of the estimator: a handful of coefficients for a short series, else trees."""
    if is_linear(decisions):
        return OF_SERIES
    return REGRESSOR if decisions.outcome.task == "regression" else CLASSIFIER


def is_linear(decisions: Decisions) -> bool:
    """Whether every segment is a short series, which trees would learn by heart."""
    return decisions.series is not None and decisions.series.are_small


def deciding_metric(decisions: Decisions) -> str:
    """Return the metric that decides: log loss where the class to look for is so rare that others hardly see it."""
    return "log_loss" if decisions.outcome.is_rare else DECIDING[decisions.outcome.task]


def has_few_to_learn_from(decisions: Decisions) -> bool:
    """Whether there are so few rows, or so few of the rarest class, that large trees would learn them by heart."""
    outcome = decisions.outcome
    return (outcome.rows if outcome.task == "regression" else outcome.rarest) < _FEW


def choices_of(decisions: Decisions) -> list[dict[str, Any]]:
    """Return the parameters that a trial chooses among, the one to take without a trial first.

    Amounts are tried with the loss of their mean, the loss of their median (which a heavy tail cannot pull about) and,
    if none is negative, the loss of counts.
    """
    if is_linear(decisions):
        # What was high will be high: a lag that counts against the next value is chance, as a rule.
        return [{"alpha": 1.0, "positive": True}]
    plain: dict[str, Any] = {"max_iter": _TREES, "learning_rate": 0.1, "early_stopping": False}
    if has_few_to_learn_from(decisions):
        plain = {"max_iter": 80, "learning_rate": 0.05, "max_leaf_nodes": 8, "l2_regularization": 5.0}
        plain["early_stopping"] = False
    if decisions.outcome.task != "regression":
        classes = len(decisions.outcome.classes)
        return [{**plain, "max_iter": max(20, min(plain["max_iter"], _TREES_OF_ALL_CLASSES // classes))}]
    kept = decisions.target.numbers[~decisions.set_aside]
    kept = kept[np.isfinite(kept)]
    losses = ["absolute_error", "squared_error"]
    if len(kept) and kept.min() >= 0 and kept.sum() > 0:
        losses.append("poisson")
    return [{"loss": loss, **plain} for loss in losses]
