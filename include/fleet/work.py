"""Work on a chunk: all that the training of its segments looks at, opened once and shared by the processes forked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.fleet import ChunkRef, FleetMember, FleetPlan, Segment, SegmentResult
from include.domain.spec import ModelSpec
from include.fleet.champion import Champion, open_champion
from include.fleet.kept_models import kept_files
from include.fleet.plan import CHAMPION_ROWS, ROWS, read_plan
from include.fleet.pooled import Pooled, open_pooled
from include.fleet.shared_rows import JUDGE, read_rows
from include.storage.store import Store
from include.training.features import FeatureColumns
from include.training.fleet_files import fleet_columns
from include.training.fleet_model import FleetModel
from include.training.models import columns_of
from include.training.training_fingerprint import made_by


@dataclass(frozen=True)
class ChunkWork:
    """What the segments of a chunk share.

    Parameters
    ----------
    spec : ModelSpec
    plan : FleetPlan
    frame : DataFrame of shape (n, clean columns)
        Rows of the chunk, those of a segment one after the other; the index is the row hash.
    parts : array of shape (n,)
        Rows to learn from, rows that judge, and neither.
    seen : array of bool, shape (n,)
        Rows that the champion was trained on.
    champion_rows : DataFrame
        Rows that judge, as the champion reads them.
    pooled : Pooled
    serving : estimator
        The pooled model that will serve.
    champion : Champion or None
    columns : FeatureColumns
        What a fleet of this spec reads.
    made_by : dict
        Code and environment, as fingerprints hold them.
    before : dict of str to SegmentResult
        What became of each segment the last time.
    kept : mapping of str to Path
        Files, by their keys in the store, of the models that were judged then.
    """

    spec: ModelSpec
    plan: FleetPlan
    frame: pd.DataFrame
    parts: NDArray[np.int8]
    seen: NDArray[np.bool_]
    champion_rows: pd.DataFrame
    pooled: Pooled
    serving: Any
    champion: Champion | None
    columns: FeatureColumns
    made_by: dict[str, Any]
    before: dict[str, SegmentResult]
    kept: Mapping[str, Path] = field(default_factory=dict)

    @property
    def serving_run(self) -> str:
        """The run that trained the pooled model which will serve."""
        return self.pooled.serving_run(self.plan.pooled_by, self.champion)

    def rows_of(self, segment: Segment) -> tuple[pd.DataFrame, NDArray[np.int8]]:
        """Return the rows of a segment and their parts."""
        rows = slice(segment.start, segment.stop)
        return self.frame.iloc[rows], self.parts[rows]

    @property
    def known_to_champion(self) -> NDArray[np.uint64] | None:
        """Hashes of the rows here that the champion was trained on; one of its others where it knows none of these.

        Whose training rows are unknown proves nothing of a holdout, and a champion that has seen none of these rows, as
        after a change of the world, has seen others.
        """
        if self.champion is None:
            return None
        known = self.frame.index.to_numpy()[self.seen]
        return known if len(known) else self.champion.trained_on[:1]

    def fleet_with(self, members: dict[str, tuple[FleetMember, Any]]) -> FleetModel:
        """Return a fleet with these members in memory, which answers as the stored one will."""
        held = {key: member for key, (member, _) in members.items()}
        return FleetModel(
            self.columns, self.spec.segment_columns, held, self.serving, lambda member: members[member.segment][1]
        )


def open_work(
    spec: ModelSpec, chunk: ChunkRef, store: Store, before: dict[str, SegmentResult] | None = None
) -> ChunkWork:
    """Open what a chunk needs: its rows, the pooled model, the champion."""
    plan, before = read_plan(store, chunk.plan), before or {}
    frame, parts = read_rows(store, f"{plan.folder}/{ROWS}", chunk.number)
    champion, pooled = open_champion(plan.champion), open_pooled(spec, plan.pooled_run)
    theirs = frame[parts == JUDGE]
    if not plan.champion_cleans_alike:
        theirs, _ = read_rows(store, f"{plan.folder}/{CHAMPION_ROWS}", chunk.number)
    trained_on = champion.trained_on if champion else np.empty(0, np.uint64)
    return ChunkWork(
        spec=spec,
        plan=plan,
        frame=frame,
        parts=parts,
        seen=np.isin(frame.index.to_numpy(), trained_on),
        champion_rows=theirs,
        pooled=pooled,
        serving=pooled.serving(plan.pooled_by, champion),
        champion=champion,
        columns=fleet_columns(spec.segment_columns, columns_of(spec, pooled.model, frame)),
        made_by=made_by(spec),
        before=before,
        kept=kept_files(store, [before[one.key] for one in plan.chunks[chunk.number] if one.key in before]),
    )
