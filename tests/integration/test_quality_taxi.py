"""Real fares: August 2018 holds one of 429,490.20 and ten below zero."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from include.domain.gate import decide
from include.domain.spec import ModelSpec
from include.quality.checks import check_dataset
from include.storage.store import open_store
from tests.include.quality.snapshots import a_snapshot
from tests.specs import a_spec

pytestmark = pytest.mark.integration


def _spec(**quality: object) -> ModelSpec:
    fares = {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "fare_amount", "min_value": 0, "max_value": 500},
        "quarantine": True,
        "because": "a meter neither pays nor runs for days",
    }
    return a_spec(
        name="taxi",
        task="regression",
        training={"estimator": "sklearn.linear_model.Ridge"},
        data={"target": "fare_amount", "time": "pickup_datetime", "features": {"all_but": ["congestion_surcharge"]}},
        quality={"raw": {"expectations": [fares]}, **quality},
    )


def _month(month: str) -> pd.DataFrame:
    folder = Path(os.environ.get("SLUICE_REAL_DATA", "real-data"))
    file = folder / "nyc_taxi_2018" / f"yellow_tripdata_sample_2018-{month}.csv"
    if not file.exists():
        pytest.skip("SLUICE_REAL_DATA names no folder with nyc_taxi_2018")
    times = ["pickup_datetime", "dropoff_datetime"]
    frame = pd.read_csv(file, parse_dates=times)
    return frame.assign(**{name: frame[name].dt.tz_localize("UTC").astype("datetime64[us, UTC]") for name in times})


def test_impossible_fares_are_named_and_set_aside(tmp_path: Path) -> None:
    store, frame = open_store(str(tmp_path)), _month("08")
    spec = _spec()
    result = check_dataset(spec, a_snapshot(store, frame), store, suite="raw", as_of=None, folder=tmp_path)
    assert result.accepted.rows == 9989
    assert decide(spec.data_gate(), result.evidence).passed
    aside = result.evidence.find("quarantined_share")
    assert aside is not None
    assert aside.value == 0.0011
    impossible = frame["fare_amount"][(frame["fare_amount"] < 0) | (frame["fare_amount"] > 500)]
    assert len(impossible) == 11
    for fare, times in impossible.value_counts().items():
        assert aside.detail.count(f" {fare:g} (row ".replace("429490", "429490.2")) == times


def test_a_month_without_such_fares_goes_on_as_it_is(tmp_path: Path) -> None:
    store, frame = open_store(str(tmp_path)), _month("01")
    fine = frame[frame["fare_amount"].between(0, 500)].reset_index(drop=True)
    dataset = a_snapshot(store, fine)
    assert check_dataset(_spec(), dataset, store, suite="raw", as_of=None, folder=tmp_path).accepted == dataset


def test_a_column_that_is_empty_all_year_is_named(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    spec = _spec().model_copy(update={"data": a_spec(data={"target": "fare_amount"}).data})
    result = check_dataset(spec, a_snapshot(store, _month("08")), store, suite="raw", as_of=None, folder=tmp_path)
    failed = result.evidence.find("failed_required_expectations")
    assert failed is not None
    assert failed.detail.startswith("implied.has_values.congestion_surcharge: column congestion_surcharge; saw 0")


def test_the_year_looks_like_itself(tmp_path: Path) -> None:
    store, spec = open_store(str(tmp_path)), _spec()
    august, december = (a_snapshot(store, _month(month)) for month in ("08", "12"))
    result = check_dataset(spec, december, store, suite="clean", as_of=None, reference=august, folder=tmp_path)
    moved = {item.name for item in result.evidence.observations if "reference" in item.name and item.value == 0}
    assert moved == {"expectation.reference.dropoff_datetime"}


def test_a_million_rows_are_checked_in_seconds(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    year = pd.concat([_month("08")] * 100, ignore_index=True)
    year["fare_amount"] += np.random.default_rng(1).integers(0, 3, len(year))
    asked = [
        {"type": f"expect_column_{what}", "kwargs": {"column": column, **terms}}
        for column in ("trip_distance", "tip_amount", "total_amount")
        for what, terms in (
            ("values_to_not_be_null", {}),
            ("values_to_be_between", {"min_value": -1000, "max_value": 10**6}),
            ("mean_to_be_between", {"min_value": 0, "max_value": 1000}),
            ("values_to_be_of_type", {"type_": "float64"}),
            ("max_to_be_between", {"max_value": 10**6}),
        )
    ]
    spec, dataset = _spec(clean={"expectations": asked}), a_snapshot(store, year, group=100_000)
    start = time.perf_counter()
    result = check_dataset(spec, dataset, store, suite="clean", as_of=None, folder=tmp_path)
    assert time.perf_counter() - start < 60
    failed = result.evidence.find("failed_required_expectations")
    assert failed is not None
    assert failed.value == 0, failed.detail
