"""Real data from file to judged model: real categories, real gaps, real seasons."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.domain.evidence import Evidence
from include.domain.references import RunRef
from include.domain.spec import ModelSpec
from include.evaluation.evaluate import evaluate_candidate
from include.storage.steps import StepRecords
from include.storage.store import open_store
from include.training.models import load_baseline, load_model, predict
from include.training.plots import draw_plots
from include.training.run_key import RunKey
from include.training.tracking import holdout_rows, log_evidence, trained_dataset, trained_rows
from include.training.training import train_model
from tests.specs import a_spec

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]


def _file(name: str) -> str:
    path = Path(os.environ.get("SLUICE_REAL_DATA", "real-data"), name)
    if not path.exists():
        pytest.skip(f"SLUICE_REAL_DATA names no folder with {name}")
    return str(path)


def _trained(spec: ModelSpec, folder: Path) -> RunRef:
    store = open_store(str(folder))
    dataset = clean_dataset(spec, take_snapshot(spec, store), store)
    frame = read_frame(dataset, store)
    return train_model(
        spec,
        frame,
        split_rows(spec, frame),
        dataset,
        StepRecords(store),
        attempt=RunKey(dag_run="manual__1", task="train_model"),
    )


def _judged(spec: ModelSpec, run: RunRef, folder: Path) -> Evidence:
    store = open_store(str(folder))
    holdout = read_frame(trained_dataset(run.run_id), store).loc[holdout_rows(run.run_id)]
    candidate = predict(spec, load_model(f"runs:/{run.run_id}/model"), holdout)
    evidence = evaluate_candidate(
        spec, holdout, candidate, predict(spec, load_baseline(run.run_id), holdout), trained_rows(run.run_id)
    )
    log_evidence(run, evidence)
    drawn = draw_plots(spec.task, holdout[spec.data.target].to_numpy(), candidate, folder / "plots")
    assert len(drawn) >= 1
    return evidence


def _value(evidence: Evidence, name: str) -> float:
    seen = evidence.find(name)
    assert seen is not None
    assert seen.value is not None, seen.detail
    return seen.value


@pytest.mark.parametrize(
    ("training", "at_least"),
    [
        (
            {
                "estimator": "sklearn.ensemble.HistGradientBoostingClassifier",
                "parameters": {"max_iter": 100},
                "preprocessing": {"numeric": "as_is", "categorical": "ordinal"},
            },
            0.92,
        ),
        (
            {
                "estimator": "sklearn.linear_model.LogisticRegression",
                "parameters": {"max_iter": 300},
                "preprocessing": {"numeric": "scale"},
            },
            0.90,
        ),
    ],
)
def test_incomes_with_gaps_and_categories(tmp_path: Path, training: dict[str, Any], at_least: float) -> None:
    spec = a_spec(
        name="adult",
        data={"source": _file("adult.parquet"), "target": "class", "positive": ">50K"},
        training=training,
    )
    run = _trained(spec, tmp_path)
    evidence = _judged(spec, run, tmp_path)
    assert _value(evidence, "roc_auc") > at_least
    assert _value(evidence, "improvement_over_baseline.brier_score") > 0.05
    assert _value(evidence, "holdout_rows_in_challenger_training") == 0
    again = _trained(spec, tmp_path)
    assert again.reused
    assert again.run_id == run.run_id


def test_hours_of_bicycles_in_order_of_time(tmp_path: Path) -> None:
    hours = pd.read_csv(_file("bike_hour.csv"))
    hours.assign(at=pd.to_datetime(hours["dteday"]) + pd.to_timedelta(hours["hr"], unit="h")).to_csv(
        tmp_path / "hours.csv", index=False
    )
    spec = a_spec(
        name="bikes",
        task="regression",
        data={
            "source": str(tmp_path / "hours.csv"),
            "target": "cnt",
            "time": "at",
            "types": {"at": "timestamp"},
            "features": {"all_but": ["instant", "dteday"]},
            "forbidden": {"casual": "a part of the target", "registered": "a part of the target"},
            "categories": ["weathersit"],
        },
        training={
            "estimator": "sklearn.ensemble.HistGradientBoostingRegressor",
            "parameters": {"max_iter": 100},
            "preprocessing": {"numeric": "as_is"},
        },
    )
    evidence = _judged(spec, _trained(spec, tmp_path), tmp_path)
    assert _value(evidence, "r2") > 0.7
    assert _value(evidence, "improvement_over_baseline.mean_absolute_error") > 80


def test_three_kinds_of_iris(tmp_path: Path) -> None:
    from sklearn.datasets import load_iris

    bunch = load_iris(as_frame=True)
    flowers = bunch.data.assign(kind=bunch.target_names[bunch.target])
    flowers.to_csv(tmp_path / "iris.csv", index=False)
    space = {"C": {"kind": "float", "low": 0.01, "high": 100.0, "log": True}}
    spec = a_spec(
        name="iris",
        task="multiclass",
        data={"source": str(tmp_path / "iris.csv"), "target": "kind"},
        training={
            "estimator": "sklearn.linear_model.LogisticRegression",
            "parameters": {"max_iter": 1000},
            "preprocessing": {"numeric": "scale"},
            "tuning": {"space": space, "trials": 5},
        },
    )
    evidence = _judged(spec, _trained(spec, tmp_path), tmp_path)
    assert _value(evidence, "accuracy") > 0.85
    assert _value(evidence, "improvement_over_baseline.brier_score") > 0.3
