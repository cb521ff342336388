from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.domain.references import Column, DatasetRef
from include.quality.mixed_columns import candidates, observe_mixed_columns
from tests.specs import a_spec


def _mixed(folder: Path, values: list[str | None]) -> bool:
    file = folder / "data.parquet"
    pq.write_table(pa.table({"bill": pa.array(values, pa.string())}), file)
    return observe_mixed_columns(file, ["bill"]) == ("bill",)


@pytest.mark.parametrize(
    "stranger", [" ", "n/a", "1,234", "12 EUR", "0x1F", "-"], ids=["blank", "n/a", "comma", "unit", "hex", "dash"]
)
def test_numbers_with_a_stranger_among_them_are_mixed(tmp_path: Path, stranger: str) -> None:
    assert _mixed(tmp_path, ["29.85", "-3", "1e5", ".5", "+2.", " 7 ", "8", "9", "10", None, stranger])


@pytest.mark.parametrize(
    "values",
    [["1", "2"], ["a", "b", "3"], ["1", "2", "x"], [None, None], []],
    ids=["all numbers", "mostly words", "too many words", "nothing", "no rows"],
)
def test_other_text_is_not_mixed(tmp_path: Path, values: list[str | None]) -> None:
    assert not _mixed(tmp_path, values)


@pytest.mark.parametrize(
    ("data", "cleaning", "expected"),
    [
        ({}, [], ("bill", "note")),
        ({"types": {"bill": "text"}}, [], ("note",)),
        ({"categories": ["bill"]}, [], ("note",)),
        ({"features": {"all_but": ["bill"]}}, [], ("note",)),
        ({}, [{"do": "parse_number", "columns": ["bill"]}], ("note",)),
    ],
    ids=["guessed", "declared", "category", "unused", "to be parsed"],
)
def test_text_is_looked_at_unless_the_spec_says_what_it_is(data: Any, cleaning: Any, expected: tuple[str, ...]) -> None:
    kinds = {"bill": "VARCHAR", "note": "VARCHAR", "age": "BIGINT", "left": "BOOLEAN"}
    columns = tuple(Column(name=name, type=kind, nulls=0) for name, kind in kinds.items())
    dataset = DatasetRef(uri="file:///x", fingerprint="f", rows=9, columns=columns, source="x")
    assert candidates(a_spec(data=data, cleaning=cleaning), dataset, "raw") == expected


def test_after_cleaning_nothing_may_be_mixed() -> None:
    spec = a_spec(cleaning=[{"do": "trim", "columns": ["bill"]}])
    columns = (Column(name="bill", type="VARCHAR", nulls=0), Column(name="left", type="BOOLEAN", nulls=0))
    dataset = DatasetRef(uri="file:///x", fingerprint="f", rows=9, columns=columns, source="x")
    assert candidates(spec, dataset, "clean") == ("bill",)
