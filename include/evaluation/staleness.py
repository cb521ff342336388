"""Staleness: what a champion has lost since it was evaluated, told by its numbers of then and on today's rows."""

from __future__ import annotations

import numpy as np

from include.domain.evidence import Evidence, Observation
from include.domain.metric import Metric
from include.domain.requirement import staleness_name
from include.domain.spec import ModelSpec
from include.evaluation.judged import Judged
from include.evaluation.measured import measured, unanswerable
from include.evaluation.metrics import CONFIDENCE, unit_of
from include.statistics.bootstrap import estimate_all
from include.statistics.clusters import Clusters
from include.statistics.unpaired import unpaired_difference


def observe_staleness(
    spec: ModelSpec, champion: Judged, clusters: Clusters, then: Evidence | None, *, rng: np.random.Generator
) -> tuple[Observation, ...]:
    """Observe how much the champion has lost, in every metric whose staleness a bound asks for.

    Parameters
    ----------
    spec : ModelSpec
    champion : Judged
        On today's holdout.
    clusters : Clusters
        Of today's holdout.
    then : Evidence or None
        What was seen of the champion on its own holdout.
    rng : Generator

    Returns
    -------
    tuple of Observation
        Above zero the champion is worse today, whatever the direction of the metric.
    """
    asked = [metric for metric in spec.metrics if staleness_name(metric.name) in spec.asked_observations]
    return tuple(_observe(spec, metric, champion, clusters, then, rng=rng) for metric in asked)


def _observe(
    spec: ModelSpec,
    metric: Metric,
    champion: Judged,
    clusters: Clusters,
    evidence: Evidence | None,
    *,
    rng: np.random.Generator,
) -> Observation:
    blank = Observation(name=f"staleness.{metric.name}", value=None, unit=unit_of(spec, metric), n=len(champion))
    then = evidence.find(metric.name) if evidence else None
    problem = unanswerable(metric.name, champion)
    if problem or then is None or then.value is None:
        told = f"champion: {problem}" if problem else f"nobody has seen the champion's {metric.name} then"
        return blank.model_copy(update={"detail": told})
    (now,) = estimate_all([measured(metric.name, champion)], clusters, confidence=CONFIDENCE, rng=rng)
    if now.value is None:
        return blank.model_copy(update={"detail": f"today: {now.problem}"})
    sides = ((then.value, then.interval), (now.value, now.interval))
    (first, of_first), (second, of_second) = sides if metric.greater_is_better else sides[::-1]
    interval = unpaired_difference(first, of_first, second, of_second) if of_first and of_second else None
    detail = f"{metric.name} of the champion: {then.value:.6g} then on {then.n or 0:,} rows, {now.value:.6g} today"
    return blank.model_copy(update={"value": first - second, "interval": interval, "detail": detail})
