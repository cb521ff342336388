from __future__ import annotations

import numpy as np
import pytest

from include.domain.spec import Suite
from include.drafting.expectations import (
    QUARANTINE_AT_LEAST,
    Drafted,
    expect_of_features,
    expect_of_target,
    expect_of_time,
    failing_rows,
    quarantine_share,
)
from tests.include.drafting.frames import column


def by_type(drafted: list[Drafted], kind: str) -> Drafted:
    (found,) = (item for item in drafted if item.written["type"] == f"expect_column_values_to_{kind}")
    return found


def test_rows_beyond_a_fence_are_the_ones_set_aside() -> None:
    fares = np.concatenate([np.tile(np.linspace(3, 60, 100), 20), [-2.0, 99_999.0]])
    item = by_type(expect_of_target(column(fares, "fare"), ()), "be_between")
    assert item.written["quarantine"] is True
    assert item.written["kwargs"]["min_value"] == 0
    assert item.failing is not None
    assert fares[item.failing].tolist() == [-2.0, 99_999.0]
    assert item.seen == "2 of 2,002 rows at hand lie outside"


def test_rows_without_a_target_are_set_aside() -> None:
    item = by_type(expect_of_target(column([1.5, None, 2.5], "y"), ()), "not_be_null")
    assert item.failing is not None
    assert item.failing.tolist() == [False, True, False]


def test_classes_are_all_there_are() -> None:
    item = by_type(expect_of_target(column(["a", "b"], "y"), ("a", "b")), "be_in_set")
    assert item.written["kwargs"] == {"column": "y", "value_set": ["a", "b"]}
    assert item.failing is None


@pytest.mark.parametrize(("missing", "mostly"), [(0, 0.99), (10, 0.84), (50, 0.24), (95, 0.0)])
def test_a_feature_may_have_somewhat_more_gaps_than_were_seen(missing: int, mostly: float) -> None:
    values = [None] * missing + [1.5] * (100 - missing)
    item = by_type(expect_of_features([column(values, "x")], []), "not_be_null")
    assert item.written["kwargs"]["mostly"] == mostly


def test_few_categories_are_listed_and_many_are_not() -> None:
    few = expect_of_features([column(["b", "a"] * 10, "x")], [])
    assert by_type(few, "be_in_set").written["kwargs"] == {"column": "x", "value_set": ["a", "b"], "mostly": 0.99}
    many = expect_of_features([column([f"v{i}" for i in range(80)], "x")], [])
    assert [item.written["type"] for item in many] == ["expect_column_values_to_not_be_null"]


def test_codes_are_categories_and_flags_too() -> None:
    codes = expect_of_features([column([1, 5, 99] * 5, "kind_id"), column([0, 1] * 8, "open")], ["kind_id"])
    sets = [item.written["kwargs"]["value_set"] for item in codes if "value_set" in item.written["kwargs"]]
    assert sets == [[1, 5, 99], [0, 1]]


def test_the_calendar_is_fenced_by_itself() -> None:
    item = by_type(expect_of_features([column([0, 5, 21] * 5, "pickup_hour")], []), "be_between")
    assert (item.written["kwargs"]["min_value"], item.written["kwargs"]["max_value"]) == (0, 23)


def test_three_times_the_rows_set_aside_may_be_set_aside() -> None:
    fails = np.zeros(1000, dtype=bool)
    assert quarantine_share([Drafted({}, fails)], 1000) == (QUARANTINE_AT_LEAST, 0)
    fails[:2] = True
    assert quarantine_share([Drafted({}, fails), Drafted({}, fails), Drafted({})], 1000) == (0.006, 2)
    assert quarantine_share([], 0) == (QUARANTINE_AT_LEAST, 0)
    assert quarantine_share([Drafted({}, fails)], 1000, at_least=0.05) == (0.05, 2)


def test_rows_set_aside_are_those_that_fail_anything() -> None:
    first, second = np.array([True, False, False]), np.array([False, False, True])
    assert failing_rows([Drafted({}, first), Drafted({}, second)], 3).tolist() == [True, False, True]
    assert failing_rows([], 3).tolist() == [False] * 3


def test_what_is_drafted_makes_a_suite() -> None:
    items = [*expect_of_target(column([1.5, 2.5, 3.5], "y"), ()), expect_of_time(column([1, 2, 3], "t"))]
    items += expect_of_features([column(["a", "b", "a"], "x"), column([1.5, 2.5, 9.0], "z")], [])
    assert len(Suite(expectations=tuple(item.written for item in items)).expectations) == len(items)
