# Moments without a zone are UTC in this room, and are written without one on purpose.
# ruff: noqa: DTZ001

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pyarrow import parquet

from include.data.sources.sql_values import ROW_NUMBER, ValueFiles
from include.domain.errors import DataError

EAST = timezone(timedelta(hours=2))


def _written(folder: Path, values: list[Any], **options: Any) -> list[Any]:
    files = ValueFiles(folder, ["x"], **options)
    files.write([[(value,) for value in values]])
    table = parquet.read_table(next(iter(files.schemas)))
    assert table[ROW_NUMBER].to_pylist() == list(range(1, len(values) + 1))
    return table["x"].to_pylist()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, None], [1, None]),
        ([Decimal("1.5"), 2], [1.5, 2.0]),
        ([True, None], [True, None]),
        ([UUID(int=1)], ["00000000-0000-0000-0000-000000000001"]),
        ([time(10, 20)], ["10:20:00"]),
        ([date(2018, 1, 1)], [date(2018, 1, 1)]),
        ([date(2018, 1, 1), datetime(2018, 1, 1, 2, tzinfo=EAST)], [datetime(2018, 1, 1), datetime(2018, 1, 1)]),
        ([datetime(2018, 1, 1, tzinfo=UTC)], [datetime(2018, 1, 1)]),
    ],
)
def test_values_of_a_driver_become_canonical(tmp_path: Path, values: list[Any], expected: list[Any]) -> None:
    assert _written(tmp_path, values) == expected


def test_single_precision_is_widened_as_parquet_widens_it(tmp_path: Path) -> None:
    assert _written(tmp_path, [0.1], single={"x"}) == [0.10000000149011612]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([[1]], "holds list values"),
        ([{"a": 1}], "holds dict values"),
        ([b"x"], "holds bytes values"),
        ([timedelta(1)], "holds timedelta values"),
        ([1, "a"], "row 2 of the query, column 'x': 'a' is text among integer values"),
        ([None, "a", True], "row 3 of the query, column 'x': 'True' is boolean among text"),
        ([2**63], "beyond 64 bits"),
    ],
)
def test_other_values_are_refused(tmp_path: Path, values: list[Any], says: str) -> None:
    with pytest.raises(DataError, match=says):
        _written(tmp_path, values)
