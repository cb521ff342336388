"""An assembly: all that goes into a fleet, opened once, and what tells the fleet from others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from include.data.frames import read_frame
from include.domain.fingerprint import Fingerprint
from include.domain.fleet import FleetPlan
from include.domain.fleet_gate import composition
from include.domain.record import digest
from include.domain.spec import ModelSpec
from include.domain.verdict import Outcome as Decided
from include.fleet.champion import Champion, open_champion
from include.fleet.outcome import Outcome, collect
from include.fleet.pooled import Pooled, open_pooled
from include.storage.store import Store
from include.training.features import FeatureColumns
from include.training.models import columns_of
from include.training.tracking import holdout_rows, trained_rows
from include.training.training_fingerprint import made_by


@dataclass(frozen=True)
class Assembly:
    """What a fleet is put together from.

    Parameters
    ----------
    spec : ModelSpec
    plan : FleetPlan
    outcome : Outcome
        What became of all chunks.
    champion : Champion or None
    pooled : Pooled
    frame : DataFrame of shape (n, clean columns)
        Rows of all segments; the index is the row hash.
    columns : FeatureColumns
        What the pooled model reads.
    """

    spec: ModelSpec
    plan: FleetPlan
    outcome: Outcome
    champion: Champion | None
    pooled: Pooled
    frame: pd.DataFrame
    columns: FeatureColumns

    @property
    def serving(self) -> Any:
        """The model that serves segments without a member."""
        return self.pooled.serving(self.plan.pooled_by, self.champion)

    @property
    def serving_run(self) -> str:
        """The run that trained it."""
        return self.pooled.serving_run(self.plan.pooled_by, self.champion)

    @property
    def leant_on(self) -> dict[str, Any]:
        """Earlier pooled models that members lean on which stay, by the run that trained each."""
        stayed = [one.member for one in self.outcome.results if one.served_by == "champion" and one.member]
        runs = dict.fromkeys(member.leans_on for member in stayed if member.weight < 1)
        known = self.champion.pooled_models if self.champion else {}
        return {run: known[run] for run in runs if run != self.serving_run}

    @property
    def pooled_decided(self) -> Decided | None:
        """What the gate said of a pooled model that was trained in this run, if one was."""
        verdict = self.plan.pooled_verdict
        return None if verdict is None or self.plan.pooled_run.reused else verdict.outcome

    @property
    def holdout(self) -> pd.DataFrame:
        """Rows that judge."""
        return self.frame[self.frame.index.isin(holdout_rows(self.plan.pooled_run.run_id))]

    def trained_on(self) -> np.ndarray[Any, np.dtype[np.uint64]]:
        """Return the hashes of all rows that some part of the fleet was trained on."""
        own = trained_rows(self.plan.pooled_run.run_id)
        stayed = self.plan.pooled_by == "champion" or any(
            result.served_by == "champion" for result in self.outcome.results
        )
        return np.union1d(own, self.champion.trained_on) if self.champion and stayed else own

    def fingerprint(self) -> Fingerprint:
        """Return what tells this fleet from others: who answers for which segment."""
        prior = self.spec.segment_by.prior_rows if self.spec.segment_by else 0
        return Fingerprint(
            parts={
                "members": digest(composition(self.outcome.results)),
                "pooled": [self.serving_run, self.plan.pooled_by == "baseline"],
                "segments": {"columns": list(self.spec.segment_columns), "prior_rows": prior},
                "environment": made_by(self.spec)["environment"],
            }
        )


def open_assembly(spec: ModelSpec, plan: FleetPlan, keys: Sequence[str], store: Store) -> Assembly:
    """Bring together what the tasks of the chunks left in the store, and what they challenged."""
    frame, pooled = read_frame(plan.dataset, store), open_pooled(spec, plan.pooled_run)
    return Assembly(
        spec=spec,
        plan=plan,
        outcome=collect(keys, store),
        champion=open_champion(plan.champion),
        pooled=pooled,
        frame=frame,
        columns=columns_of(spec, pooled.model, frame),
    )
