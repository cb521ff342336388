"""Drafts of real data: the traps that are known to be in them, and the rows that a data check then names."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.domain.gate import decide
from include.domain.spec import FileSource, ModelSpec
from include.drafting.checking import check_spec
from include.drafting.draft import Draft, draft_spec
from include.quality.checks import check_dataset
from include.storage.store import open_store

pytestmark = pytest.mark.integration


class Asked(NamedTuple):
    data: str
    target: str
    time: str | None = None


ASKED = {
    "taxi_fare": Asked("nyc_taxi_2018/yellow_tripdata_sample_2018-0[1-6].csv", "fare_amount", "pickup_datetime"),
    "bike_demand": Asked("bike_hour.csv", "cnt"),
    "adult": Asked("adult.parquet", "class"),
    "tourism": Asked("tourism.csv", "Trips", "Quarter"),
}


def real(name: str) -> str:
    folder = Path(os.environ.get("SLUICE_REAL_DATA", "real-data"))
    if not list(folder.glob(name)):
        pytest.skip(f"SLUICE_REAL_DATA names no folder with {name}")
    return str(folder / name)


def drafted(name: str) -> Draft:
    asked = ASKED[name]
    return draft_spec(name, real(asked.data), asked.target, asked.time, owner="somebody")


def test_parts_of_the_fare_and_what_comes_after_the_ride_are_left_out() -> None:
    draft = drafted("taxi_fare")
    parts = ("total_amount", "extra", "mta_tax", "tip_amount", "tolls_amount", "improvement_surcharge")
    for name in parts:
        assert draft.spec.data.forbidden[name].startswith("adds up to the target: fare_amount = total_amount - extra")
        assert draft.spec.data.forbidden[name].endswith("in 99.8% of the rows")
    assert "known only after the event" in draft.spec.data.forbidden["dropoff_datetime"]
    assert draft.spec.data.forbidden["congestion_surcharge"] == "empty in every row"
    assert set(draft.spec.data.forbidden) == {*parts, "dropoff_datetime", "congestion_surcharge"}
    assert {"vendor_id", "rate_code_id", "pickup_location_id", "payment_type"} <= set(draft.spec.data.categories)
    assert "pickup_datetime_month" not in draft.spec.data.features


def test_the_absurd_fare_and_the_negative_ones_are_named_and_nothing_else(tmp_path: Path) -> None:
    spec = drafted("taxi_fare").spec
    august = FileSource(paths=(real("nyc_taxi_2018/yellow_tripdata_sample_2018-08.csv"),))
    store = open_store(str(tmp_path))
    dataset = take_snapshot(spec, store, source=august)
    result = check_dataset(spec, dataset, store, suite="raw", as_of=None, folder=tmp_path)
    fares = read_frame(dataset, store)["fare_amount"]
    expected = sorted(fares[(fares < 0) | (fares > 1000)])
    assert len(expected) == 11
    assert expected[-1] == 429_490.2
    assert result.quarantined is not None
    assert sorted(read_frame(result.quarantined, store)["fare_amount"]) == expected
    assert decide(spec.data_gate(), result.evidence).passed


def test_bicycles_are_not_counted_from_their_parts() -> None:
    draft = drafted("bike_demand")
    sentence = "adds up to the target: cnt = casual + registered in every row"
    assert {name: draft.spec.data.forbidden[name] for name in ("casual", "registered")} == {
        "casual": sentence,
        "registered": sentence,
    }
    assert draft.spec.data.id == "instant"
    assert (draft.spec.data.time, draft.spec.split_by) == ("dteday", "time")


def test_the_rarer_income_is_the_one_to_look_for() -> None:
    draft = drafted("adult")
    assert (draft.spec.task, draft.spec.data.positive) == ("binary", ">50K")
    assert any("may be protected by law" in warning for warning in draft.warnings)
    assert any("52 rows are exact copies" in warning for warning in draft.warnings)


def test_quarters_are_read_as_time() -> None:
    draft = drafted("tourism")
    assert draft.spec.cleaning[0].model_dump() == {"do": "parse_date", "columns": ("Quarter",), "format": "%Y Q%q"}
    assert draft.spec.data.features == ("Purpose", "Region", "State", "Quarter_quarter", "Quarter_year")


@pytest.mark.parametrize("name", ASKED)
def test_a_draft_can_be_used_as_it_stands(name: str, tmp_path: Path) -> None:
    started = time.process_time()
    draft = drafted(name)
    assert time.process_time() - started < 30
    path = tmp_path / f"{name}.yaml"
    path.write_text(draft.text, encoding="utf-8")
    assert check_spec(path, look_at_data=True) == []
    assert ModelSpec.model_validate(draft.spec.model_dump()) == draft.spec
