"""Calibration of a binary model's probabilities: their error, and the slope and intercept that would put them right."""

from __future__ import annotations

import math

import numpy as np

from include.domain.evidence import Observation
from include.domain.spec import ModelSpec
from include.evaluation.judged import Judged
from include.evaluation.measured import unanswerable
from include.evaluation.metrics import CONFIDENCE
from include.evaluation.scores import positive_probability, positive_rows
from include.statistics.bootstrap import estimate_all
from include.statistics.calibration import (
    BINS,
    calibration_error,
    error_by_chance,
    recalibration_intercept,
    recalibration_slope,
)
from include.statistics.clusters import Clusters, Floats
from include.statistics.sandwich import sandwich


def observe_calibration(
    spec: ModelSpec, judged: Judged, clusters: Clusters, *, rng: np.random.Generator
) -> tuple[Observation, ...]:
    """Observe how far a binary model's probabilities can be taken at their word.

    Returns
    -------
    tuple of Observation
        ``calibration.error``, ``calibration.slope`` and ``calibration.intercept``; without a value where there are no
        probabilities, or the rows define none. Nothing for other tasks.
    """
    if spec.task != "binary":
        return ()
    problem = unanswerable("brier_score", judged)
    rows = len(judged)
    if problem:
        return (
            Observation(name="calibration.error", value=None, n=rows, detail=problem),
            Observation(name="calibration.slope", value=None, n=rows, detail=problem),
            Observation(name="calibration.intercept", value=None, n=rows, detail=problem),
        )
    positive, probability = positive_rows(judged), positive_probability(judged)
    (error,) = estimate_all([calibration_error(positive, probability)], clusters, confidence=CONFIDENCE, rng=rng)
    chance = f"{BINS} bins; a perfect model of these probabilities would show about {error_by_chance(probability):.3g}"
    return (
        Observation(
            name="calibration.error", value=error.value, unit="share", interval=error.interval, n=rows, detail=chance
        ),
        _seen(Observation(name="calibration.slope", value=None), recalibration_slope(positive, probability), clusters),
        _seen(
            Observation(name="calibration.intercept", value=None, unit="log odds"),
            recalibration_intercept(positive, probability),
            clusters,
        ),
    )


def _seen(blank: Observation, fitted: tuple[float, Floats], clusters: Clusters) -> Observation:
    value, influence = fitted
    estimate = sandwich(value, influence, clusters, confidence=CONFIDENCE)
    detail = estimate.problem if math.isfinite(value) else "not defined: one class only, or probabilities all alike"
    update = {"value": estimate.value, "interval": estimate.interval, "n": clusters.rows, "detail": detail}
    return blank.model_copy(update=update)
