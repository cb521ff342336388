"""The champion of a fleet: what serves now, opened once for all segments, and asked about rows as it knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.data.cleaning import clean_frame
from include.data.frames import read_frame
from include.domain.fleet import FleetMember
from include.domain.references import ModelVersionRef, RunRef
from include.domain.spec import ModelSpec
from include.storage.store import Store
from include.training.fleet_model import FleetModel
from include.training.models import load_model, undecided
from include.training.tracking import accepted_dataset, trained_rows, trained_spec


@dataclass(frozen=True)
class Champion:
    """The model that serves now.

    Parameters
    ----------
    version : ModelVersionRef
    spec : ModelSpec
        The one that it was trained by.
    model : estimator
        A fleet; or one model for all, where the spec became one of a fleet since.
    trained_on : array of uint64
        Hashes of the rows that it was trained on.
    """

    version: ModelVersionRef
    spec: ModelSpec
    model: Any
    trained_on: NDArray[np.uint64]

    @property
    def pooled(self) -> Any:
        """What serves segments without a member."""
        return self.model.pooled if isinstance(self.model, FleetModel) else undecided(self.model)

    @property
    def pooled_run(self) -> str:
        """Run that trained what serves segments without a member."""
        return self.model.pooled_run if isinstance(self.model, FleetModel) else self.version.run_id

    @property
    def pooled_models(self) -> dict[str, Any]:
        """What its members lean on, by the run that trained each."""
        earlier = self.model.earlier if isinstance(self.model, FleetModel) else {}
        return {**earlier, self.pooled_run: self.pooled}

    def member(self, segment: str) -> FleetMember | None:
        """Return the member of a segment, if it has one."""
        return self.model.members.get(segment) if isinstance(self.model, FleetModel) else None

    def cleans_as(self, spec: ModelSpec) -> bool:
        """Whether it was trained on rows that were cleaned by the same steps."""
        return (self.spec.cleaning, self.spec.data.types) == (spec.cleaning, spec.data.types)


def open_champion(version: ModelVersionRef | None) -> Champion | None:
    """Return the champion, ready to be asked."""
    if version is None:
        return None
    spec = trained_spec(version.run_id)
    model = load_model(f"models:/{version.name}/{version.version}", trusted_types=spec.training.trusted_types)
    return Champion(version, spec, model, trained_rows(version.run_id))


def as_the_champion_sees(
    champion: Champion, spec: ModelSpec, holdout: pd.DataFrame, run: RunRef, store: Store
) -> pd.DataFrame:
    """Return rows as the champion was trained to read them: cleaned by its own steps, where those are others.

    Parameters
    ----------
    champion : Champion
    spec : ModelSpec
    holdout : DataFrame of shape (n, clean columns)
        The index is the row hash.
    run : RunRef
        Knows the raw rows that these come from.
    store : Store
    """
    if champion.cleans_as(spec):
        return holdout
    raw = accepted_dataset(run.run_id, "raw")
    frame = read_frame(raw, store)
    rows = frame[frame.index.isin(holdout.index) & ~frame.index.duplicated()]
    return clean_frame(champion.spec, rows, raw.columns, to_score=True).loc[holdout.index]
