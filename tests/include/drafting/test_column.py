from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from tests.include.drafting.frames import column


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "integer"),
        ([1.0, None], "integer"),
        ([1.5, 2.0], "number"),
        ([1e300, 1.0], "number"),
        ([np.inf, 1.0], "number"),
        (["a", None], "text"),
        ([True, False], "boolean"),
        (pd.array([True, None], dtype="boolean"), "boolean"),
        ([True, None], "boolean"),
        (pd.to_datetime(["2024-01-01", None], utc=True), "moment"),
        ([datetime.date(2024, 1, 1), None], "moment"),
        ([None, None], "empty"),
        ([], "empty"),
    ],
)
def test_a_column_is_known_by_its_values(values: object, kind: str) -> None:
    assert column(values).kind == kind


def test_values_are_counted_the_most_frequent_first() -> None:
    seen = column(["b", "a", "b", None, "a", "c"])
    assert seen.counts.to_dict() == {"a": 2, "b": 2, "c": 1}
    assert list(seen.counts.index) == ["a", "b", "c"]
    assert (seen.distinct, seen.nulls, seen.null_share) == (3, 1, 1 / 6)


def test_numbers_of_a_column_with_gaps_have_nan() -> None:
    assert np.isnan(column([1.0, None]).numbers).tolist() == [False, True]
    assert np.isnan(column(["a", "b"]).numbers).all()


@pytest.mark.parametrize(
    ("values", "value", "plain"), [([1.0, None], 1.0, 1), ([0.5], 0.5, 0.5), ([True], True, True), (["a"], "a", "a")]
)
def test_values_are_written_as_they_are_meant(values: object, value: object, plain: object) -> None:
    written = column(values).plain(value)
    assert written == plain
    assert type(written) is type(plain)
