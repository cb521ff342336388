from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.quality.footer import ToldOfColumn, told_of_column


def told(folder: Path, values: Any, **written: Any) -> ToldOfColumn:
    path = folder / "rows.parquet"
    pq.write_table(pa.table({"x": values}), path, row_group_size=2, **written)
    with pq.ParquetFile(path) as file:
        return told_of_column(file, "x")


def test_gaps_are_counted_and_whole_numbers_have_ends(tmp_path: Path) -> None:
    assert told(tmp_path, pa.array([3, None, None, None, -7])) == ToldOfColumn(3, -7, 3)


def test_moments_end_in_utc_and_dates_at_midnight(tmp_path: Path) -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert told(tmp_path, pa.array([at], pa.timestamp("us", tz="Asia/Tokyo"))).most == at.replace(tzinfo=None)
    assert told(tmp_path, pa.array([date(2026, 3, 1)])).least == datetime(2026, 3, 1)  # noqa: DTZ001


@pytest.mark.parametrize("values", [["a", None], [1.5, None], [True, None], pa.array([None, None], pa.int64())])
def test_ends_of_anything_else_are_not_told(tmp_path: Path, values: Any) -> None:
    held = pa.array(values)
    assert told(tmp_path, held) == ToldOfColumn(held.null_count)


def test_a_file_without_statistics_tells_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, pa.array([1, 2]), write_statistics=False) == ToldOfColumn()


def test_a_moment_that_python_does_not_know_has_no_ends(tmp_path: Path) -> None:
    assert told(tmp_path, pa.array([1, 2**62], pa.timestamp("us"))) == ToldOfColumn(0)
