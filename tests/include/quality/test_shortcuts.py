from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.quality import shortcuts
from include.quality.shortcuts import different_values, told_by_footer
from include.quality.snapshot_rows import SnapshotRows, open_rows

BETWEEN = "column_values.between.unexpected_count"


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[SnapshotRows]:
    path = tmp_path / "rows.parquet"
    at = pa.array([1, 2, 3, None], pa.timestamp("us"))
    columns = {"w": [3, 9, 4, 9], "gap": [1, None, 2, 2], "n": [1.0, np.nan, 2.0, None], "at": at}
    pq.write_table(pa.table(columns), path)
    with open_rows(path) as opened:
        yield opened


def told(rows: SnapshotRows, name: str, column: str, failing: str = "true") -> object:
    measure = told_by_footer(name, rows, column, lambda: failing)
    return None if measure is None else measure.read()


def test_gaps_and_ends_are_told(rows: SnapshotRows) -> None:
    assert told(rows, "column_values.nonnull.unexpected_count", "gap") == 1
    assert (told(rows, "column.min", "w"), told(rows, "column.max", "gap")) == (3, 2.0)
    assert told(rows, "column.max", "at") == pd.Timestamp(3, unit="us", tz="UTC")


def test_bounds_around_both_ends_hold_for_every_value(rows: SnapshotRows) -> None:
    assert told(rows, BETWEEN, "w", '"w" > 9') == 0
    assert told(rows, BETWEEN, "w", '"w" > 8') is None


def test_numbers_that_may_be_nan_are_looked_at(rows: SnapshotRows) -> None:
    assert told(rows, "column_values.nonnull.unexpected_count", "n") is None
    assert told(rows, "column.max", "n") is None


def test_nothing_is_told_of_a_part_of_the_rows(rows: SnapshotRows) -> None:
    rows.leave_out(np.array([1]))
    assert told(rows, "column.max", "w") is None
    assert told(rows, "column_values.nonnull.unexpected_count", "gap") is None


def test_every_whole_number_has_a_bit(rows: SnapshotRows) -> None:
    for about, count in (("true", 3), ('"w" < 5', 2), ('"w" > 10', 0)):
        counted = different_values(rows, "w", about)
        assert counted is not None
        assert rows.ask(counted) == (count,)
    assert different_values(rows, "n", "true") is None


def test_numbers_far_apart_get_no_bits(rows: SnapshotRows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortcuts, "_BITS_AT_MOST", 6)
    assert different_values(rows, "w", "true") is None
    monkeypatch.setattr(shortcuts, "_BITS_AT_MOST", 7)
    assert different_values(rows, "w", "true") is not None
