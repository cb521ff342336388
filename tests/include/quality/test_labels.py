"""Labels are held against what is required of the target."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from include.quality.labels import check_labels, expectations_of_labels
from tests.specs import a_spec

FARES = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "fare", "min_value": 0, "max_value": 1000},
}


def a_fare_spec(*asked: dict[str, Any], **parts: Any) -> Any:
    ridge = {"estimator": "sklearn.linear_model.Ridge"}
    quality = {"raw": {"expectations": list(asked)}}
    return a_spec(task="regression", training=ridge, data={"target": "fare"}, quality=quality, **parts)


@pytest.mark.integration
def test_a_broken_label_is_counted_and_named_and_a_missing_one_is_not() -> None:
    labels = pd.Series([12.5, None, 429_490.2, 3.0], index=["a", "b", "c", "d"], dtype=object)
    checked = check_labels(a_fare_spec(FARES), labels)
    assert checked.broken.tolist() == [False, False, True, False]
    assert checked.told == ("column_values_to_be_between.fare: 1 labels, such as 429490.2 (row c)",)


@pytest.mark.integration
def test_a_class_that_nobody_knows_is_broken() -> None:
    known = {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "y", "value_set": ["yes", "no"]}}
    spec = a_spec(data={"target": "y"}, quality={"clean": {"expectations": [known]}})
    assert check_labels(spec, pd.Series(["yes", "maybe", "no"])).broken.tolist() == [False, True, False]


@pytest.mark.parametrize(
    "change",
    [
        {"required": False},
        {"kwargs": {**FARES["kwargs"], "column": "tip"}},
        {"kwargs": {**FARES["kwargs"], "mostly": 0.9}},
        {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "fare"}},
    ],
)
def test_only_what_is_required_of_each_target_value_is_asked(change: dict[str, Any]) -> None:
    assert len(expectations_of_labels(a_fare_spec(FARES), None)) == 1
    assert expectations_of_labels(a_fare_spec({**FARES, **change}), None) == []


def test_what_cleaning_changes_is_not_held_against_what_raw_values_look_like() -> None:
    step = {"do": "parse_number", "columns": ["fare"]}
    assert expectations_of_labels(a_fare_spec(FARES, cleaning=[step]), None) == []
