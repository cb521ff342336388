"""Evaluation: what a candidate is worth on its holdout, and how much better it is than a simple baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.evidence import Evidence, Observation
from include.domain.gate import HOLDOUT_IN_CHALLENGER_TRAINING
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.calibration import observe_calibration
from include.evaluation.decisions import observe_decisions
from include.evaluation.fairness import observe_fairness
from include.evaluation.holdout import labelled_rows
from include.evaluation.improvement import observe_improvements
from include.evaluation.judged import Judged, clusters_in, judge
from include.evaluation.metrics import observe_metrics
from include.evaluation.pair import Pair
from include.evaluation.slices import observe_slice_improvements, observe_slices
from include.evaluation.slicing import slices_in
from include.evaluation.untouched import observe_shared_rows


def evaluate_candidate(
    spec: ModelSpec,
    holdout: pd.DataFrame,
    candidate: Predictions,
    baseline: Predictions,
    trained_on: NDArray[Any],
    *,
    simpler: Predictions | None = None,
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
    simpler : Predictions, optional
        Of a linear model, where a bound asks for the improvement over it.

    Returns
    -------
    Evidence
        Rows, rows seen in training, every metric of the task, ``improvement_over_baseline.<metric>``; calibration of
        probabilities, what the threshold is worth where the spec names payoffs, and what slices and groups show where
        it names some.

    Raises
    ------
    DataError
        If predictions, target or hashes are not of these rows.
    """
    known, rows = labelled_rows(spec, holdout)
    labelled = holdout[known.to_numpy()]
    judged, simple = (judge(spec, labelled, said.where(known.to_numpy())) for said in (candidate, baseline))
    clusters = clusters_in(spec, labelled)
    rng = _rng(spec)
    pair = Pair(judged, simple, "candidate", "baseline", clusters)
    slices = slices_in(spec, labelled, clusters)
    return Evidence(
        subject=f"{spec.name} candidate",
        observations=(
            rows,
            observe_shared_rows(spec, HOLDOUT_IN_CHALLENGER_TRAINING, holdout, trained_on),
            *observe_metrics(spec, judged, clusters, rng=rng),
            *observe_improvements(spec, pair, rng=rng),
            *observe_slices(spec, slices, judged, rng=_rng(spec)),
            *observe_slice_improvements(spec, slices, pair, rng=_rng(spec)),
            *observe_fairness(spec, judged, labelled, clusters, rng=_rng(spec)),
            *observe_calibration(spec, judged, clusters, rng=rng),
            *observe_decisions(spec, labelled, candidate.where(known.to_numpy()), clusters, rng=rng),
            *_over_simpler(spec, labelled, known, judged, simpler, rng=rng),
        ),
    )


def _rng(spec: ModelSpec) -> np.random.Generator:
    """Return chance that does not depend on what else is asked."""
    return np.random.default_rng(spec.training.seed)


def _over_simpler(
    spec: ModelSpec,
    labelled: pd.DataFrame,
    known: pd.Series,
    judged: Judged,
    simpler: Predictions | None,
    *,
    rng: np.random.Generator,
) -> tuple[Observation, ...]:
    if simpler is None:
        return ()
    linear = judge(spec, labelled, simpler.where(known.to_numpy()))
    pair = Pair(judged, linear, "candidate", "simpler", clusters_in(spec, labelled))
    return observe_improvements(spec, pair, rng=rng)
