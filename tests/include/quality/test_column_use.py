from __future__ import annotations

from include.domain.references import Column, DatasetRef
from include.quality.column_use import cleaned_columns, learned_columns, named_columns
from tests.specs import a_spec

CLEANING = [
    {"do": "parse_date", "columns": ["joined"]},
    {"do": "derive", "column": "tenure", "expression": "1"},
    {"do": "calendar", "column": "joined", "parts": ["month"]},
    {"do": "trim", "columns": ["tenure"]},
    {"do": "label", "expression": "left_at IS NOT NULL"},
]


def _dataset(*columns: str) -> DatasetRef:
    listed = tuple(Column(name=name, type="DOUBLE", nulls=0) for name in columns)
    return DatasetRef(uri="file:///x", fingerprint="f", rows=1, columns=listed, source="x")


def test_raw_data_need_not_hold_what_the_cleaning_makes() -> None:
    spec = a_spec(data={"features": ["tenure", "joined_month", "plan"], "time": "joined", "id": "k"}, cleaning=CLEANING)
    assert named_columns(spec, "raw") == {
        "joined": "cleaning[0]",
        "k": "data.id",
        "plan": "data.features",
    }


def test_clean_data_hold_everything_that_is_named() -> None:
    spec = a_spec(data={"features": ["tenure", "joined_month"], "categories": ["plan"]}, cleaning=CLEANING)
    assert set(named_columns(spec, "clean")) == {"left", "tenure", "joined_month", "plan"}


def test_types_are_asked_of_raw_data_only() -> None:
    spec = a_spec(data={"types": {"zip": "text"}})
    assert "zip" in named_columns(spec, "raw")
    assert "zip" not in named_columns(spec, "clean")


def test_a_step_may_take_what_an_earlier_step_made() -> None:
    assert "tenure" not in named_columns(a_spec(cleaning=CLEANING), "raw")


def test_the_model_learns_from_features_and_target_that_are_there() -> None:
    spec = a_spec(data={"id": "k"}, cleaning=CLEANING)
    dataset = _dataset("k", "plan", "tenure", "left")
    assert learned_columns(spec, dataset, "clean") == ("plan", "tenure", "left")
    assert learned_columns(spec, dataset, "raw") == ("plan",)


def test_what_the_cleaning_touches_may_still_be_anything() -> None:
    assert cleaned_columns(a_spec(cleaning=CLEANING)) == {"joined", "tenure", "joined_month"}
