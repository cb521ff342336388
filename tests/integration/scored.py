"""A champion that was trained on customers of January, and customers of later months for it to score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.domain.references import ModelVersionRef, ReportRef, RunRef, Window
from include.domain.spec import ModelSpec
from include.domain.verdict import Reason, Verdict
from include.quality.result import QualityResult
from include.registry.aliases import move_alias
from include.registry.clock import Clock, utc_now
from include.registry.ledger import Ledger
from include.registry.rules import champion_of
from include.registry.versions import record_verdict, register_candidate
from include.serving.golden_rows import keep_golden_rows
from include.storage.steps import StepRecords
from include.storage.store import Store
from include.training.run_key import RunKey
from include.training.tracking import log_check
from include.training.training import train_model
from tests.integration.registered import EVIDENCE
from tests.specs import a_spec

LOGISTIC = "sklearn.linear_model.LogisticRegression"


def month(number: int) -> Window:
    """Return a month of 2026."""
    return Window(start=datetime(2026, number, 1, tzinfo=UTC), end=datetime(2026, number + 1, 1, tzinfo=UTC))


def customers(number: int, rows: int = 300, *, labelled: bool = True) -> pd.DataFrame:
    """Return customers of a month: who calls often leaves, and so do those of the plan 007."""
    rng = np.random.default_rng(number)
    calls = rng.normal(10, 4, rows).round(3)
    plan = rng.choice(["001", "007", "x"], rows)
    at = pd.Timestamp(2026, number, 1) + pd.to_timedelta(np.sort(rng.integers(0, 27 * 24 * 60, rows)), unit="min")
    frame = pd.DataFrame({"customer": [f"{number}-{i}" for i in range(rows)], "at": at, "calls": calls, "plan": plan})
    if labelled:
        frame["left"] = (rng.random(rows) < 1 / (1 + np.exp(10 - calls - 2 * (plan == "007")))).astype(int)
    return frame


def a_customer_spec(source: Path | str, **parts: Any) -> ModelSpec:
    """Return the spec of the model; its cleaning makes a feature of the plan."""
    data = {"source": str(source), "id": "customer", "time": "at", **parts.pop("data", {})}
    steps = [{"do": "trim", "columns": ["plan"]}, {"do": "derive", "column": "often", "expression": "calls > 12"}]
    return a_spec(data=data, cleaning=steps, **parts)


@dataclass
class Trained:
    """A model with a champion."""

    spec: ModelSpec
    store: Store
    champion: ModelVersionRef

    @classmethod
    def on(cls, spec: ModelSpec, store: Store, window: Window, *, clock: Clock = utc_now) -> Trained:
        """Train a version on a window, and make it the champion."""
        raw = take_snapshot(spec, store, window=window)
        clean = clean_dataset(spec, raw, store)
        frame = read_frame(clean, store)
        key = RunKey(dag_run=f"{window.start:%Y%m}", task="train_model")
        run = train_model(spec, frame, split_rows(spec, frame, None), clean, StepRecords(store), attempt=key)
        page = ReportRef(kind="data docs", uri=f"{store.uri}/reports/x.html")
        result = QualityResult(evidence={"subject": "raw"}, accepted=raw, docs=page)
        log_check(run, "raw", result.to_json(), b"<html>")
        keep_golden_rows(spec, run, raw, frame, store)
        return cls(spec, store, cls.promoted(spec, store, run, clock))

    @staticmethod
    def promoted(spec: ModelSpec, store: Store, run: RunRef, clock: Clock) -> ModelVersionRef:
        version = register_candidate(spec, run, EVIDENCE)
        reason = Reason(requirement="roc_auc", outcome="passed", asked="", seen="")
        verdict = Verdict(gate="model", subject="customers", outcome="passed", reasons=(reason,))
        record_verdict(version, verdict)
        terms = {"actor": "ada", "reason": "best", "verdict": verdict, "clock": clock}
        against = champion_of(Ledger(store, spec.name).last())
        move_alias(store, spec.name, "champion", version.version, action="promote", judged_against=against, **terms)
        return version


def write(path: Path, *months: int, change: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame) -> Path:
    """Write the customers of some months as CSV."""
    change(pd.concat([customers(number) for number in months])).to_csv(path, index=False)
    return path
