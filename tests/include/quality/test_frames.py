from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.domain.errors import DataError
from include.domain.references import DatasetRef
from include.quality.frames import data_file, read_frame, read_row_hashes
from tests.fakes import MemoryStore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    table = pa.table(
        {
            "count": pa.array([1, None, 3]),
            "name": pa.array([2**60 + 1, None, 3]),
            "day": pa.array([date(2020, 1, 1), None, None]),
            "at": pa.array([datetime(2020, 1, 1, 6), None, None], pa.timestamp("ns")),  # noqa: DTZ001
            "local": pa.array([datetime(2020, 1, 1, 6), None, None], pa.timestamp("us", tz="Europe/Berlin")),  # noqa: DTZ001
            "price": pa.array([Decimal("1.10"), None, None]),
            "Straße 路": pa.array(["ü", None, "x"]),
            "kind": pa.array(["a", "b", None]).dictionary_encode(),
            "clicks": pa.array([[1], None, [2]]),
            "row_hash": pa.array([1, 2, 2**64 - 1], pa.uint64()),
        }
    )
    pq.write_table(table, tmp_path / "data.parquet")
    return tmp_path / "data.parquet"


def test_moments_and_dates_are_in_utc(file: Path) -> None:
    frame = read_frame(file, ["day", "at", "local"])
    assert set(frame.dtypes.astype(str)) == {"datetime64[us, UTC]"}
    assert frame["at"][0] == pd.Timestamp("2020-01-01 06:00", tz="UTC") == frame["local"][0]


def test_whole_numbers_with_gaps_are_never_rounded(file: Path) -> None:
    frame = read_frame(file, ["count", "name"])
    assert frame["count"].dtype == "float64"
    assert str(frame["name"][0]) == str(2**60 + 1)


def test_decimals_categories_and_lists_become_numbers_and_text(file: Path) -> None:
    frame = read_frame(file, ["price", "kind", "clicks"])
    assert frame["price"][0] == pytest.approx(1.1)
    assert frame["kind"].dtype == "str"
    assert frame["clicks"].tolist()[0] == "[1]"
    assert frame["clicks"].isna().tolist() == [False, True, False]


def test_rows_are_called_by_their_place_whatever_is_read(file: Path) -> None:
    assert read_frame(file, ["Straße 路", "absent"]).index.tolist() == [0, 1, 2]
    assert read_frame(file, []).shape == (3, 0)


def test_hashes_keep_all_their_bits(file: Path) -> None:
    assert read_row_hashes(file).tolist() == [1, 2, 2**64 - 1]


def test_a_snapshot_that_is_gone_is_named() -> None:
    gone = DatasetRef(uri="memory://store/data/x", fingerprint="f", rows=1, columns=(), source="x")
    with pytest.raises(DataError, match=r"memory://store/data/x/data.parquet is no longer in the store"):
        data_file(gone, MemoryStore())
