"""Fleets of towns, trained, judged and registered for real, step by step as the DAGs do it."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.domain.evidence import Evidence
from include.domain.fleet import ChunkRef, FleetPlan, SegmentResult
from include.domain.fleet_gate import fleet_gate
from include.domain.gate import decide
from include.domain.references import DatasetRef, ModelVersionRef, ReportRef, RunRef
from include.domain.spec import ModelSpec
from include.domain.verdict import Reason, Verdict
from include.fleet.assembling import assemble_fleet, latest_results
from include.fleet.chunk import train_chunk
from include.fleet.fleet_run import log_checks
from include.fleet.plan import plan_fleet
from include.judging.candidates import compare_versions, evaluate_run
from include.quality.result import QualityResult
from include.registry.aliases import move_alias
from include.registry.versions import current, record_verdict, register_candidate
from include.storage.steps import StepRecords
from include.storage.store import Store, open_store
from include.training.run_key import RunKey
from include.training.tracking import log_check, log_verdict, trained_rows
from include.training.training import train_model
from tests.specs import a_spec

RAISES, DIES, HANGS = -1, -2, -3
"""Sizes that :class:`Poisoned` reads as what is to become of it."""

OF_ONE_TOWN = 1_000
"""More rows than a town has."""


class Poisoned(LinearRegression):
    """A line through the rows, unless one of them says that its process is to fail, die or hang."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Poisoned:  # noqa: N803
        told = np.asarray(X)[:, 0].min()
        # The pooled model learns from all rows, and must not mind.
        if len(X) < OF_ONE_TOWN:
            if told == RAISES:
                raise ArithmeticError("no line goes through these rows")
            if told == DIES:
                os.kill(os.getpid(), signal.SIGKILL)
            if told == HANGS:
                time.sleep(3_600)
        super().fit(X, y, sample_weight)
        return self


def sales(towns: int = 12, rows: int = 200, *, seed: int = 0) -> pd.DataFrame:
    """Return days of towns that sell by the size of a shop, each at a rate of its own."""
    rng = np.random.default_rng(seed)
    town = np.repeat(np.arange(towns), rows)
    size = rng.uniform(1, 10, len(town)).round(3)
    sold = (1 + town % 7) * size + rng.normal(0, 0.5, len(town))
    return pd.DataFrame({"town": [f"town {n:03d}" for n in town], "size": size, "sold": sold.round(4)})


def changed(frame: pd.DataFrame, *towns: str, by: float = 5.0) -> pd.DataFrame:
    """Return the rows with news of some towns, which sell at another rate by now."""
    news = frame[frame["town"].isin(towns)]
    news = news.assign(size=news["size"] + 0.0005, sold=(news["sold"] + by * news["size"]).round(4))
    return pd.concat([frame[~frame["town"].isin(towns)], news], ignore_index=True)


def poisoned(frame: pd.DataFrame, **towns: int) -> pd.DataFrame:
    """Return the rows, with one more for every town that is named, which says what is to become of its process."""
    told = [frame[frame["town"] == name.replace("_", " ")].assign(size=kind) for name, kind in towns.items()]
    return pd.concat([frame, *told], ignore_index=True)


@contextmanager
def mlflow_of_its_own(empty: Path, folder: Path) -> Iterator[None]:
    """Let this process keep its runs in a database of its own, a copy of an empty one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{shutil.copy(empty, folder / 'mlflow.db')}")
        patched.setenv("SLUICE_HOME", str(folder))
        yield


@dataclass
class Round:
    """What one round of training came to.

    Parameters
    ----------
    plan : FleetPlan
    chunks : list of ChunkRef
    keys : list of str
    run : RunRef
    evidence : Evidence
        Of the segments.
    results : dict of str to SegmentResult
    """

    plan: FleetPlan
    chunks: list[ChunkRef]
    keys: list[str]
    run: RunRef
    evidence: Evidence
    results: dict[str, SegmentResult]

    def outcomes(self) -> dict[str, list[str]]:
        """Return the segments of each outcome."""
        told: dict[str, list[str]] = {}
        for name, result in self.results.items():
            told.setdefault(result.outcome, []).append(name)
        return told

    def verdict(self, spec: ModelSpec) -> Verdict:
        """Return what the fleet's own gate says."""
        return decide(fleet_gate(spec), self.evidence)

    def seen(self, name: str) -> float | None:
        """Return the value of an observation."""
        found = self.evidence.find(name)
        assert found is not None
        return found.value


