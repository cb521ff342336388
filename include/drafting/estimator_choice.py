"""The estimator of a draft: gradient-boosted trees, which take gaps, outliers and unordered codes as they come."""

from __future__ import annotations

from typing import Any

import numpy as np

from include.drafting.decisions import Decisions

REGRESSOR = "sklearn.ensemble.HistGradientBoostingRegressor"
CLASSIFIER = "sklearn.ensemble.HistGradientBoostingClassifier"
_TREES = 200
_TREES_OF_ALL_CLASSES = 1_000


def estimator_of(decisions: Decisions) -> str:
    """Return the import path of the estimator."""
    return REGRESSOR if decisions.outcome.task == "regression" else CLASSIFIER


def choices_of(decisions: Decisions) -> list[dict[str, Any]]:
    """Return the parameters that a trial chooses among, the one to take without a trial first.

    Amounts are tried with the loss of their mean, the loss of their median (which a heavy tail cannot pull about) and,
    if none is negative, the loss of counts.
    """
    plain: dict[str, Any] = {"max_iter": _TREES, "learning_rate": 0.1, "early_stopping": False}
    if decisions.outcome.task != "regression":
        classes = len(decisions.outcome.classes)
        trees = _TREES if classes == 2 else max(20, min(_TREES, _TREES_OF_ALL_CLASSES // classes))
        return [{**plain, "max_iter": trees}]
    kept = decisions.target.numbers[~decisions.set_aside]
    kept = kept[np.isfinite(kept)]
    losses = ["absolute_error", "squared_error"]
    if len(kept) and kept.min() >= 0 and kept.sum() > 0:
        losses.append("poisson")
    return [{"loss": loss, **plain} for loss in losses]
