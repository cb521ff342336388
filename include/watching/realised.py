"""Realised quality: what a window's predictions were worth, by the labels that have arrived."""

from __future__ import annotations

import numpy as np

from include.domain.concerns import REALISED
from include.domain.evidence import Evidence, Observation
from include.domain.spec import ModelSpec
from include.evaluation.fairness import observe_fairness
from include.evaluation.judged import clusters_in, judge
from include.evaluation.metrics import CONFIDENCE, observe_metrics, unit_of
from include.evaluation.slices import observe_slices
from include.evaluation.slicing import slices_in
from include.watching.labels_seen import NO_LABELS, observe_labels
from include.watching.lost import observe_losses
from include.watching.served import Served


def observe_realised(
    spec: ModelSpec, served: Served, promised: Evidence | None, *, rng: np.random.Generator
) -> tuple[Observation, ...]:
    """Observe labels, every metric of the task, what it has lost since the promotion, slices and groups.

    Parameters
    ----------
    spec : ModelSpec
    served : Served
        Rows of the window, labelled or not.
    promised : Evidence or None
        What was seen of the champion when it was evaluated.
    rng : Generator

    Returns
    -------
    tuple of Observation
        ``labelled_…``, and under ``realised.`` what an evaluation observes; without values where there are no labels.
    """
    labels = observe_labels(spec, served)
    known = served.labelled(spec)
    if not known.any():
        unknown = tuple(_unknown(spec))
        return (*labels, *unknown, *observe_losses(REALISED, unknown, promised))
    rows = served.where(known)
    judged, clusters = judge(spec, rows.frame, rows.said), clusters_in(spec, rows.frame)
    # What is asked for more surely than evaluations are has to be seen so: else no window would ever be judged.
    sure = max(CONFIDENCE, spec.monitoring.confidence)
    metrics = tuple(map(_as_realised, observe_metrics(spec, judged, clusters, rng=rng, confidence=sure)))
    parts = observe_slices(spec, slices_in(spec, rows.frame, clusters), judged, rng=rng)
    groups = observe_fairness(spec, judged, rows.frame, clusters, rng=rng)
    apart = tuple(map(_as_realised, (*parts, *groups)))
    return (*labels, *metrics, *observe_losses(REALISED, metrics, promised), *apart)


def _unknown(spec: ModelSpec) -> list[Observation]:
    return [
        Observation(name=f"{REALISED}.{metric.name}", value=None, unit=unit_of(spec, metric), n=0, detail=NO_LABELS)
        for metric in spec.metrics
    ]


def _as_realised(observation: Observation) -> Observation:
    return observation.model_copy(update={"name": f"{REALISED}.{observation.name}"})
