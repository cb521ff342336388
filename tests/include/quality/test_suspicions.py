from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.domain.references import Column, DatasetRef
from include.quality.suspicions import Suspects, observe_suspicions, suspects_in
from tests.specs import a_spec


def _mixed(folder: Path, values: list[str | None]) -> bool:
    file = folder / "data.parquet"
    pq.write_table(pa.table({"bill": pa.array(values, pa.string())}), file)
    found = observe_suspicions(file, Suspects(("bill",), ("bill",)))
    return [item.title for item in found] == ["implied.one_kind.bill"]


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
    assert suspects_in(a_spec(data=data, cleaning=cleaning), dataset, "raw").guessed == expected


def test_after_cleaning_nothing_may_be_mixed() -> None:
    spec = a_spec(cleaning=[{"do": "trim", "columns": ["bill"]}])
    columns = (Column(name="bill", type="VARCHAR", nulls=0), Column(name="left", type="BOOLEAN", nulls=0))
    dataset = DatasetRef(uri="file:///x", fingerprint="f", rows=9, columns=columns, source="x")
    assert suspects_in(spec, dataset, "clean").guessed == ("bill",)


@pytest.mark.parametrize(
    ("values", "titles"),
    [
        ([1.0, None], []),
        ([1.0, float("inf")], ["implied.finite.bill"]),
        ([float("-inf"), None], ["implied.finite.bill"]),
        ([None, None], ["implied.has_values.bill"]),
        ([], ["implied.has_values.bill"]),
    ],
)
def test_only_columns_that_are_suspicious_have_to_answer(
    tmp_path: Path, values: list[float], titles: list[str]
) -> None:
    file = tmp_path / "data.parquet"
    pq.write_table(pa.table({"bill": pa.array(values, pa.float64()), "other": pa.nulls(len(values))}), file)
    found = observe_suspicions(file, Suspects(("bill",)))
    assert [item.title for item in found] == titles
    assert all(item.required and item.because for item in found)


def test_what_the_model_does_not_learn_from_is_not_looked_at() -> None:
    columns = tuple(Column(name=name, type="DOUBLE", nulls=0) for name in ("bill", "unused", "left"))
    dataset = DatasetRef(uri="file:///x", fingerprint="f", rows=9, columns=columns, source="x")
    spec = a_spec(data={"features": {"all_but": ["unused"]}})
    assert suspects_in(spec, dataset, "raw").learned == ("bill", "left")


@pytest.mark.parametrize("set_aside", [False, True])
def test_rows_with_an_infinity_stop_the_run_or_are_set_aside(tmp_path: Path, set_aside: bool) -> None:
    file = tmp_path / "data.parquet"
    pq.write_table(pa.table({"bill": [1.0, float("inf")], "none": pa.nulls(2, pa.float64())}), file)
    finite, has_values = observe_suspicions(file, Suspects(("bill", "none"), set_aside=set_aside))
    assert (finite.title, finite.quarantine) == ("implied.finite.bill", set_aside)
    assert (has_values.title, has_values.quarantine) == ("implied.has_values.none", False)


@pytest.mark.parametrize(("segment_by", "set_aside"), [(None, False), (["plan"], True)])
def test_the_infinities_of_one_segment_stop_no_other(segment_by: list[str] | None, set_aside: bool) -> None:
    columns = tuple(Column(name=name, type="DOUBLE", nulls=0) for name in ("bill", "left"))
    dataset = DatasetRef(uri="file:///x", fingerprint="f", rows=9, columns=columns, source="x")
    assert suspects_in(a_spec(segment_by=segment_by), dataset, "raw").set_aside is set_aside
