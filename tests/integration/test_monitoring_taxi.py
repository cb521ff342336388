"""A year of real taxi rides: the broken rows of August are a matter of the data, and no model has drifted for them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.domain.monitored import MonitoredWindow
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.serving.window_scoring import score_window
from include.storage.folder import FolderStore
from include.watching.watch import monitor_window
from plugins.judging import evaluate_run
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
    Trained.on(spec, store, month(7))
    seen: dict[int, MonitoredWindow] = {}
    import time
    for number in (8, 9):
        t=time.time()
        score_window(spec, store, month(number), folder=tmp_path)
        t2=time.time()
        end = month(number).end
        assert end is not None
        seen[number] = monitor_window(spec, store, month(number), as_of=end, folder=tmp_path)
        print(number, t2-t, time.time()-t2)
        for v in seen[number].verdicts: print(v.as_text())
        for o in seen[number].evidence.observations: print(o.name, o.value, o.interval and (o.interval.low, o.interval.high), o.n, o.detail[:150])
    august, september = seen[8], seen[9]
    assert august.outcome("data_quality") == "blocked"
