"""A champion that knows nothing and a challenger that does, trained, evaluated and registered for real."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pandas as pd

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.domain.references import ModelVersionRef, ReportRef
from include.domain.spec import ModelSpec
from include.domain.verdict import Reason, Verdict
from include.judging.candidates import evaluate_run
from include.quality.result import QualityResult
from include.registry.aliases import move_alias
from include.registry.versions import current, record_verdict, register_candidate
from include.storage.steps import StepRecords
from include.storage.store import Store
from include.training.run_key import RunKey
from include.training.tracking import log_check
from include.training.training import train_model
from plugins.operators.compare_models import CompareModelsOperator
from plugins.operators.gate import GateOperator
from plugins.operators.promote_model import PromoteModelOperator
from plugins.operators.read_challenger import ReadChallengerOperator
from tests.specs import a_spec

DUMMY = {"estimator": "sklearn.dummy.DummyClassifier"}
TENTHS = [{"do": "derive", "column": "calls", "expression": "calls / 10"}]

Plant = Callable[[pd.DataFrame, pd.Series], pd.Series]


def as_split(frame: pd.DataFrame, parts: pd.Series) -> pd.Series:
    """Leave the split as it is."""
    return parts


def write_customers(path: Path, rows: int = 500) -> str:
    """Write customers of whom those who call often leave; the first twenty stand there twice."""
    rng = np.random.default_rng(3)
    calls = rng.normal(10, 4, rows)
    frame = pd.DataFrame(
        {
            "customer": np.arange(rows),
            "calls": calls,
            "left": (rng.random(rows) < 1 / (1 + np.exp(2 * (10 - calls)))).astype(int),
        }
    )
    pd.concat([frame, frame.head(20)]).to_csv(path, index=False)
    return str(path)


@dataclass
class World:
    """One model with its store, a champion (version 1) and a challenger (version 2)."""

    spec: ModelSpec
    store: Store
    champion: ModelVersionRef
    challenger: ModelVersionRef

    @classmethod
    def of(cls, source: str, store: Store, champion: Plant = as_split, challenger: Plant = as_split) -> World:
        """Train both; whoever plants rows changes what the split says."""
        data = {"source": source, "id": "customer"}
        spec = a_spec(data=data)
        older = a_spec(data=data, training=DUMMY, cleaning=TENTHS)
        world = cls(spec, store, _registered(older, store, champion), _registered(spec, store, challenger))
        passed = Reason(requirement="roc_auc", outcome="passed", asked="", seen="")
        verdict = Verdict(gate="model", subject="first", outcome="passed", reasons=(passed,))
        record_verdict(world.champion, verdict)
        terms = {"actor": "ada", "reason": "first", "verdict": verdict, "judged_against": None}
        move_alias(store, spec.name, "champion", 1, action="promote", **terms)
        move_alias(store, spec.name, "challenger", 2, action="challenge", actor="ada", reason="trained")
        return world

    def promote(self, between: Callable[[], None] = lambda: None) -> None:
        """Do what the promotion DAG does; something may happen between the gate and the move."""
        context: Any = {"ti": Mock(dag_id=f"{self.spec.name}.promotion", run_id="manual"), "params": {}}
        spec = self.spec
        rivals = ReadChallengerOperator(task_id="read_challenger", spec=spec).execute(context)
        evidence = CompareModelsOperator(task_id="compare_models", spec=spec, **rivals).execute(context)
        gate = GateOperator(
            task_id="gate_model", gate=spec.model_gate(), evidence=evidence, version=rivals["challenger"]
        )
        verdict = gate.execute(context)
        between()
        PromoteModelOperator(task_id="promote_model", spec=spec, verdict=verdict, **rivals).execute(context)

    def refusal(self, between: Callable[[], None] = lambda: None) -> str | None:
        """Promote, and return what was said if neither the alias nor the ledger moved; None if one did."""
        before = self.state()
        try:
            self.promote(between)
        except Exception as error:
            return f"{type(error).__name__}: {error}" if self.state() == before else None
        return None

    def state(self) -> tuple[Any, dict[str, bytes]]:
        """Return the champion by MLflow, and every byte of the ledger."""
        keys = self.store.keys("ledger/")
        return current(self.spec.name, "champion"), {key: self.store.read(key) for key in keys}


def _registered(spec: ModelSpec, store: Store, plant: Plant) -> ModelVersionRef:
    raw = take_snapshot(spec, store)
    clean = clean_dataset(spec, raw, store)
    frame = read_frame(clean, store)
    key = RunKey(dag_run=str(spec.training.estimator), task="train_model")
    parts = plant(frame, split_rows(spec, frame, None))
    run = train_model(spec, frame, parts, clean, StepRecords(store), attempt=key)
    page = ReportRef(kind="data docs", uri=f"{store.uri}/reports/x.html")
    log_check(run, "raw", QualityResult(evidence={"subject": "raw"}, accepted=raw, docs=page).to_json(), b"<html>")
    return register_candidate(spec, run, evaluate_run(spec, clean, run, store))
