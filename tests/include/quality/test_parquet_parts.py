from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from include.quality.parquet_parts import PartWriter, row_groups

AT = datetime(2026, 1, 1, tzinfo=UTC)


def _table(*values: int | None) -> pa.Table:
    return pa.table({"a": pa.array(values, pa.int64()), "row_hash": pa.array(range(len(values)), pa.uint64())})


def test_what_is_written_in_parts_is_read_as_a_whole(tmp_path: Path) -> None:
    with PartWriter(tmp_path / "x.parquet", None) as part:
        part.write(_table(1, None))
        part.write(_table())
        part.write(_table(3))
    assert pq.read_table(part.path).column("a").to_pylist() == [1, None, 3]
    assert part.rows == 3


def test_row_groups_come_one_by_one_in_order(tmp_path: Path) -> None:
    pq.write_table(_table(1, 2, 3), tmp_path / "x.parquet", row_group_size=2)
    assert [group.column("a").to_pylist() for group in row_groups(tmp_path / "x.parquet")] == [[1, 2], [3]]


def test_a_part_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    with PartWriter(tmp_path / "x.parquet", None) as part:
        part.write(_table())
    assert pq.read_table(part.path).column_names == ["a", "row_hash"]


def test_columns_are_told_with_their_gaps_and_without_the_hash(tmp_path: Path) -> None:
    with PartWriter(tmp_path / "x.parquet", None) as part:
        part.write(_table(1, None))
        part.write(_table(None))
    assert [(c.name, c.type, c.nulls) for c in part.columns({"a": "BIGINT"})] == [("a", "BIGINT", 2)]
    assert part.columns({})[0].type == "VARCHAR"


def test_first_and_last_moment_span_all_parts(tmp_path: Path) -> None:
    with PartWriter(tmp_path / "x.parquet", "at") as part:
        for day in (5, 2, 9):
            part.write(pa.table({"at": pa.array([AT.replace(day=day, tzinfo=None)], pa.timestamp("us"))}))
    assert part.time_range == (AT.replace(day=2), AT.replace(day=9))


def test_a_column_that_holds_no_moments_has_no_range(tmp_path: Path) -> None:
    with PartWriter(tmp_path / "x.parquet", "a") as part:
        part.write(_table(1))
    assert part.time_range is None
