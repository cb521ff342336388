"""A segment's evaluation: its new member beside the baseline, the pooled model and the champion, on its own holdout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.evidence import Evidence, Observation
from include.domain.fleet_gate import SURELY_WORSE_THAN_POOLED
from include.domain.gate import (
    CHAMPIONS,
    HOLDOUT_IN_CHALLENGER_TRAINING,
    HOLDOUT_IN_CHAMPION_TRAINING,
    Improvement,
)
from include.domain.metric import METRICS
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.holdout import labelled_rows
from include.evaluation.improvement import observe_improvement
from include.evaluation.judged import Judged, clusters_in, judge
from include.evaluation.measured import unanswerable
from include.evaluation.metrics import observe_metrics
from include.evaluation.pair import Pair
from include.evaluation.scores import score
from include.evaluation.untouched import observe_shared_rows


@dataclass(frozen=True)
class Contest:
    """Who answers for the same rows.

    Parameters
    ----------
    candidate, baseline : Predictions
    pooled : Predictions or None
        None where the candidate is the pooled model itself.
    champion : Predictions or None
        Of whatever answers for these rows now; None where there is no champion.
    """

    candidate: Predictions
    baseline: Predictions
    pooled: Predictions | None = None
    champion: Predictions | None = None


def evaluate_segment(
    spec: ModelSpec,
    subject: str,
    holdout: pd.DataFrame,
    contest: Contest,
    *,
    trained_on: NDArray[np.uint64],
    champion_trained_on: NDArray[np.uint64] | None,
) -> tuple[Evidence, dict[str, float | None]]:
    """Observe what the gate of a segment asks, and no more: there may be thousands of them.

    Parameters
    ----------
    spec : ModelSpec
    subject : str
    holdout : DataFrame of shape (n, anything)
        Rows of the segment; the index holds their hashes (uint64).
    contest : Contest
        Predictions of these n rows.
    trained_on, champion_trained_on : array of uint64
        Hashes of the rows that candidate and champion were trained on.

    Returns
    -------
    Evidence
    dict of str to float or None
        The deciding metric of everyone who was asked, by name.
    """
    known, rows = labelled_rows(spec, holdout)
    mask = known.to_numpy()
    labelled = holdout[mask]
    said = {name: value for name, value in vars(contest).items() if value is not None}
    judged = {name: judge(spec, labelled, predictions.where(mask)) for name, predictions in said.items()}
    clusters = clusters_in(spec, labelled)
    rng = np.random.default_rng(spec.training.seed)

    def over(rival: Any) -> Pair:
        return Pair(judged["candidate"], judged[rival], "candidate", rival, clusters)

    observed: list[Observation] = [
        rows,
        Observation(name=CHAMPIONS, value=int(contest.champion is not None), unit="count"),
        observe_shared_rows(spec, HOLDOUT_IN_CHALLENGER_TRAINING, holdout, trained_on),
        observe_improvement(spec, spec.improvement("baseline"), over("baseline"), rng=rng),
    ]
    if contest.champion is not None:
        observed.append(observe_shared_rows(spec, HOLDOUT_IN_CHAMPION_TRAINING, holdout, champion_trained_on))
        observed.append(observe_improvement(spec, spec.improvement("champion"), over("champion"), rng=rng))
    if contest.pooled is not None:
        observed += _beside_pooled(spec, over("pooled"), rng)
    asked = [METRICS[name] for name in sorted(spec.asked_observations) if name in METRICS]
    if asked:
        observed += observe_metrics(spec, judged["candidate"], clusters, rng=rng, asked=asked)
    scores = {name: _score(spec, one) for name, one in judged.items()}
    return Evidence(subject=subject, observations=tuple(observed)), scores


def _beside_pooled(spec: ModelSpec, pair: Pair, rng: np.random.Generator) -> tuple[Observation, ...]:
    asked = Improvement(rival="pooled", **spec.improvement("champion").model_dump(include={"metric", "confidence"}))
    seen = observe_improvement(spec, asked, pair, rng=rng)
    worse = None if seen.interval is None else float(seen.interval.high < 0)
    return seen, Observation(name=SURELY_WORSE_THAN_POOLED, value=worse, n=seen.n)


def _score(spec: ModelSpec, judged: Judged) -> float | None:
    metric = spec.improvement("baseline").metric
    return None if unanswerable(metric, judged) else float(score(metric, judged))
