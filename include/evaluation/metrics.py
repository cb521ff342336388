"""Metrics: every measure of the task as an observation, with the interval in which other rows would put it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from include.domain.evidence import Interval, Observation
from include.domain.metric import Metric
from include.domain.spec import ModelSpec
from include.evaluation.judged import Judged
from include.evaluation.measured import measured, unanswerable
from include.evaluation.scores import score
from include.statistics.bootstrap import estimate_all
from include.statistics.clusters import Clusters
from include.statistics.estimate import Estimate

CONFIDENCE = 0.95
"""Coverage of the interval of every metric."""


def observe_metrics(
    spec: ModelSpec,
    judged: Judged,
    clusters: Clusters,
    *,
    rng: np.random.Generator,
    confidence: float = CONFIDENCE,
    asked: Sequence[Metric] | None = None,
) -> tuple[Observation, ...]:
    """Observe every metric of the task, or those that are asked.

    Parameters
    ----------
    spec : ModelSpec
    judged : Judged
    clusters : Clusters
        Rows that belong together.
    rng : Generator
    confidence : float
        Of the intervals.
    asked : sequence of Metric, optional
        All of the task if left out.

    Returns
    -------
    tuple of Observation
        One for every metric; without a value, and with the reason, where it cannot be computed.
    """
    asked = spec.metrics if asked is None else asked
    answered = [metric for metric in asked if not unanswerable(metric.name, judged)]
    estimates = estimate_all(
        [measured(metric.name, judged) for metric in answered], clusters, confidence=confidence, rng=rng
    )
    known = dict(zip((metric.name for metric in answered), estimates, strict=True))
    return tuple(_observation(spec, metric, judged, known.get(metric.name)) for metric in asked)


def unit_of(spec: ModelSpec, metric: Metric) -> str:
    """Return the unit of a metric; errors of a regression are in the unit of the target, which bears its name."""
    if metric.unit == "value":
        return spec.value.unit if spec.value else ""
    return spec.data.target if metric.unit == "target" else metric.unit


def _observation(spec: ModelSpec, metric: Metric, judged: Judged, estimate: Estimate | None) -> Observation:
    blank = Observation(name=metric.name, value=None, unit=unit_of(spec, metric), n=len(judged))
    if estimate is None:
        return blank.model_copy(update={"detail": unanswerable(metric.name, judged)})
    value = score(metric.name, judged)
    if not math.isfinite(value):
        return blank.model_copy(update={"detail": "not defined for these rows: a class is absent, or all are alike"})
    return blank.model_copy(
        update={"value": value, "interval": _containing(value, estimate.interval), "detail": estimate.problem}
    )


def _containing(value: float, interval: Interval | None) -> Interval | None:
    if interval is None:
        return None
    return interval.model_copy(update={"low": min(interval.low, value), "high": max(interval.high, value)})
