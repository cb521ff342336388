"""Served models: small models in a registry of their own, for measurements of servers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import yaml

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.deployment.home import Home
from include.domain.references import ReportRef
from include.domain.spec import ModelSpec
from include.quality.result import QualityResult
from include.registry.mlflow_registry import MlflowRegistry
from include.simulators.card_fraud import simulate_card_fraud
from include.storage.steps import StepRecords
from include.storage.store import open_store
from include.training.models import MODEL
from include.training.run_key import RunKey
from include.training.tracking import log_check
from include.training.training import train_model

ROWS = 8_000
LOGISTIC = {
    "estimator": "sklearn.linear_model.LogisticRegression",
    "parameters": {"max_iter": 1_000},
    "preprocessing": {"numeric": "scale"},
}
TREES = {
    "estimator": "sklearn.ensemble.HistGradientBoostingClassifier",
    "parameters": {"max_iter": 100, "early_stopping": False},
    "preprocessing": {"numeric": "as_is", "categorical": "ordinal"},
}
STEPS: list[dict[str, Any]] = [
    {"do": "trim", "columns": ["merchant_category", "country", "home_country"]},
    {"do": "calendar", "column": "event_time", "parts": ["hour", "weekday"]},
    {"do": "derive", "column": "amount_to_usual", "expression": "amount / usual_amount"},
    {"do": "derive", "column": "abroad", "expression": "CAST(country <> home_country AS INTEGER)"},
]
_KNOWN = ["amount", "usual_amount", "merchant_category", "country", "home_country", "card_age_days", "hours_since_last"]


def payments() -> pd.DataFrame:
    """Return the rows that models are trained on, and asked about."""
    return simulate_card_fraud(ROWS, seed=11)


def a_spec(name: str, source: Path, training: dict[str, Any], steps: list[dict[str, Any]] | None = None) -> ModelSpec:
    """Return a spec; without steps its model reads raw columns only, as ``mlflow models serve`` needs it."""
    made = ["event_time_hour", "event_time_weekday", "amount_to_usual", "abroad"] if steps else []
    data = {"source": str(source), "target": "is_fraud", "positive": 1, "time": "event_time", "id": "transaction_id"}
    data["features"] = [*_KNOWN, *made]
    whole = {"name": name, "owner": "bench", "task": "binary", "data": data, "cleaning": steps or []}
    return ModelSpec.model_validate({**whole, "training": training})


def train_champion(home: Home, spec: ModelSpec) -> int:
    """Write a spec into the home, train it, and make what comes out the champion; return its version."""
    home.specs.mkdir(parents=True, exist_ok=True)
    (home.specs / f"{spec.name}.yaml").write_text(yaml.safe_dump(spec.to_json(), sort_keys=False), encoding="utf-8")
    store = open_store(home.store)
    raw = take_snapshot(spec, store)
    clean = clean_dataset(spec, raw, store)
    frame = read_frame(clean, store)
    key = RunKey(dag_run="bench", task="train_model")
    run = train_model(spec, frame, split_rows(spec, frame, None), clean, StepRecords(store), attempt=key)
    page = ReportRef(kind="data docs", uri=f"{store.uri}/none.html")
    log_check(run, "raw", QualityResult(evidence={"subject": "raw"}, accepted=raw, docs=page).to_json(), b"")
    version = int(mlflow.register_model(f"runs:/{run.run_id}/{MODEL}", spec.name).version)
    MlflowRegistry().point(spec.name, "champion", version)
    return version


@contextmanager
def tracking_at(home: Home) -> Iterator[None]:
    """Let this process use the home's MLflow, and no other afterwards."""
    before = os.environ.get("MLFLOW_TRACKING_URI")
    os.environ["MLFLOW_TRACKING_URI"] = home.tracking
    mlflow.set_tracking_uri(home.tracking)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("MLFLOW_TRACKING_URI")
        else:
            os.environ["MLFLOW_TRACKING_URI"] = before
        mlflow.set_tracking_uri(before or "")