@dataclass
class Fleets:
    """One model with its store, trained round by round on whatever its file holds."""

    folder: Path
    parts: dict[str, Any] = field(default_factory=dict)
    rounds: int = 0
    checks: dict[str, Any] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return open_store(str(self.folder / "store"))

    @property
    def spec(self) -> ModelSpec:
        parts = dict(self.parts)
        data = {"source": str(self.folder / "sales.csv"), "target": "sold", "features": ["size"]}
        return a_spec(
            **{
                "name": "sales",
                "task": "regression",
                "segment_by": {"columns": ["town"], "rows_at_least": 20},
                "training": {"estimator": "sklearn.linear_model.LinearRegression"},
                **parts,
                "data": {**data, **parts.get("data", {})},
            }
        )

    def write(self, frame: pd.DataFrame) -> None:
        frame.to_csv(self.folder / "sales.csv", index=False)

    def train(self, *, slots: int = 1, processes: int = 1, **terms: Any) -> Round:
        """Do what the training DAG does up to the assembled fleet."""
        self.rounds += 1
        spec, store = self.spec, self.store
        records = StepRecords(store)
        raw = take_snapshot(spec, store)
        clean = clean_dataset(spec, raw, store)
        frame, champion = read_frame(clean, store), current(spec.name, "champion")
        parts = split_rows(spec, frame, trained_rows(champion.run_id) if champion else None)
        key = RunKey(dag_run=f"round {self.rounds}", task="train_model")
        half_life = terms.get("half_life")
        pooled = train_model(spec, frame, parts, clean, records, attempt=key, half_life=half_life)
        self.checks = {"raw": self.checked(raw)}
        log_check(pooled, "raw", self.checks["raw"], b"<html>")
        plan, chunks = plan_fleet(spec, clean, pooled, champion, store, slots=slots, **terms)
        before = latest_results(spec, store)
        keys = [train_chunk(spec, chunk, store, processes=processes, before=before) for chunk in chunks]
        return self.assembled(plan, chunks, keys)

    def assembled(self, plan: FleetPlan, chunks: list[ChunkRef], keys: list[str]) -> Round:
        key = RunKey(dag_run=f"round {self.rounds}", task="assemble_fleet")
        run, evidence, results = assemble_fleet(self.spec, plan, keys, self.store, StepRecords(self.store), attempt=key)
        log_checks(run, plan, self.checks, self.store)
        return Round(plan, chunks, keys, run, evidence, {result.segment: result for result in results})

    def checked(self, raw: DatasetRef) -> dict[str, Any]:
        """Return the result of a check that let all rows go on."""
        self.store.put("reports/x.html", b"<html>")
        page = ReportRef(kind="data docs", uri=f"{self.store.uri}/reports/x.html")
        return QualityResult(evidence={"subject": "raw"}, accepted=raw, docs=page).to_json()

    def register(self, made: Round) -> ModelVersionRef:
        """Evaluate a fleet and make it the challenger."""
        log_verdict(made.run, made.verdict(self.spec))
        evidence = evaluate_run(self.spec, made.plan.dataset, made.run, self.store)
        version = register_candidate(self.spec, made.run, evidence)
        name = self.spec.name
        move_alias(self.store, name, "challenger", version.version, action="challenge", actor="ada", reason="trained")
        return version

    def judged(self, version: ModelVersionRef) -> Verdict:
        """Return what the gate of the promotion says of a version beside the present champion."""
        champion = current(self.spec.name, "champion")
        return decide(self.spec.model_gate(), compare_versions(self.spec, version, champion, self.store))

    def promote(self, version: ModelVersionRef) -> None:
        """Make a version the champion."""
        champion = current(self.spec.name, "champion")
        passed = Reason(requirement="roc_auc", outcome="passed", asked="", seen="")
        verdict = Verdict(gate="model", subject="sales", outcome="passed", reasons=(passed,))
        record_verdict(version, verdict)
        terms = {"verdict": verdict, "judged_against": champion.version if champion else None, "reason": "better"}
        name = self.spec.name
        move_alias(self.store, name, "champion", version.version, action="promote", actor="ada", **terms)

    def champion(self) -> Round:
        """Train a fleet and make it the champion."""
        made = self.train()
        self.promote(self.register(made))
        return made
