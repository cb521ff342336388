from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.domain.errors import SluiceError
from include.quality.condition_sql import condition_sql
from include.quality.failing_rows import fails, literal
from include.quality.frames import read_places
from include.quality.snapshot_rows import MEMORY, open_rows


def written(folder: Path, columns: dict[str, object]) -> Path:
    path = folder / "rows.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=2)
    return path


def test_what_a_frame_shows_as_missing_is_null(tmp_path: Path) -> None:
    path = written(tmp_path, {"n": [1.0, math.nan, None, math.inf], "t": ["a", None, "", "b"]})
    with open_rows(path) as rows:
        assert rows.ask('count("n")', 'max("n")', 'count("t")') == (2, math.inf, 3)


def test_columns_that_a_frame_would_show_otherwise_are_left_to_pandas(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"far": [2**60, 1], "money": [Decimal("1.5"), None], "list": [[1], [2]], "gap": [True, None], "whole": [1, 2]},
    )
    with open_rows(path) as rows:
        assert rows.kinds == {"whole": "whole"}
        assert rows.names == ("far", "money", "list", "gap", "whole")


def test_names_that_differ_in_case_only_are_left_to_pandas(tmp_path: Path) -> None:
    with open_rows(written(tmp_path, {"Age": [1], "age": [2]})) as rows:
        assert rows.kinds == {}


def test_rows_that_are_left_out_are_asked_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, {"n": [1, 2, 3, 4, 5]})
    with open_rows(path) as rows:
        rows.leave_out(np.array([0, 3]))
        assert rows.ask("count(*)", 'sum("n")') == (3, 10)
        assert rows.places('"n" > 2').tolist() == [2, 4]


def test_no_other_file_can_be_read(tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"x": [1]}), other)
    with open_rows(written(tmp_path, {"n": [1]})) as rows, pytest.raises(duckdb.Error):
        rows.connection.execute(f"SELECT * FROM read_parquet('{other}')")


def test_a_bound_of_memory_that_is_no_size_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY, "much")
    with (
        pytest.raises(SluiceError, match="SLUICE_CHECKS_MEMORY='much' is no size"),
        open_rows(written(tmp_path, {"n": [1]})),
    ):
        pass


@pytest.mark.parametrize(
    ("condition", "places"),
    [
        ("n > 1", [1, 2]),
        ("n != 2", [0, 2, 3]),
        ("t == 'a' and n >= 1", [0, 2]),
        ("not (t in ['a'])", [1, 3]),
        ("`n`.isna() or t == 'b'", [1, 3]),
    ],
)
def test_a_condition_selects_the_rows_that_query_selects(tmp_path: Path, condition: str, places: list[int]) -> None:
    path = written(tmp_path, {"n": [1.0, 2.0, 3.0, None], "t": ["a", "b", "a", None]})
    with open_rows(path) as rows:
        sql = condition_sql(condition, rows)
        assert sql is not None
        assert rows.places(sql).tolist() == places


@pytest.mark.parametrize(
    "condition", ["n + 1 > 2", "n > t", "gone > 1", "n > 'a'", "n", "1 < n < 2", "at > '2020'", ")"]
)
def test_what_sql_might_see_otherwise_is_left_to_query(tmp_path: Path, condition: str) -> None:
    path = written(tmp_path, {"n": [1.0], "t": ["a"], "at": [datetime(2026, 1, 1, tzinfo=UTC)]})
    with open_rows(path) as rows:
        assert condition_sql(condition, rows) is None


def test_arguments_of_another_kind_than_the_column_are_left_to_pandas(tmp_path: Path) -> None:
    path = written(tmp_path, {"n": [1.0], "t": ["a"]})
    with open_rows(path) as rows:
        for metric, arguments in (
            ("column_values.between", {"column": "t", "min_value": "a"}),
            ("column_values.between", {"column": "n", "min_value": 3, "max_value": 1}),
            ("column_values.in_set", {"column": "n", "value_set": [1, "a"]}),
            ("column_values.match_regex", {"column": "n", "regex": "1"}),
            ("column_values.unheard_of", {"column": "n"}),
            ("column_values.null", {"column": "gone"}),
        ):
            assert fails(metric, rows, arguments) is None


def test_a_literal_cannot_break_out_of_its_quotes() -> None:
    text = "it's '; DROP TABLE x; --"
    assert duckdb.sql(f"SELECT {literal(text, 'text')}").fetchall() == [(text,)]


def test_rows_at_some_places_are_read_group_by_group(tmp_path: Path) -> None:
    path = written(tmp_path, {"n": [10, 11, 12, 13, 14], "t": list("abcde")})
    frame = read_places(path, ["t"], np.array([4, 0, 3]))
    assert frame["t"].to_dict() == {0: "a", 3: "d", 4: "e"}
    assert read_places(path, ["n"], np.empty(0, dtype=np.int64)).empty
