from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.errors import DataError
from include.domain.fleet import segment_key
from include.training.features import FeatureColumns, feature_frame, spelled
from include.training.segments import segments_of

VALUES: dict[str, Any] = {
    "str": st.sampled_from(["a", "b/c", "7", " ", None]),
    "int64": st.integers(-3, 3),
    "Int64": st.one_of(st.none(), st.integers(-3, 3)),
    "float64": st.sampled_from([1.0, 1.5, -0.0, 0.0, float("nan"), 1e300]),
    "bool": st.booleans(),
    "boolean": st.sampled_from([True, False, None]),
    "category": st.sampled_from(["x", "y", None]),
    "object": st.sampled_from(["a", 7, None]),
    "datetime64[us]": st.sampled_from(["2026-01-31", "2026-02-28T10:00", None]),
}


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3))
    rows = draw(st.integers(0, 12))
    columns = {f"c{at}": draw(st.lists(VALUES[kind], min_size=rows, max_size=rows)) for at, kind in enumerate(kinds)}
    return pd.DataFrame({name: pd.Series(c, dtype=k) for (name, c), k in zip(columns.items(), kinds, strict=True)})


@given(frames())
def test_a_segment_is_called_by_the_values_of_its_rows(frame: pd.DataFrame) -> None:
    codes, keys = segments_of(list(frame.columns), frame)
    as_numbers = {"True": "1", "False": "0"}
    words = [[None if pd.isna(value) else spelled(value) for value in row] for row in frame.astype(object).to_numpy()]
    called = [segment_key(word if word is None else as_numbers.get(word, word) for word in row) for row in words]
    assert [keys[code] for code in codes] == called
    assert keys == sorted(set(called))


@given(frames())
def test_rows_that_a_model_reads_as_names_are_of_the_segments_that_they_were_trained_in(frame: pd.DataFrame) -> None:
    names = list(map(str, frame.columns))
    read = feature_frame(FeatureColumns(tuple(names), frozenset(names)), frame)
    codes, keys = segments_of(names, frame)
    again, known = segments_of(names, read)
    assert [keys[code] for code in codes] == [known[code] for code in again]


@pytest.mark.parametrize("kind", ["int64", "Int64", "float64", "bool", "boolean"])
def test_rows_that_a_model_reads_as_amounts_are_of_the_segments_that_they_were_trained_in(kind: str) -> None:
    frame = pd.DataFrame({"c": pd.Series([1, 0, 1], dtype=kind)})
    read = feature_frame(FeatureColumns(("c",)), frame)
    assert segments_of(["c"], frame)[1] == segments_of(["c"], read)[1]


def test_a_frame_without_the_columns_is_refused() -> None:
    with pytest.raises(DataError, match="lack columns that tell their segments: 'region'"):
        segments_of(["region"], pd.DataFrame({"store": [1]}))


@pytest.mark.parametrize("number", [2**53 + 1, -(2**60)])
def test_numbers_of_more_digits_than_a_model_reads_name_no_segment(number: int) -> None:
    with pytest.raises(DataError, match=r"segment_by: 'customer' holds -?\d+, of more .*\{customer: text\}"):
        segments_of(["customer"], pd.DataFrame({"customer": [1, number]}))
    assert segments_of(["customer"], pd.DataFrame({"customer": [2**53]}))[1] == [str(2**53)]


def test_places_are_those_of_the_names_in_their_order() -> None:
    codes, keys = segments_of(["c"], pd.DataFrame({"c": ["b", "a", "b"]}))
    assert (codes.tolist(), keys) == ([1, 0, 1], ["a", "b"])
    assert codes.dtype == np.intp
