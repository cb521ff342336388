"""The pooled model of a fleet: judged as every member is, for it answers wherever there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from include.domain.fleet_gate import pooled_gate
from include.domain.gate import decide
from include.domain.references import RunRef
from include.domain.spec import ModelSpec
from include.domain.verdict import Verdict
from include.evaluation.segment import Contest, evaluate_segment
from include.fleet.champion import Champion
from include.training.models import load_baseline, load_model, predict
from include.training.tracking import trained_rows

Source = Literal["challenger", "champion", "baseline"]


@dataclass(frozen=True)
class Pooled:
    """What a training on the rows of all segments left behind.

    Parameters
    ----------
    run : RunRef
    model, baseline : estimator
    """

    run: RunRef
    model: Any
    baseline: Any

    def serving(self, source: Source, champion: Champion | None) -> Any:
        """Return the model that serves segments without a member."""
        if source == "challenger":
            return self.model
        return self.baseline if champion is None or source == "baseline" else champion.pooled

    def serving_run(self, source: Source, champion: Champion | None) -> str:
        """Return the run that trained it."""
        return champion.pooled_run if champion is not None and source == "champion" else self.run.run_id


def open_pooled(spec: ModelSpec, run: RunRef) -> Pooled:
    """Return the models of a run that was trained on all segments."""
    model = load_model(f"runs:/{run.run_id}/model", trusted_types=spec.training.trusted_types)
    return Pooled(run, model, load_baseline(run.run_id))


def judge_pooled(
    spec: ModelSpec, pooled: Pooled, champion: Champion | None, holdout: pd.DataFrame, seen: pd.DataFrame
) -> tuple[Source, Verdict | None]:
    """Decide who serves as the pooled model.

    Parameters
    ----------
    spec : ModelSpec
    pooled : Pooled
    champion : Champion or None
    holdout : DataFrame of shape (n, clean columns)
        Rows of all segments that judge.
    seen : DataFrame of shape (n, anything)
        The same rows as the champion reads them.

    Returns
    -------
    {'challenger', 'champion', 'baseline'}
        Who did not pass serves nobody: without a champion the baseline stands in.
    Verdict or None
        None where it is the champion's own still.
    """
    if champion is not None and champion.pooled_run == pooled.run.run_id:
        return "champion", None
    contest = Contest(
        predict(spec, pooled.model, holdout),
        predict(spec, pooled.baseline, holdout),
        champion=None if champion is None else predict(champion.spec, champion.pooled, seen),
    )
    evidence, _ = evaluate_segment(
        spec,
        f"{spec.name} pooled model",
        holdout,
        contest,
        trained_on=trained_rows(pooled.run.run_id),
        champion_trained_on=champion.trained_on if champion else None,
    )
    verdict = decide(pooled_gate(spec), evidence)
    if verdict.passed:
        return "challenger", verdict
    return ("baseline" if champion is None else "champion"), verdict
