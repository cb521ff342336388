"""Thresholds: where a binary model draws its line so that its decisions are worth most, chosen on validation rows.

The line is part of the model: scikit-learn's own `FixedThresholdClassifier` carries it in the model's file, so that
whoever loads the model and asks it for classes gets the decisions that were judged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import FixedThresholdClassifier

from include.domain.errors import DataError
from include.domain.record import Record
from include.domain.spec import ModelSpec
from include.statistics.payoff import best_threshold
from include.training.models import predict
from include.training.rows import DividedRows
from include.training.target import class_order


class Chosen(Record):
    """A threshold and what speaks for it.

    Parameters
    ----------
    threshold : float
        Probability of the positive class from which on a row is said to be positive.
    value_per_1000, value_per_1000_at_half : float
        What a thousand decisions are worth on the validation rows, there and at 0.5, in the unit of the payoffs.
    rows : int
        Validation rows.
    """

    threshold: float
    value_per_1000: float
    value_per_1000_at_half: float
    rows: int


def choose_threshold(spec: ModelSpec, rows: DividedRows, fit_anew: Callable[[], BaseEstimator]) -> Chosen | None:
    """Choose the threshold of the highest value.

    Parameters
    ----------
    spec : ModelSpec
    rows : DividedRows
        Its validation rows, which follow the split of the spec (later rows, other entities), choose; its holdout is not
        looked at.
    fit_anew : callable
        Returns an estimator that was fitted to ``rows.searching``, and so has not seen the validation rows.

    Returns
    -------
    Chosen or None
        None where the spec names no payoffs, or the task has no threshold.

    Raises
    ------
    DataError
        If there are no validation rows, or a probability is missing.
    """
    if spec.value is None or spec.task != "binary":
        return None
    if rows.payoffs is None or not rows.is_validation.any():
        raise DataError("value needs validation rows to choose a threshold on, and the split has none")
    validation = rows.validation
    said = predict(spec, fit_anew(), validation.features)
    if said.probabilities is None or said.classes is None or not np.isfinite(said.probabilities).all():
        raise DataError("value needs a probability for every validation row, and the model gives none for some")
    positive, payoffs = validation.target == said.classes[1], rows.payoffs.where(rows.is_validation)
    cut = best_threshold(positive, said.probabilities[:, 1], payoffs)
    at_half = payoffs.of_decisions(positive, said.probabilities[:, 1] >= 0.5)
    return Chosen(
        threshold=cut.threshold,
        value_per_1000=1_000 * cut.worth,
        value_per_1000_at_half=1_000 * float(np.mean(at_half)),
        rows=len(validation),
    )


def with_threshold(spec: ModelSpec, estimator: Any, chosen: Chosen | None) -> Any:
    """Return a fitted estimator that decides at a threshold; the estimator itself where none was chosen."""
    if chosen is None:
        return estimator
    positive = class_order(spec, np.asarray(estimator.classes_))[-1]
    label = positive.item() if hasattr(positive, "item") else positive
    return FixedThresholdClassifier(
        estimator, threshold=chosen.threshold, pos_label=label, response_method="predict_proba"
    )
