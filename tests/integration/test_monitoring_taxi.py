"""A year of real taxi rides: the broken rows of August are a matter of the data, and no model has drifted for them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.domain.references import RunRef, Window
from include.domain.spec import ModelSpec
from include.judging.candidates import evaluate_run
from include.monitoring.shelf import monitored_windows
from include.serving.window_scoring import score_window
from include.storage.folder import FolderStore
from include.training.tracking import trained_dataset
from include.watching.champion import Champions
from include.watching.watch import monitor_window
from tests.integration.scored import Trained
from tests.specs import a_spec

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]


def _spec() -> ModelSpec:
    folder = Path(os.environ.get("SLUICE_REAL_DATA", "real-data")) / "nyc_taxi_2018"
    if not folder.exists():
        pytest.skip("SLUICE_REAL_DATA names no folder with nyc_taxi_2018")
    fares = {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "fare_amount", "min_value": 0, "max_value": 1000},
        "quarantine": True,
        "because": "a meter neither pays nor runs for days",
    }
    return a_spec(
        name="taxi",
        task="regression",
        data={
            "source": str(folder / "yellow_tripdata_sample_2018-{window_start:%m}.csv"),
            "target": "tip_amount",
            "time": "pickup_datetime",
            "features": ["trip_distance", "fare_amount", "passenger_count", "payment_type", "rate_code_id"],
            "categories": ["payment_type", "rate_code_id"],
        },
        quality={"raw": {"expectations": [fares]}, "quarantine": {"at_most_share": 0.001}},
        training={"estimator": "sklearn.ensemble.HistGradientBoostingRegressor", "parameters": {"max_iter": 40}},
    )


def month(number: int) -> Window:
    return Window(
        start=datetime(2018, number, 1, tzinfo=UTC), end=datetime(2018 + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    )


def test_broken_rows_of_august_are_an_alarm_of_the_data_that_names_them_and_no_drift(tmp_path: Path) -> None:
    spec, store = _spec(), FolderStore(tmp_path / "store")
    trained = Trained.on(spec, store, month(7))
    run = RunRef(run_id=trained.champion.run_id, experiment_id="", fingerprint="")
    evaluate_run(spec, trained_dataset(run.run_id), run, store)
    others = [number for number in range(1, 13) if number != 7]
    for number in others:
        score_window(spec, store, month(number), folder=tmp_path)
    as_of = month(12).end
    known = Champions(spec, store)
    seen = {
        number: monitor_window(spec, store, month(number), as_of=as_of, folder=tmp_path, champions=known)
        for number in others
    }
    august, september = seen[8], seen[9]
    assert [number for number, one in seen.items() if "data_quality" in one.alarms] == [8, 11]
    assert {one.outcome("realised_quality") for one in seen.values()} <= {"passed", "blocked"}
    # Fares are dearer once summer is over: that is a change of the input, and no matter of broken rows.
    assert "fare_amount (values)" in september.evidence.find("drifted_columns").detail  # type: ignore[union-attr]
    assert august.alarms == ("data_quality",)
    told = august.verdict("data_quality")
    assert told is not None
    (why,) = [reason for reason in told.reasons if reason.outcome == "blocked"]
    assert why.requirement == "quarantined_share"
    assert "11 of 10,000 rows set aside" in why.detail
    assert "429490.2 (row " in why.detail
    assert august.outcome("input_drift") == august.outcome("prediction_drift") == "passed"
    assert august.evidence.find("drift.fare_amount").n == 9989  # type: ignore[union-attr]
    assert monitored_windows(store, "taxi") == tuple(seen.values())
