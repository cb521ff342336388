from __future__ import annotations

from pathlib import Path

import duckdb

from include.monitoring.shelf import keep_window, looks_at, monitored_windows, read_series
from include.storage.folder import FolderStore
from tests.fakes import MemoryStore
from tests.include.monitoring.windows import monitored


def test_windows_come_back_in_the_order_of_event_time() -> None:
    store = MemoryStore()
    for week in (2, 0, 1):
        keep_window(store, monitored(week, input_drift="passed"))
    assert monitored_windows(store, "churn") == tuple(monitored(week, input_drift="passed") for week in range(3))
    assert monitored_windows(store, "other") == ()


def test_the_newest_look_at_a_window_counts_and_the_older_is_kept() -> None:
    store = MemoryStore()
    first, second = monitored(realised_quality="inconclusive"), monitored(realised_quality="passed")
    keep_window(store, first)
    keep_window(store, second)
    assert monitored_windows(store, "churn") == (second,)
    assert looks_at(store, "churn", first.window) == (first, second)


def test_the_same_look_twice_is_kept_once() -> None:
    store = MemoryStore()
    assert keep_window(store, monitored()) == keep_window(store, monitored())
    assert len(looks_at(store, "churn", monitored().window)) == 1


def test_the_series_is_put_right_after_an_interruption() -> None:
    store = MemoryStore()
    keep_window(store, monitored())
    (part,) = store.keys("monitoring/churn/series/")
    del store.objects[part]
    keep_window(store, monitored())
    assert read_series(store, "churn").num_rows == 2


def test_the_series_has_one_row_a_window_and_observation() -> None:
    store = MemoryStore()
    for outcome in ("inconclusive", "blocked"):
        keep_window(store, monitored(input_drift=outcome))
    keep_window(store, monitored(1))
    rows = read_series(store, "churn").to_pylist()
    assert [(row["name"], row["window_start"].day) for row in rows] == [
        ("drifted_columns", 5),
        ("rows", 5),
        ("drifted_columns", 12),
        ("rows", 12),
    ]
    assert (rows[0]["concern"], rows[0]["verdict"], rows[0]["low"], rows[0]["model_version"]) == (
        "input_drift",
        "blocked",
        0.5,
        3,
    )
    assert rows[1]["verdict"] is None


def test_duckdb_reads_the_series_where_it_lies(tmp_path: Path) -> None:
    keep_window(FolderStore(tmp_path), monitored(input_drift="blocked"))
    found = duckdb.sql(f"SELECT name FROM '{tmp_path}/monitoring/churn/series/*.parquet' WHERE verdict = 'blocked'")
    assert found.fetchall() == [("drifted_columns",)]
