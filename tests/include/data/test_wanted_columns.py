from __future__ import annotations

from include.data.wanted_columns import wanted_columns, wanted_features
from tests.include.data.given import spec_over

SPEC = spec_over(
    "x.csv",
    "y",
    time="t",
    entity="who",
    id="key",
    features={"all_but": ["note"]},
    forbidden={"later": "known afterwards"},
    types={"code": "text"},
    categories=["zone"],
    cleaning=[
        {"do": "trim", "columns": ["name", "y"]},
        {"do": "derive", "column": "ratio", "expression": "a / b"},
        {"do": "calendar", "column": "t", "parts": ["hour"]},
        {"do": "map_values", "column": "ratio", "values": {"0": None}},
        {"do": "drop_duplicates", "columns": ["key", "t_hour"]},
    ],
)


def test_everything_that_the_spec_names_is_wanted_but_what_cleaning_makes() -> None:
    names = {name for _, name in wanted_columns(SPEC)}
    assert names == {"t", "who", "key", "y", "later", "code", "zone", "note", "name"}


def test_to_score_nothing_is_wanted_that_is_known_only_later() -> None:
    names = {name for _, name in wanted_columns(SPEC, to_score=True)}
    assert names == {"t", "who", "key", "name"}


def test_a_target_that_is_computed_is_not_wanted_raw() -> None:
    spec = spec_over("x.csv", "y", cleaning=[{"do": "label", "expression": "a > 1"}], features=["a"])
    assert [name for _, name in wanted_columns(spec)] == ["a"]
    assert {name for _, name in wanted_features(spec)} == {"y", "a"}
    assert {name for _, name in wanted_features(spec, to_score=True)} == {"a"}


def test_a_column_that_pays_is_wanted_wherever_a_model_is_judged() -> None:
    value = {"unit": "EUR", "under": {"column": "margin", "times": -1}}
    spec = spec_over("x.csv", "y", features=["a"])
    paid = spec.model_validate({**spec.to_json(), "task": "regression", "value": value})
    assert ("value.under", "margin") in wanted_columns(paid)
    assert ("value.under", "margin") in wanted_features(paid)
    assert "margin" not in {name for _, name in wanted_columns(paid, to_score=True)}
