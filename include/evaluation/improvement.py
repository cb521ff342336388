"""Improvements: the paired difference between a candidate and a rival, positive where the candidate is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from include.domain.evidence import Observation
from include.domain.gate import Improvement, improvement_name
from include.domain.metric import METRICS, Metric
from include.domain.spec import ModelSpec
from include.evaluation.judged import Judged
from include.evaluation.measured import measured, unanswerable
from include.evaluation.metrics import CONFIDENCE, unit_of
from include.evaluation.scores import score
from include.statistics.clusters import Clusters
from include.statistics.estimate import Estimate
from include.statistics.exact import exact_gain
from include.statistics.paired import paired_difference
from include.statistics.power import POWER, rows_needed


@dataclass(frozen=True, eq=False)
class Pair:
    """Two models, judged on the same rows.

    Parameters
    ----------
    candidate, rival : Judged
    candidate_name, rival_name : str
        How the detail calls them: ``challenger`` and ``champion``.
    clusters : Clusters
        Rows that belong together.
    """

    candidate: Judged
    rival: Judged
    candidate_name: str
    rival_name: Literal["baseline", "champion"]
    clusters: Clusters


def observe_improvements(spec: ModelSpec, pair: Pair, *, rng: np.random.Generator) -> tuple[Observation, ...]:
    """Observe every improvement over the rival that the gates of the spec ask for.

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
    asked = spec.improvement(pair.rival_name)
    named = {bound.observation for bound in spec.gates.bounds}
    others = [
        Improvement(rival=pair.rival_name, metric=name, confidence=CONFIDENCE)
        for name, metric in METRICS.items()
        if name != asked.metric and spec.task in metric.tasks and improvement_name(pair.rival_name, name) in named
    ]
    return tuple(_observe(spec, improvement, pair, rng) for improvement in (asked, *others))


def _observe(spec: ModelSpec, asked: Improvement, pair: Pair, rng: np.random.Generator) -> Observation:
    metric = METRICS[asked.metric]
    problem = _problem(metric.name, pair)
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


def _problem(metric: str, pair: Pair) -> str:
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
    if estimate.interval is None:
        return lines
    units = "" if pair.clusters.are_rows else f" of {estimate.clusters:,} entities ({spec.data.entity})"
    lines.append(f"{estimate.interval.method} on {estimate.rows:,} rows{units}")
    if estimate.interval.low <= asked.margin < estimate.interval.high:
        lines.append(_outlook(asked, estimate.value, estimate))
    return lines


def _outlook(asked: Improvement, value: float, estimate: Estimate) -> str:
    needed = rows_needed(
        value - asked.margin, estimate.standard_error or 0.0, estimate.rows, confidence=asked.confidence
    )
    if needed is None:
        return f"not above the margin of {asked.margin:g} to begin with: more rows are not expected to show more"
    sure = f"{100 * asked.confidence:g}% confidence and power {POWER:g}"
    return f"about {max(needed, estimate.rows + 1):,} rows would tell a difference of this size, at {sure}"
