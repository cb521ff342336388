"""Decisions: where a binary model draws its line between the classes, and what that line is worth beside 0.5."""

from __future__ import annotations

import numpy as np
import pandas as pd

from include.domain.catalogue import DECISION_THRESHOLD
from include.domain.evidence import Observation
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.improvement import observe_improvements
from include.evaluation.judged import judge
from include.evaluation.pair import Pair
from include.statistics.clusters import Clusters

HALF = 0.5
"""Where a model decides that nobody has told what its decisions are worth."""


def observe_decisions(
    spec: ModelSpec, holdout: pd.DataFrame, said: Predictions, clusters: Clusters, *, rng: np.random.Generator
) -> tuple[Observation, ...]:
    """Observe a candidate's threshold, and what it gains over 0.5.

    Parameters
    ----------
    spec : ModelSpec
    holdout : DataFrame of shape (n, anything)
        Labelled rows.
    said : Predictions
        Of these n rows.
    clusters : Clusters
    rng : Generator

    Returns
    -------
    tuple of Observation
        None where the spec names no payoffs, or the task has no threshold.
    """
    if spec.value is None or spec.task != "binary" or said.threshold is None:
        return ()
    threshold = Observation(
        name=DECISION_THRESHOLD, value=said.threshold, n=len(said), detail="chosen on validation rows, not on these"
    )
    candidate, half = (judge(spec, holdout, decided) for decided in (said, said.at(HALF)))
    pair = Pair(candidate, half, "candidate", "half", clusters)
    return (threshold, *observe_improvements(spec, pair, rng=rng))
