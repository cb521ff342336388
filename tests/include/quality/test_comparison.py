from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd

from include.domain.references import Column, DatasetRef
from include.quality.comparison import compared_columns, same_distribution, with_changes
from include.quality.distribution import partition_of
from include.quality.outcome import Outcome
from tests.specs import a_spec


def _dataset(*columns: str) -> DatasetRef:
    listed = tuple(Column(name=name, type="DOUBLE", nulls=0) for name in columns)
    return DatasetRef(uri="file:///x", fingerprint="f" * 64, rows=1, columns=listed, source="x")


def test_features_that_both_hold_are_compared_and_new_ones_named() -> None:
    compared = compared_columns(a_spec(), _dataset("a", "b", "left"), _dataset("b", "c", "left"))
    assert compared.columns == ("b",)
    assert compared.notes == ("not compared: 'a' is not among the champion's training data",)


def test_columns_that_the_spec_lists_are_compared_whether_they_are_there_or_not() -> None:
    spec = a_spec(quality={"reference": {"columns": ["a", "gone"]}})
    assert compared_columns(spec, _dataset("a"), _dataset("a")).columns == ("a", "gone")


def test_the_terms_are_those_of_the_spec() -> None:
    spec = a_spec(quality={"reference": {"at_most": 0.1, "required": True}})
    asked = same_distribution(spec, "a", partition_of(pd.Series([1, 2])))
    assert asked.required
    assert asked.title == "reference.a"
    assert asked.kwargs["threshold"] == 0.1
    assert len(asked.kwargs["partition_object"]["values"]) == len(asked.kwargs["partition_object"]["weights"])


def test_a_column_that_moved_says_from_where_to_where() -> None:
    details: dict[str, Any] = {
        "observed_partition": {"values": ["x", "(missing)"], "weights": [0.1, 0.9]},
        "expected_partition": {"values": ["x", "(missing)"], "weights": [0.99, 0.01]},
    }
    asked = same_distribution(a_spec(), "a", partition_of(pd.Series([1])))
    moved = with_changes(Outcome(asked, met=False, observed="saw 3.8"), SimpleNamespace(result={"details": details}))  # type: ignore[arg-type]
    assert moved.observed == "saw 3.8 nats: x 99 % → 10 %, (missing) 1 % → 90 %"
