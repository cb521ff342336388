from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.quality import texts
from include.quality.snapshot_rows import open_rows
from include.quality.texts import count_failing, text_test

WORDS = ["a", "bb", None, "ccc", "ä", "dd"]


def failing(folder: Path, metric: str, leaving: tuple[int, ...] = (), **arguments: Any) -> int | None:
    path = folder / "rows.parquet"
    pq.write_table(pa.table({"t": pa.array(WORDS).dictionary_encode()}), path, row_group_size=4)
    with open_rows(path) as rows:
        rows.leave_out(np.array(leaving, dtype=np.int64))
        test = text_test(f"column_values.{metric}", rows, {"column": "t", **arguments})
        assert test is not None
        return count_failing(rows, [test]).get(test)


@pytest.mark.parametrize(
    ("metric", "arguments", "count"),
    [
        ("match_regex", {"regex": "^[a-c]+$"}, 2),
        ("not_match_regex", {"regex": "^[a-c]+$"}, 3),
        ("value_length.between", {"min_value": 2}, 2),
        ("value_length.between", {"min_value": 1, "max_value": 3}, 0),
        ("value_length.between", {"min_value": 1, "strict_min": True, "max_value": 3, "strict_max": True}, 3),
        ("value_length.equals", {"value": 1}, 3),
    ],
)
def test_texts_that_fail_are_counted_and_missing_ones_are_not(
    tmp_path: Path, metric: str, arguments: dict[str, Any], count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "PART_ROWS", 3)
    assert failing(tmp_path, metric, **arguments) == count


def test_rows_that_are_left_out_count_in_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "PART_ROWS", 3)
    assert failing(tmp_path, "match_regex", leaving=(0, 4, 5), regex="^[a-c]+$") == 0


def test_a_pattern_that_arrow_cannot_read_is_not_counted(tmp_path: Path) -> None:
    assert failing(tmp_path, "match_regex", regex="(?=a)") is None


def test_nothing_but_texts_is_tested(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"n": [1]}), path)
    with open_rows(path) as rows:
        assert text_test("column_values.match_regex", rows, {"column": "n", "regex": "1"}) is None
        assert text_test("column_values.between", rows, {"column": "t"}) is None
