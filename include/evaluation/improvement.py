"""Improvements: the paired difference between a candidate and a rival, positive where the candidate is better."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from include.domain.evidence import Interval, Observation
from include.domain.gate import Improvement, improvement_name
from include.domain.metric import METRICS, VALUE, Metric
from include.domain.requirement import Rival
from include.domain.spec import ModelSpec
from include.evaluation.decided import decisions_told
from include.evaluation.judged import Judged
from include.evaluation.measured import measured, unanswerable
from include.evaluation.metrics import CONFIDENCE, unit_of
from include.evaluation.pair import Pair
from include.evaluation.scores import score
from include.statistics.estimate import Estimate
from include.statistics.exact import exact_gain
from include.statistics.paired import paired_difference
from include.statistics.power import POWER, rows_needed


def observe_improvements(spec: ModelSpec, pair: Pair, *, rng: np.random.Generator) -> tuple[Observation, ...]:
    """Observe every improvement over the rival that the gates of the spec ask for, and that of the value if it has one.

    Parameters
    ----------
    spec : ModelSpec
    pair : Pair
    rng : Generator

    Returns
    -------
    tuple of Observation
        The first answers ``gates.beats_baseline`` or ``gates.beats_champion``; others answer bounds that name an
        improvement of another metric.
    """
    rival = pair.rival_name
    first = [spec.improvement(rival)] if rival in ("baseline", "champion") else []
    others = [
        Improvement(rival=rival, metric=metric.name, confidence=CONFIDENCE)
        for metric in spec.metrics
        if metric.name not in {asked.metric for asked in first} and _is_asked(spec, rival, metric)
    ]
    return tuple(observe_improvement(spec, improvement, pair, rng=rng) for improvement in (*first, *others))


def _is_asked(spec: ModelSpec, rival: Rival, metric: Metric) -> bool:
    return metric.name == VALUE or improvement_name(rival, metric.name) in spec.asked_observations


def observe_improvement(spec: ModelSpec, asked: Improvement, pair: Pair, *, rng: np.random.Generator) -> Observation:
    """Observe one improvement over the rival, on the terms that are asked."""
    metric = METRICS[asked.metric]
    problem = problem_of(metric.name, pair)
    if problem:
        estimate = Estimate(value=None, rows=len(pair.candidate), clusters=pair.clusters.count, problem=problem)
    elif asked.test == "exact":
        estimate = _exact(asked, pair)
    else:
        estimate = _paired(metric, asked.confidence, pair, rng)
    return Observation(
        name=asked.observation,
        value=estimate.value,
        unit=unit_of(spec, metric),
        interval=estimate.interval,
        n=estimate.rows,
        detail="\n".join(_details(spec, asked, pair, estimate)),
    )


def problem_of(metric: str, pair: Pair) -> str:
    """Return why a metric of two models cannot be compared; empty if it can."""
    for name, judged in ((pair.candidate_name, pair.candidate), (pair.rival_name, pair.rival)):
        reason = unanswerable(metric, judged)
        if reason:
            return f"{name}: {reason}"
    one, other = (_known(judged) for judged in (pair.candidate, pair.rival))
    if set(one) != set(other):
        return f"{pair.candidate_name} knows the classes {_shown(one)}; {pair.rival_name} knows {_shown(other)}"
    return ""


def _known(judged: Judged) -> tuple[Any, ...]:
    return judged.classes[: judged.known]


def _shown(classes: tuple[Any, ...]) -> str:
    return ", ".join(repr(label) for label in classes[:10])


def _exact(asked: Improvement, pair: Pair) -> Estimate:
    if not pair.clusters.are_rows:
        rows, clusters = pair.clusters.rows, pair.clusters.count
        problem = f"the exact test takes rows as independent, but {rows:,} rows are of {clusters:,} entities"
        return Estimate(value=None, rows=rows, clusters=clusters, problem=f"{problem}: use test: bootstrap")
    right = (judged.truth == judged.predicted for judged in (pair.candidate, pair.rival))
    return exact_gain(*right, confidence=asked.confidence)


def _paired(metric: Metric, confidence: float, pair: Pair, rng: np.random.Generator) -> Estimate:
    both = measured(metric.name, pair.candidate), measured(metric.name, pair.rival)
    better, worse = both if metric.greater_is_better else both[::-1]
    return paired_difference(better, worse, pair.clusters, confidence=confidence, rng=rng)


def _details(spec: ModelSpec, asked: Improvement, pair: Pair, estimate: Estimate) -> list[str]:
    lines = [estimate.problem] if estimate.problem else []
    if estimate.value is None:
        return lines
    values = f"{pair.candidate_name} {score(asked.metric, pair.candidate):.6g}"
    values += f", {pair.rival_name} {score(asked.metric, pair.rival):.6g}"
    lines.append(f"{asked.metric}: {values} {unit_of(spec, METRICS[asked.metric])}".rstrip())
    lines += decisions_told(pair) if asked.metric == VALUE else []
    if estimate.interval is None:
        return lines
    units = "" if pair.clusters.are_rows else f" of {estimate.clusters:,} entities ({spec.data.entity})"
    lines.append(f"{estimate.interval.method} on {estimate.rows:,} rows{units}")
    if estimate.interval.low <= asked.margin < estimate.interval.high:
        lines.append(_outlook(asked, estimate.value, estimate, estimate.interval))
    return lines


def _outlook(asked: Improvement, value: float, estimate: Estimate, interval: Interval) -> str:
    error = estimate.standard_error or 0.0
    reach = (value - interval.low) / error if error else None
    needed = rows_needed(value - asked.margin, error, estimate.rows, confidence=asked.confidence, reach=reach)
    if needed is None:
        return f"not above the margin of {asked.margin:g} to begin with: more rows are not expected to show more"
    rows = max(needed, estimate.rows + 1)
    entities = math.ceil(rows * estimate.clusters / estimate.rows)
    of_entities = "" if estimate.clusters == estimate.rows else f" of {entities:,} entities"
    sure = f"{100 * asked.confidence:g}% confidence and power {POWER:g}"
    return f"about {rows:,} rows{of_entities} would tell a difference of this size, at {sure}"
