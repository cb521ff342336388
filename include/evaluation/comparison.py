"""Comparison: champion against challenger, on the same rows, which neither of them was trained on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.errors import DataError
from include.domain.evidence import Evidence, Observation
from include.domain.gate import CHAMPIONS, HOLDOUT_IN_CHALLENGER_TRAINING, HOLDOUT_IN_CHAMPION_TRAINING
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.holdout import labelled_rows
from include.evaluation.improvement import observe_improvements
from include.evaluation.judged import clusters_in, judge
from include.evaluation.pair import Pair
from include.evaluation.slices import observe_slice_improvements
from include.evaluation.slicing import slices_in
from include.evaluation.staleness import observe_staleness
from include.evaluation.untouched import observe_shared_rows


def compare_models(
    spec: ModelSpec,
    holdout: pd.DataFrame,
    challenger: Predictions,
    champion: Predictions | None,
    *,
    champion_trained_on: NDArray[Any] | None,
    challenger_trained_on: NDArray[Any],
    champion_then: Evidence | None = None,
) -> Evidence:
    """Observe how much better the challenger is than the champion.

    Parameters
    ----------
    spec : ModelSpec
    holdout : DataFrame of shape (n, anything)
        Rows with target and entity; the index holds their hashes (uint64).
    challenger : Predictions
        Of these n rows, in their order.
    champion : Predictions or None
        Of the same rows; None says that the registry holds no champion.
    champion_trained_on, challenger_trained_on : array of uint64
        Hashes of the rows that each was trained on.
    champion_then : Evidence, optional
        What was seen of the champion when it was evaluated; a bound on staleness asks for it.

    Returns
    -------
    Evidence
        The number of champions; and if there is one, rows that either was trained on,
        ``improvement_over_champion.<metric>``, also in the worst slice where the spec names slices, and
        ``staleness.<metric>`` where a bound asks for it.

    Raises
    ------
    DataError
        If predictions, target or hashes are not of these rows, or a champion has training rows and no predictions.
    """
    if champion is None:
        if champion_trained_on is not None:
            raise DataError("the champion has training rows but no predictions: was it asked about the holdout?")
        return Evidence(subject=f"{spec.name} challenger", observations=(_champions(0),))
    known, _ = labelled_rows(spec, holdout)
    labelled = holdout[known.to_numpy()]
    judged, rival = (judge(spec, labelled, said.where(known.to_numpy())) for said in (challenger, champion))
    rng = np.random.default_rng(spec.training.seed)
    clusters = clusters_in(spec, labelled)
    pair = Pair(judged, rival, "challenger", "champion", clusters)
    return Evidence(
        subject=f"{spec.name} challenger",
        observations=(
            _champions(1),
            observe_shared_rows(spec, HOLDOUT_IN_CHALLENGER_TRAINING, holdout, challenger_trained_on),
            observe_shared_rows(spec, HOLDOUT_IN_CHAMPION_TRAINING, holdout, champion_trained_on),
            *observe_improvements(spec, pair, rng=rng),
            *observe_slice_improvements(spec, slices_in(spec, labelled, clusters), pair, rng=rng),
            *observe_staleness(spec, rival, clusters, champion_then, rng=rng),
        ),
    )


def _champions(count: int) -> Observation:
    return Observation(name=CHAMPIONS, value=count, unit="count")
