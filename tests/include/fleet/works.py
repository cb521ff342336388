"""Work on a chunk, held in memory: towns that sell at rates of their own, a pooled model, and a champion if asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from include.domain.fleet import FleetMember, FleetPlan, Segment
from include.domain.references import DatasetRef, ModelVersionRef, RunRef
from include.domain.spec import ModelSpec
from include.fleet.champion import Champion
from include.fleet.pooled import Pooled
from include.fleet.shared_rows import JUDGE, LEARN
from include.fleet.work import ChunkWork
from include.training.estimators import build_baseline, build_pipeline
from include.training.fitting import fit
from include.training.fleet_files import digest_of, dump_model, fleet_columns
from include.training.fleet_model import FleetModel
from include.training.rows import HOLDOUT, TRAINING, DividedRows, divide
from include.training.segments import segments_of
from tests.specs import a_spec

RUN = RunRef(run_id="pooled-run", experiment_id="1", fingerprint="f")
ELSEWHERE = np.array([7], np.uint64)
"""Rows that are in no chunk."""

VERSION = ModelVersionRef(name="sales", version=1, run_id="champion-run")


def a_fleet_spec(**parts: Any) -> ModelSpec:
    """Return a spec for :func:`towns`."""
    data = {"source": "sales.csv", "target": "sold", "features": ["size"], **parts.pop("data", {})}
    whole = {
        "name": "sales",
        "task": "regression",
        "segment_by": {"columns": ["town"], "rows_at_least": 20},
        "training": {"estimator": "sklearn.linear_model.LinearRegression"},
    }
    return a_spec(**{**whole, **parts, "data": data})


def towns(names: Iterable[str] = "abc", rows: int = 200, *, seed: int = 0) -> pd.DataFrame:
    """Return days of towns, those of one after the other: each sells its own number for every unit of size."""
    names = list(names)
    rng = np.random.default_rng(seed)
    town = np.repeat(np.arange(len(names)), rows)
    size = rng.uniform(1, 10, len(town))
    index = pd.Index(rng.integers(1, 2**62, len(town)).astype(np.uint64), name="row_hash")
    sold = (1 + 3 * town) * size + rng.normal(0, 0.5, len(town))
    text = pd.Series(np.array(names, dtype=object)[town], index=index, dtype="str")
    return pd.DataFrame({"town": text, "size": size, "sold": sold}, index=index)


def parts_of(frame: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int8]]:
    """Let every fourth row judge."""
    return np.where(np.arange(len(frame)) % 4 == 3, JUDGE, LEARN).astype(np.int8)


def segments_in(spec: ModelSpec, frame: pd.DataFrame) -> tuple[Segment, ...]:
    """Return the segments of rows that stand one after the other."""
    codes, keys = segments_of(spec.segment_columns, frame)
    parts = parts_of(frame)
    found = []
    for at, key in enumerate(keys):
        own = np.flatnonzero(codes == at)
        learned, judged = int((parts[own] == LEARN).sum()), int((parts[own] == JUDGE).sum())
        stop = int(own[-1]) + 1
        found.append(Segment(key=key, start=int(own[0]), stop=stop, learned=learned, judged=judged))
    return tuple(found)


def divided(spec: ModelSpec, frame: pd.DataFrame) -> DividedRows:
    """Return the rows as training sees them."""
    parts = pd.Series(np.where(parts_of(frame) == JUDGE, HOLDOUT, TRAINING), index=frame.index, dtype=object)
    return divide(spec, frame, parts)


def fitted(spec: ModelSpec, frame: pd.DataFrame) -> Any:
    """Return the estimator of the spec, fitted to rows that learn."""
    rows = divided(spec, frame)
    estimator = build_pipeline(spec, rows.columns, spec.training.parameters)
    fit(spec, estimator, rows.fitted)
    return estimator


def a_champion(
    spec: ModelSpec, frame: pd.DataFrame, *, without: Iterable[str] = (), fingerprint: str = "of the champion"
) -> Champion:
    """Return a fleet that serves already, with a member for every town but some."""
    columns = fleet_columns(spec.segment_columns, divided(spec, frame).columns)
    models = {
        str(name): fitted(spec, frame[frame["town"] == name])
        for name in frame["town"].unique()
        if name not in set(without)
    }
    files = {name: dump_model(spec, model) for name, model in models.items()}
    members = {
        name: FleetMember(
            segment=name, fingerprint=fingerprint, rows=150, run_id=VERSION.run_id, digest=digest_of(content)
        )
        for name, content in files.items()
    }
    fleet = FleetModel(
        columns,
        spec.segment_columns,
        members,
        fitted(spec, frame),
        lambda member: models[member.segment],
        pooled_run="older-pooled-run",
        content=lambda member: files[member.segment],
    )
    return Champion(VERSION, spec, fleet, ELSEWHERE)


def a_plan(spec: ModelSpec, frame: pd.DataFrame, **terms: Any) -> FleetPlan:
    """Return the plan of one chunk."""
    dataset = DatasetRef(uri="file:///data", fingerprint="ab" * 32, rows=len(frame), columns=(), source="sales.csv")
    whole = {"pooled_run": RUN, "pooled_by": "challenger", "pooled_verdict": None, **terms}
    return FleetPlan(dataset=dataset, folder="fleets/sales/x", chunks=(segments_in(spec, frame),), **whole)


def work_on(
    spec: ModelSpec, frame: pd.DataFrame, *, champion: Champion | None = None, before: Any = None, **terms: Any
) -> ChunkWork:
    """Return the work on rows; `terms` are those of the plan."""
    rows = divided(spec, frame)
    baseline = build_baseline(spec).fit(rows.fitted.features, rows.fitted.target)
    pooled = Pooled(RUN, fitted(spec, frame), baseline)
    plan = a_plan(spec, frame, champion=VERSION if champion else None, **terms)
    seen = champion.trained_on if champion else np.empty(0, np.uint64)
    return ChunkWork(
        spec=spec,
        plan=plan,
        frame=frame,
        parts=parts_of(frame),
        seen=np.isin(frame.index.to_numpy(), seen),
        champion_rows=frame[parts_of(frame) == JUDGE],
        pooled=pooled,
        serving=pooled.serving(plan.pooled_by, champion),
        champion=champion,
        columns=fleet_columns(spec.segment_columns, rows.columns),
        made_by={"code": {}, "environment": {}},
        before=before or {},
    )
