"""A fleet of three plans that serves customers: trained and promoted step by step, as the DAGs do it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.domain.references import DatasetRef, ReportRef, RunRef, Window
from include.domain.spec import ModelSpec
from include.judging.candidates import evaluate_run
from include.quality.result import QualityResult
from include.registry.clock import utc_now
from include.registry.versions import current
from include.replay.fleet_round import assemble_round
from include.serving.golden_rows import keep_golden_rows
from include.storage.steps import StepRecords
from include.storage.store import Store
from include.training.run_key import RunKey
from include.training.tracking import log_check, trained_dataset, trained_rows
from include.training.training import train_model
from tests.integration.scored import Trained, a_customer_spec, customers

RARE = "rare"
"""A plan of so few customers that the pooled model serves it."""


def subscribers(number: int, rows: int = 1_500) -> pd.DataFrame:
    """Return customers of a month, one in fifty of them on a rare plan."""
    frame = customers(number, rows)
    return frame.assign(plan=frame["plan"].where(frame.index % 50 != 0, RARE))


def a_plan_spec(source: Path, **parts: Any) -> ModelSpec:
    """Return the spec of the fleet: a model a plan."""
    segments = {"columns": ["plan"], "rows_at_least": 100}
    return a_customer_spec(source, **{"segment_by": segments, **parts})


def trained_fleet(spec: ModelSpec, store: Store, window: Window, *, asked: tuple[str, ...] = ()) -> RunRef:
    """Train a fleet on a window, beside the present champion."""
    raw = take_snapshot(spec, store, window=window)
    clean = clean_dataset(spec, raw, store)
    frame, champion, records = read_frame(clean, store), current(spec.name, "champion"), StepRecords(store)
    parts = split_rows(spec, frame, trained_rows(champion.run_id) if champion else None)
    name = f"{window.start:%Y%m}{''.join(asked)}"
    pooled = train_model(spec, frame, parts, clean, records, attempt=RunKey(dag_run=name, task="train_model"))
    _log_check(pooled, raw, store)
    run, _ = assemble_round(spec, clean, pooled, store, run=name, reason="", asked=asked)
    _log_check(run, raw, store)
    keep_golden_rows(spec, run, raw, frame, store)
    return run


def serving_fleet(spec: ModelSpec, store: Store, window: Window) -> Trained:
    """Train a fleet on a window, and make it the champion."""
    run = trained_fleet(spec, store, window)
    champion = Trained.promoted(spec, store, run, utc_now)
    evaluate_run(spec, trained_dataset(run.run_id), run, store)
    return Trained(spec, store, champion)


def _log_check(run: RunRef, raw: DatasetRef, store: Store) -> None:
    page = ReportRef(kind="data docs", uri=f"{store.uri}/reports/x.html")
    result = QualityResult(evidence={"subject": "raw"}, accepted=raw, docs=page)
    log_check(run, "raw", result.to_json(), b"<html>")
