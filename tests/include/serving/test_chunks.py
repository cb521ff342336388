from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.domain.references import Column, DatasetRef
from include.serving.chunks import ChunkedRows
from tests.specs import a_spec

START = datetime(2026, 1, 1, tzinfo=UTC)


def chunked(path: Path, ids: list[int | None], *, size: int = 3, named: bool = True) -> ChunkedRows:
    """Return rows in a file, the days of their events in the order of the file."""
    days = [(START + timedelta(days=day)).replace(tzinfo=None) for day in range(len(ids))]
    hashes = pa.array(range(100, 100 + len(ids)), pa.uint64())
    columns = {"row_hash": hashes, "customer": pa.array(ids, pa.int64()), "at": pa.array(days, pa.timestamp("us"))}
    pq.write_table(pa.table(columns), path, row_group_size=4)
    kinds = {"customer": "BIGINT", "at": "TIMESTAMP"}
    held = tuple(Column(name=name, type=kind, nulls=0) for name, kind in kinds.items())
    dataset = DatasetRef(uri="x", fingerprint="x", rows=len(ids), columns=held, time="at", source="x")
    spec = a_spec(data={"id": "customer", "time": "at"} if named else {"time": "at"})
    return ChunkedRows(spec, dataset, path, size)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.parquet"


def test_chunks_have_one_size_but_for_the_last(path: Path) -> None:
    rows = chunked(path, list(range(8)))
    assert [len(chunk.row_ids) for chunk in rows] == [3, 3, 2]
    assert [chunk.place for chunk in rows] == [0, 1, 2]
    assert rows.rows == 8


def test_a_row_is_called_by_its_id_or_by_its_hash(path: Path) -> None:
    (chunk,) = chunked(path, [7, None])
    assert chunk.row_ids.to_pylist() == ["7", "101"]
    (chunk,) = chunked(path, [7, None], named=False)
    assert chunk.row_ids.to_pylist() == ["100", "101"]


def test_event_times_are_in_utc_and_the_frame_is_as_training_saw_it(path: Path) -> None:
    (chunk,) = chunked(path, [7])
    assert chunk.event_times.to_pylist() == [START]
    assert chunk.entities.to_pylist() == [None]
    assert chunk.frame.index.tolist() == [100]
    assert list(chunk.frame.columns) == ["customer", "at"]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.integers(1, 6))
def test_every_id_is_read_once_by_its_latest_row(
    tmp_path_factory: pytest.TempPathFactory, ids: list[int], size: int
) -> None:
    rows = chunked(tmp_path_factory.mktemp("rows") / "data.parquet", list(ids), size=size)
    seen = {row_id: day for chunk in rows for row_id, day in zip(chunk.row_ids, chunk.event_times, strict=True)}
    named = [row_id.as_py() for chunk in rows for row_id in chunk.row_ids]
    latest = {str(one): day for day, one in enumerate(ids)}
    assert sorted(named) == sorted(latest)
    assert {key.as_py(): (day.as_py() - START).days for key, day in seen.items()} == latest
    assert rows.rows == len(latest)
