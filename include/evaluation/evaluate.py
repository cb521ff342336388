"""Evaluation: what a candidate is worth on its holdout, and how much better it is than a simple baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.evidence import Evidence
from include.domain.gate import HOLDOUT_IN_CHALLENGER_TRAINING
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.holdout import labelled_rows
from include.evaluation.improvement import Pair, observe_improvements
from include.evaluation.judged import clusters_in, judge
from include.evaluation.metrics import observe_metrics
from include.evaluation.untouched import observe_shared_rows


def evaluate_candidate(
    spec: ModelSpec,
    holdout: pd.DataFrame,
    candidate: Predictions,
    baseline: Predictions,
    trained_on: NDArray[Any],
) -> Evidence:
    """Observe a candidate on the rows that it has not seen, beside the baseline.

    Parameters
    ----------
    spec : ModelSpec
    holdout : DataFrame of shape (n, anything)
        Rows with target and entity; the index holds their hashes (uint64).
    candidate, baseline : Predictions
        Of these n rows, in their order.
    trained_on : array of shape (m,), uint64
        Hashes of the rows that the candidate was trained on.

    Returns
    -------
    Evidence
        Rows, rows seen in training, every metric of the task, and ``improvement_over_baseline.<metric>``.

    Raises
    ------
    DataError
        If predictions, target or hashes are not of these rows.
    """
    known, rows = labelled_rows(spec, holdout)
    labelled = holdout[known.to_numpy()]
    judged, simple = (judge(spec, labelled, said.where(known.to_numpy())) for said in (candidate, baseline))
    clusters = clusters_in(spec, labelled)
    rng = np.random.default_rng(spec.training.seed)
    return Evidence(
        subject=f"{spec.name} candidate",
        observations=(
            rows,
            observe_shared_rows(HOLDOUT_IN_CHALLENGER_TRAINING, holdout, trained_on),
            *observe_metrics(spec, judged, clusters, rng=rng),
            *observe_improvements(spec, Pair(judged, simple, "candidate", "baseline", clusters), rng=rng),
        ),
    )
