"""Judging: the holdout is taken as it is, and each model sees it cleaned as its own spec says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.domain.references import DatasetRef, ModelVersionRef, ReportRef, RunRef
from include.domain.spec import ModelSpec
from include.judging.candidates import compare_versions, evaluate_run
from include.quality.result import QualityResult
from include.registry.versions import register_candidate
from include.storage.steps import StepRecords
from include.storage.store import Store, open_store
from include.training.run_key import RunKey
from include.training.tracking import log_check
from include.training.training import train_model
from tests.specs import a_spec

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]

TENTHS = [{"do": "derive", "column": "calls", "expression": "calls / 10"}]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"))


@pytest.fixture
def customers(tmp_path: Path) -> str:
    """Write 600 customers, of whom the first fifty stand there twice."""
    rng = np.random.default_rng(3)
    calls = rng.normal(10, 4, 600)
    frame = pd.DataFrame({"calls": calls, "left": (rng.random(600) < 1 / (1 + np.exp(10 - calls))).astype(int)})
    path = tmp_path / "churn.csv"
    pd.concat([frame, frame.head(50)]).to_csv(path, index=False)
    return str(path)


def spec_of(source: str, **parts: object) -> ModelSpec:
    return a_spec(data={"source": source}, **parts)


def trained(spec: ModelSpec, store: Store, attempt: str) -> tuple[RunRef, DatasetRef]:
    raw = take_snapshot(spec, store)
    clean = clean_dataset(spec, raw, store)
    frame = read_frame(clean, store)
    key = RunKey(dag_run=attempt, task="train_model")
    run = train_model(spec, frame, split_rows(spec, frame, None), clean, StepRecords(store), attempt=key)
    page = ReportRef(kind="data docs", uri=f"{store.uri}/reports/x.html")
    log_check(run, "raw", QualityResult(evidence={"subject": "raw"}, accepted=raw, docs=page).to_json(), b"<html>")
    return run, clean


def registered(spec: ModelSpec, store: Store, attempt: str) -> ModelVersionRef:
    run, clean = trained(spec, store, attempt)
    return register_candidate(spec, run, evaluate_run(spec, clean, run, store))


def test_rows_that_agree_in_everything_are_judged_once_each(customers: str, store: Store) -> None:
    spec = spec_of(customers)
    run, clean = trained(spec, store, "first")
    frame = read_frame(clean, store)
    kept = int((split_rows(spec, frame, None) == "holdout").sum())
    rows = evaluate_run(spec, clean, run, store).find("holdout_rows")
    assert rows is not None
    assert rows.value == kept


def test_a_champion_is_judged_on_rows_cleaned_as_its_own_spec_says(customers: str, store: Store) -> None:
    plain, tenths = spec_of(customers), spec_of(customers, cleaning=TENTHS)
    champion, challenger = registered(plain, store, "first"), registered(tenths, store, "second")
    gain = compare_versions(tenths, challenger, champion, store).find("improvement_over_champion.brier_score")
    assert gain is not None
    assert gain.value == pytest.approx(0, abs=0.01)
