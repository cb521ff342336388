"""The plan of a fleet: which rows make which segment, and which segments share a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.data.frames import read_frame
from include.domain.errors import DataError
from include.domain.fleet import ChunkRef, FleetPlan, Segment
from include.domain.record import digest
from include.domain.references import DatasetRef, ModelVersionRef, RunRef
from include.domain.spec import ModelSpec
from include.fleet.champion import as_the_champion_sees, open_champion
from include.fleet.packing import pack
from include.fleet.pooled import judge_pooled, open_pooled
from include.fleet.shared_rows import JUDGE, LEARN, NEITHER, put_rows
from include.storage.code import fingerprint_of_code
from include.storage.store import Store
from include.training.segments import segments_of
from include.training.tracking import holdout_rows, trained_rows

PLAN, ROWS, CHAMPION_ROWS = "plan.json", "rows.parquet", "champion_rows.parquet"


def plan_fleet(
    spec: ModelSpec,
    dataset: DatasetRef,
    run: RunRef,
    champion: ModelVersionRef | None,
    store: Store,
    *,
    slots: int,
    asked: Sequence[str] = (),
    half_life: timedelta | None = None,
) -> tuple[FleetPlan, list[ChunkRef]]:
    """Divide the rows of a dataset into segments and chunks, judge the pooled model, and store all that chunks need.

    Parameters
    ----------
    spec : ModelSpec
        With ``segment_by``.
    dataset : DatasetRef
        Clean rows.
    run : RunRef
        Training of the pooled model; it says which rows judge.
    champion : ModelVersionRef or None
    store : Store
    slots : int
        Chunks that are worked on at the same time.
    asked : sequence of str
        Segments that training was asked for; all if empty.
    half_life : timedelta, optional
        Age at which a row counts half; all count alike if left out.

    Returns
    -------
    FleetPlan
    list of ChunkRef
        The same plan again has the same chunks, under the same keys.

    Raises
    ------
    DataError
        If a column of the segments is missing, or a segment that was asked for is not there.
    """
    frame = read_frame(dataset, store)
    parts = _parts(frame, run.run_id)
    codes, keys = segments_of(spec.segment_columns, frame)
    _check_asked(asked, keys)
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(keys) + 1))
    places = [order[bounds[at] : bounds[at + 1]] for at in range(len(keys))]
    packed = pack([len(rows) for rows in places], slots=slots)
    rival, pooled, holdout = open_champion(champion), open_pooled(spec, run), frame[parts == JUDGE]
    seen = holdout if rival is None else as_the_champion_sees(rival, spec, holdout, run, store)
    pooled_by, verdict = judge_pooled(spec, pooled, rival, holdout, seen)
    code = fingerprint_of_code("domain", "evaluation", "fleet", "statistics", "training")
    about = [dataset.fingerprint, run.run_id, champion.to_json() if champion else None, list(asked), slots, code]
    plan = FleetPlan(
        dataset=dataset,
        folder=f"fleets/{spec.name}/{digest([*about, spec.to_json()])[:24]}",
        chunks=tuple(_segments(places, keys, parts, chunk) for chunk in packed),
        pooled_run=run,
        pooled_by=pooled_by,
        pooled_verdict=verdict,
        champion=champion,
        champion_cleans_alike=rival is None or rival.cleans_as(spec),
        asked=tuple(asked),
        half_life=half_life,
    )
    rows_of = [np.concatenate([places[at] for at in chunk]) for chunk in packed]
    put_rows(store, f"{plan.folder}/{ROWS}", frame, parts, rows_of)
    if not plan.champion_cleans_alike:
        place = pd.Series(np.arange(len(seen)), index=seen.index)
        judging = [place[frame.index[rows[parts[rows] == JUDGE]]].to_numpy() for rows in rows_of]
        put_rows(store, f"{plan.folder}/{CHAMPION_ROWS}", seen, np.full(len(seen), JUDGE, np.int8), judging)
    key = f"{plan.folder}/{PLAN}"
    store.put(key, plan.model_dump_json().encode())
    sizes = [len(rows) for rows in rows_of]
    return plan, [
        ChunkRef(plan=key, number=number, segments=len(chunk), rows=rows)
        for number, (chunk, rows) in enumerate(zip(packed, sizes, strict=True))
    ]


def read_plan(store: Store, key: str) -> FleetPlan:
    """Return a stored plan."""
    return FleetPlan.model_validate_json(store.read(key))


def _parts(frame: pd.DataFrame, run_id: str) -> NDArray[np.int8]:
    hashes = frame.index.to_numpy()
    parts = np.full(len(frame), NEITHER, dtype=np.int8)
    parts[np.isin(hashes, trained_rows(run_id))] = LEARN
    parts[np.isin(hashes, holdout_rows(run_id))] = JUDGE
    return parts


def _check_asked(asked: Sequence[str], keys: Sequence[str]) -> None:
    known = set(keys)
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise DataError(f"training is asked for segments that the data do not hold: {', '.join(unknown[:10])}")


def _segments(
    places: Sequence[NDArray[np.intp]], keys: Sequence[str], parts: NDArray[np.int8], chunk: Sequence[int]
) -> tuple[Segment, ...]:
    found, start = [], 0
    for at in chunk:
        own = parts[places[at]]
        learned, judged = int((own == LEARN).sum()), int((own == JUDGE).sum())
        found.append(Segment(key=keys[at], start=start, stop=start + len(own), learned=learned, judged=judged))
        start += len(own)
    return tuple(found)
