"""Succession: how much better a new champion is than its predecessor, on rows that came after both."""

from __future__ import annotations

import numpy as np
import pandas as pd

from include.domain.evidence import Evidence, Observation
from include.domain.metric import METRICS
from include.domain.predictions import Predictions
from include.domain.requirement import improvement_name
from include.domain.spec import ModelSpec
from include.domain.watch import PREDECESSOR
from include.evaluation.improvement import problem_of
from include.evaluation.judged import clusters_in, judge
from include.evaluation.measured import measured
from include.evaluation.metrics import unit_of
from include.evaluation.pair import Pair
from include.evaluation.scores import score
from include.statistics.paired import paired_difference


def observe_succession(
    spec: ModelSpec, rows: pd.DataFrame, champion: Predictions, predecessor: Predictions, *, confidence: float
) -> Evidence:
    """Observe the paired difference between a new champion and the one before it.

    Parameters
    ----------
    spec : ModelSpec
    rows : DataFrame of shape (n, anything)
        Clean rows since the promotion, with target and entity; those without a label are left out.
    champion, predecessor : Predictions
        Of these n rows, in their order.
    confidence : float
        Coverage of the two-sided interval.

    Returns
    -------
    Evidence
        ``improvement_over_predecessor.<metric>`` of the deciding metric, above zero where the champion is better.
    """
    known = rows[spec.data.target].notna().to_numpy()
    labelled = rows[known]
    judged, before = (judge(spec, labelled, said.where(known)) for said in (champion, predecessor))
    pair = Pair(judged, before, "champion", PREDECESSOR, clusters_in(spec, labelled))
    metric = METRICS[spec.deciding_metric]
    name, unit = improvement_name(PREDECESSOR, metric.name), unit_of(spec, metric)
    if problem := problem_of(metric.name, pair):
        blank = Observation(name=name, value=None, unit=unit, n=len(labelled), detail=problem)
        return Evidence(subject=f"{spec.name} champion", observations=(blank,))
    both = measured(metric.name, judged), measured(metric.name, before)
    better, worse = both if metric.greater_is_better else both[::-1]
    rng = np.random.default_rng(spec.training.seed)
    estimate = paired_difference(better, worse, pair.clusters, confidence=confidence, rng=rng)
    values = f"champion {score(metric.name, judged):.6g}, predecessor {score(metric.name, before):.6g} {unit}".rstrip()
    seen = Observation(
        name=name,
        value=estimate.value,
        unit=unit,
        interval=estimate.interval,
        n=estimate.rows,
        detail="\n".join(line for line in (estimate.problem, values) if line),
    )
    return Evidence(subject=f"{spec.name} champion", observations=(seen,))
