"""Real data, as their publishers wrote them: read, read again from elsewhere, and split."""

from __future__ import annotations

import glob
import os
from pathlib import Path

import pandas as pd
import pytest

from include.data.cleaning import clean_dataset, clean_frame
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.domain.errors import DataError
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.storage.store import Store, open_store
from tests.specs import a_spec

pytestmark = pytest.mark.integration

RIDGE = {"estimator": "sklearn.linear_model.Ridge"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"))


def _real(name: str) -> str:
    path = Path(os.environ.get("SLUICE_REAL_DATA", "real-data"), name)
    if not list(path.parent.glob(path.name)):
        pytest.skip(f"SLUICE_REAL_DATA names no folder with {name}")
    return str(path)


def _both_ways(spec: ModelSpec, store: Store) -> pd.DataFrame:
    """Clean a snapshot and the frame read from it, and return what both came to."""
    raw = take_snapshot(spec, store)
    clean = read_frame(clean_dataset(spec, raw, store), store)
    served = clean_frame(spec, read_frame(raw, store))
    pd.testing.assert_frame_equal(clean.sort_index(kind="stable"), served.sort_index(kind="stable"), check_exact=True)
    return clean


def test_half_a_year_of_taxi_rides_is_one_table(store: Store) -> None:
    months = _real("nyc_taxi_2018/*2018-0[1-6].csv")
    cleaning = [
        {"do": "calendar", "column": "pickup_datetime"},
        {
            "do": "derive",
            "column": "minutes",
            "expression": "date_diff('second', pickup_datetime, dropoff_datetime) / 60",
        },
        {"do": "drop_duplicates"},
    ]
    data = {"source": months, "target": "fare_amount", "time": "pickup_datetime", "label_delay": "1h"}
    spec = a_spec(name="taxi", task="regression", data=data, cleaning=cleaning, training=RIDGE)
    dataset = take_snapshot(spec, store)
    assert dataset.rows == 60_000
    surcharge = next(column for column in dataset.columns if column.name == "congestion_surcharge")
    assert (surcharge.type, surcharge.nulls) == ("DOUBLE", 60_000)
    frame = _both_ways(spec, store)
    assert frame["pickup_datetime"].is_monotonic_increasing
    files = [pd.read_csv(path, parse_dates=["pickup_datetime"]) for path in glob.glob(months)]  # noqa: PTH207
    pickups = pd.concat(files).drop_duplicates()["pickup_datetime"]
    for part, expected in (("weekday", pickups.dt.weekday), ("hour", pickups.dt.hour), ("month", pickups.dt.month)):
        assert frame[f"pickup_datetime_{part}"].value_counts().to_dict() == expected.value_counts().to_dict()
    parts = split_rows(spec, frame)
    share = parts.value_counts(normalize=True)
    assert share["holdout"] == pytest.approx(0.2, abs=0.01)
    assert (parts == "embargoed").any()


def test_a_month_is_cut_from_the_year(store: Store) -> None:
    data = {"source": _real("nyc_taxi_2018/*.csv"), "target": "fare_amount", "time": "pickup_datetime"}
    spec = a_spec(name="taxi", task="regression", data=data, training=RIDGE)
    march = Window.model_validate({"start": "2018-03-01T00:00:00Z", "end": "2018-04-01T00:00:00Z"})
    one = a_spec(
        name="taxi",
        task="regression",
        data={**data, "source": _real("nyc_taxi_2018/*2018-03.csv")},
        training=RIDGE,
    )
    assert take_snapshot(spec, store, window=march).fingerprint == take_snapshot(one, store, window=march).fingerprint


def test_csv_parquet_and_json_lines_of_taxi_rides_are_the_same(store: Store, tmp_path: Path) -> None:
    path = _real("nyc_taxi_2018/yellow_tripdata_sample_2018-01.csv")
    frame = pd.read_csv(path, parse_dates=["pickup_datetime", "dropoff_datetime"])
    frame.sample(frac=1, random_state=1).iloc[:, ::-1].to_parquet(tmp_path / "taxi.parquet", index=False)
    frame.to_json(tmp_path / "taxi.jsonl", orient="records", lines=True, date_format="iso", double_precision=15)
    frame.to_csv(tmp_path / "taxi.csv.gz", index=False)
    sources = [path, *(str(tmp_path / name) for name in ("taxi.parquet", "taxi.csv.gz", "taxi.jsonl"))]
    specs = [
        a_spec(name="taxi", task="regression", data={"source": source, "target": "fare_amount"}, training=RIDGE)
        for source in sources
    ]
    assert len({take_snapshot(spec, store).fingerprint for spec in specs}) == 1


def test_quarters_are_read_and_split(store: Store) -> None:
    cleaning = [{"do": "parse_date", "columns": ["Quarter"], "format": "%Y Q%q"}]
    data = {"source": _real("tourism.csv"), "target": "Trips", "time": "Quarter"}
    spec = a_spec(name="tourism", task="regression", data=data, cleaning=cleaning, training=RIDGE)
    frame = _both_ways(spec, store)
    assert frame["Quarter"].min() == pd.Timestamp("1998-01-01", tz="UTC")
    assert frame["Quarter"].nunique() == 80
    parts = split_rows(spec, frame)
    assert (parts.groupby(frame["Quarter"].to_numpy()).nunique() == 1).all()


def test_days_of_bike_rentals_stay_together(store: Store) -> None:
    data = {
        "source": _real("bike_hour.csv"),
        "target": "cnt",
        "time": "dteday",
        "forbidden": {"casual": "part of cnt", "registered": "part of cnt"},
    }
    for by, extra in (("time", {}), ("group", {"entity": "dteday"}), ("stratified", {})):
        spec = a_spec(name="bike", task="regression", data={**data, **extra}, training={**RIDGE, "split": {"by": by}})
        frame = read_frame(take_snapshot(spec, store), store)
        parts = split_rows(spec, frame)
        assert parts.value_counts(normalize=True)["holdout"] == pytest.approx(0.2, abs=0.01)
        if by != "stratified":
            assert (parts.groupby(frame["dteday"].to_numpy()).nunique() == 1).all()


def test_the_classes_of_adult_keep_their_shares(store: Store) -> None:
    spec = a_spec(name="adult", data={"source": _real("adult.parquet"), "target": "class", "positive": ">50K"})
    frame = read_frame(take_snapshot(spec, store), store)
    parts = split_rows(spec, frame)
    shares = frame["class"].groupby(parts.to_numpy()).apply(lambda labels: (labels == ">50K").mean())
    assert shares.max() - shares.min() < 0.001
    assert (parts.groupby(level=0).nunique() == 1).all()
    assert frame.index.duplicated().sum() > 0


def test_a_fare_with_a_stray_word_stops_the_reading_at_its_line(store: Store, tmp_path: Path) -> None:
    lines = Path(_real("nyc_taxi_2018/yellow_tripdata_sample_2018-01.csv")).read_text().splitlines()
    cells = lines[7777].split(",")
    lines[7777] = ",".join([*cells[:10], "n/a", *cells[11:]])
    (tmp_path / "taxi.csv").write_text("\n".join(lines))
    data = {"source": str(tmp_path / "taxi.csv"), "target": "fare_amount"}
    spec = a_spec(name="taxi", task="regression", data=data, training=RIDGE)
    with pytest.raises(DataError, match=r"taxi.csv line 7778, column 'fare_amount': 'n/a' is unlike the other values"):
        take_snapshot(spec, store)
