"""Suites as people write them: mistakes are named where they stand, and files of Great Expectations are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import SpecError
from include.domain.spec import Expectation, ModelSpec
from include.quality.asked import Asked
from include.quality.catalogue import is_row_level, mistakes_in, usable_expectations
from include.quality.checks import check_dataset
from include.quality.declared import suite_mistakes
from include.storage.store import open_store
from tests.include.quality.snapshots import a_snapshot
from tests.specs import a_spec

pytestmark = pytest.mark.integration

FRAME = pd.DataFrame({"fare": np.arange(100.0), "left": [True, False] * 50})


def _mistake(type_: str, quarantine: bool = False, **kwargs: Any) -> tuple[str, str]:
    expectation = Expectation(type=f"expect_{type_}", kwargs=kwargs, quarantine=quarantine)
    (mistake,) = mistakes_in(Asked(expectation, ("raw",)))
    return ".".join(map(str, mistake.path)), mistake.sentence


BETWEEN, KNOWN = "column_values_to_be_between", "column_values_to_not_be_null"


@pytest.mark.parametrize(
    ("type_", "kwargs", "field", "sentence"),
    [
        ("column_value_to_be_between", {"column": "a"}, "type", "mean 'expect_column_values_to_be_between'?"),
        ("query_results_to_match_comparison", {}, "type", "no such expectation for files and tables"),
        ("column_to_exist", {"colum": "a"}, "kwargs.colum", "did you mean 'column'?"),
        (BETWEEN, {"column": "a", "min_vale": 1}, "kwargs.min_vale", "did you mean 'min_value'?"),
        (BETWEEN, {"column": "a"}, "kwargs", "min_value and max_value cannot both be None"),
        (BETWEEN, {"column": "a", "min_value": {"$PARAMETER": "x"}}, "kwargs.min_value", "write the value"),
        (BETWEEN, {"column": "a", "min_value": [1]}, "kwargs.min_value", "value is not a valid float"),
        (KNOWN, {"column": "a", "mostly": 3}, "kwargs.mostly", "less than or equal to 1"),
        (KNOWN, {}, "kwargs.column", "field required"),
        (KNOWN, {"column": "a", "row_condition": "@x"}, "kwargs.row_condition", "'@x' cannot be read"),
        ("column_values_to_be_in_set", {"column": "a", "value_set": 3}, "kwargs.value_set", "not a valid list"),
    ],
)
def test_a_mistake_names_the_field_and_what_would_be_right(type_: str, kwargs: Any, field: str, sentence: str) -> None:
    found, said = _mistake(type_, **kwargs)
    assert found == f"raw.{field}"
    assert sentence in said


def test_only_what_is_asked_of_each_row_can_set_rows_aside() -> None:
    field, said = _mistake("column_mean_to_be_between", quarantine=True, column="a", min_value=1)
    assert field == "raw.quarantine"
    assert "cannot say which rows fail it" in said
    assert is_row_level("expect_compound_columns_to_be_unique")


def test_everything_that_can_be_asked_of_a_frame_can_be_asked() -> None:
    assert len(usable_expectations()) == 52
    assert "expect_column_values_to_be_in_type_list" in usable_expectations()


def _spec(**suite: Any) -> ModelSpec:
    return a_spec(quality={"raw": suite})


def _raised(spec: ModelSpec, folder: Path) -> list[str]:
    store = open_store(str(folder / "store"))
    with pytest.raises(SpecError) as raised:
        check_dataset(spec, a_snapshot(store, FRAME), store, suite="raw", as_of=None, folder=folder)
    return raised.value.problems


def test_mistakes_are_shown_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "churn.yaml").write_text(
        "name: churn\nquality:\n  raw:\n    expectations:\n"
        "      - type: expect_column_to_exist\n        kwargs: {column: a}\n"
        "      - type: expect_column_values_to_be_between\n"
        "        kwargs:\n          column: a\n          min_vale: 1\n"
    )
    spec = _spec(
        expectations=[
            {"type": "expect_column_to_exist", "kwargs": {"column": "a"}},
            {"type": "expect_column_values_to_be_between", "kwargs": {"column": "a", "min_vale": 1}},
        ]
    )
    assert _raised(spec, tmp_path) == [
        "churn.yaml:10: quality.raw.expectations[1].kwargs.min_vale: unknown argument of "
        "expect_column_values_to_be_between: 'min_vale'; did you mean 'min_value'?"
    ]


@pytest.mark.parametrize(("content", "said"), [(None, "no such file"), ("{", "no JSON in line 1, column 2")])
def test_a_suite_file_that_cannot_be_read_is_named(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "fares.json").write_text(content)
    (problem,) = _raised(_spec(file="fares.json"), tmp_path)
    assert "quality.raw.file: fares.json: " in problem
    assert said in problem


def test_a_mistake_in_a_suite_file_names_the_expectation(tmp_path: Path) -> None:
    entry = {"type": "expect_column_values_to_be_uniqe", "kwargs": {"column": "fare"}}
    (tmp_path / "fares.json").write_text(json.dumps({"expectations": [entry]}))
    (problem,) = _raised(_spec(file="fares.json"), tmp_path)
    assert "fares.json: column_values_to_be_uniqe.fare: " in problem
    assert "did you mean 'expect_column_values_to_be_unique'?" in problem


def test_names_that_the_house_uses_are_not_given_away(tmp_path: Path) -> None:
    taken = {"type": "expect_column_to_exist", "kwargs": {"column": "fare"}, "name": "implied.rows"}
    assert "kept for what a spec implies" in _raised(_spec(expectations=[taken]), tmp_path)[0]


def test_both_suites_can_be_looked_through_without_data(tmp_path: Path) -> None:
    wrong = {"expectations": [{"type": "expect_nothing_much", "kwargs": {}}]}
    found = suite_mistakes(a_spec(quality={"raw": wrong, "clean": wrong}).quality, tmp_path)
    assert [mistake.path[1] for mistake in found] == ["raw", "clean"]


def test_a_suite_that_great_expectations_stored_is_asked(tmp_path: Path) -> None:
    import great_expectations as gx
    import great_expectations.expectations as gxe

    suite = gx.ExpectationSuite(
        name="fares",
        expectations=[
            gxe.ExpectColumnValuesToBeBetween(column="fare", max_value=90, severity="warning", notes="few are dear"),
            gxe.ExpectColumnValuesToBeBetween(column="fare", min_value=1, meta={"quarantine": True}),
            gxe.ExpectColumnMeanToBeBetween(column="fare", min_value=0, max_value=60),
        ],
    )
    (tmp_path / "fares.json").write_text(json.dumps(suite.to_json_dict()))
    store = open_store(str(tmp_path / "store"))
    spec = _spec(
        file="fares.json", expectations=[{"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "fare"}}]
    )
    result = check_dataset(spec, a_snapshot(store, FRAME), store, suite="raw", as_of=None, folder=tmp_path)
    seen = {item.name.removeprefix("expectation."): item for item in result.evidence.observations}
    assert seen["column_values_to_be_between.fare"].value == 0
    assert "(not required)" in seen["column_values_to_be_between.fare"].detail
    assert "because few are dear" in seen["column_values_to_be_between.fare"].detail
    assert seen["column_values_to_be_between.fare (2)"].value == 1
    assert seen["column_mean_to_be_between.fare"].value == 1
    assert seen["column_values_to_not_be_null.fare"].value == 1
    assert seen["failed_required_expectations"].value == 0
    assert result.accepted.rows == 99
