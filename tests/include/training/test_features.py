from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.errors import DataError, SpecError
from include.training.features import FeatureColumns, feature_columns, feature_frame
from tests.include.training.examples import customers
from tests.specs import a_spec


def test_every_column_but_the_target_is_a_feature_and_text_is_categorical() -> None:
    found = feature_columns(a_spec(), customers(10))
    assert found.numeric_names == ["age", "visits", "is_member"]
    assert found.categorical_names == ["region"]


def test_numbers_that_are_names_are_categorical() -> None:
    found = feature_columns(a_spec(data={"categories": ["visits"]}), customers(10))
    assert found.categorical_names == ["visits", "region"]
    assert feature_frame(found, customers(3))["visits"].tolist() == [str(n) for n in customers(3)["visits"]]


def test_moments_are_refused_with_a_hint_to_calendar_and_derive() -> None:
    frame = customers(10).assign(joined=pd.Timestamp("2026-01-01", tz="UTC"))
    with pytest.raises(SpecError, match=r"'joined' holds dates or times.*calendar or derive.*data\.categories"):
        feature_columns(a_spec(), frame)


def test_moments_that_are_names_are_spelled_as_iso() -> None:
    frame = customers(2).assign(cohort=pd.Series([date(2026, 1, 31), None], index=customers(2).index))
    found = feature_columns(a_spec(data={"categories": ["cohort"]}), frame)
    cohort = feature_frame(found, frame)["cohort"]
    assert cohort.iloc[0] == "2026-01-31"
    assert cohort.isna().tolist() == [False, True]


def test_a_feature_that_is_not_there_is_answered_with_the_nearest_column() -> None:
    with pytest.raises(SpecError, match=r"data\.features: no column 'regoin': did you mean 'region'"):
        feature_columns(a_spec(data={"features": ["age", "regoin"]}), customers(5))


def test_every_mistake_is_told_at_once() -> None:
    frame = customers(3).assign(joined=pd.Timestamp("2026-01-01"), basket=[[1], [2], [3]])
    with pytest.raises(SpecError) as caught:
        feature_columns(a_spec(), frame)
    assert len(caught.value.problems) == 2


def test_a_spec_that_leaves_no_column_is_refused() -> None:
    with pytest.raises(SpecError, match="no column is left"):
        feature_columns(a_spec(), customers(3)[["left"]])


def test_a_missing_column_is_a_matter_of_the_data() -> None:
    with pytest.raises(DataError, match="not there: 'region'"):
        feature_frame(FeatureColumns(("age", "region"), frozenset({"region"})), customers(3)[["age"]])


@pytest.mark.parametrize("infinity", [np.inf, -np.inf])
def test_infinities_are_refused_naming_column_and_row(infinity: float) -> None:
    frame = pd.DataFrame({"age": [1.0, infinity]}, index=[11, 22])
    with pytest.raises(DataError, match=r"'age': 1 infinite values, the first in row 22"):
        feature_frame(FeatureColumns(("age",)), frame)


def test_text_where_numbers_were_learned_is_refused_with_an_example() -> None:
    frame = pd.DataFrame({"age": pd.Series(["41", "n/a"], dtype="str")})
    with pytest.raises(DataError, match="column 'age': expected numbers, got 'n/a'"):
        feature_frame(FeatureColumns(("age",)), frame)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
@pytest.mark.parametrize("dtype", ["str", "string", "object", "category"])
def test_every_way_to_say_missing_is_read_as_one(missing: Any, dtype: str) -> None:
    frame = pd.DataFrame({"region": pd.Series(["north", missing], dtype=dtype)})
    read = feature_frame(FeatureColumns(("region",), frozenset({"region"})), frame)["region"]
    assert read.dtype == "str"
    assert read.isna().tolist() == [False, True]


@given(st.lists(st.none() | st.integers(-(2**31), 2**31), min_size=1))
def test_a_gap_does_not_change_how_whole_numbers_are_read(numbers: list[int | None]) -> None:
    with_gap = pd.DataFrame({"n": pd.Series(numbers, dtype="float64")})
    nullable = pd.DataFrame({"n": pd.Series(numbers, dtype="Int64")})
    for columns in (FeatureColumns(("n",)), FeatureColumns(("n",), frozenset({"n"}))):
        pd.testing.assert_frame_equal(feature_frame(columns, with_gap), feature_frame(columns, nullable))


def test_order_and_further_columns_of_the_frame_do_not_matter() -> None:
    frame = customers(20)
    columns = feature_columns(a_spec(), frame)
    turned = frame[frame.columns[::-1]].assign(more=1)
    pd.testing.assert_frame_equal(feature_frame(columns, frame), feature_frame(columns, turned))


def test_no_rows_are_no_mistake() -> None:
    columns = feature_columns(a_spec(), customers(5))
    assert feature_frame(columns, customers(5).head(0)).shape == (0, 4)


def test_whole_numbers_are_told_from_those_with_a_gap() -> None:
    frame = customers(20).assign(calls=range(20), gaps=[*range(19), None])
    assert feature_columns(a_spec(), frame).whole == {"visits", "calls"}
    assert feature_columns(a_spec(data={"categories": ["visits"]}), frame).whole == {"calls"}
