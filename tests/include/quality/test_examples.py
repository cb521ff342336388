from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.spec import Expectation
from include.quality.examples import AT_MOST, RowNames, examples_of
from include.quality.outcome import Outcome


def _examples(
    frame: pd.DataFrame, failing: list[int], type_: str = "column_values_to_be_between", **kwargs: Any
) -> list[str]:
    expectation = Expectation(type=f"expect_{type_}", kwargs=kwargs)
    outcome = Outcome(expectation, met=False, rows=len(frame), failing=np.array(failing, dtype=np.int64))
    return examples_of(outcome, frame, RowNames("row", np.arange(100, 100 + len(frame), dtype=np.uint64)))


def test_both_ends_of_a_range_are_shown_the_farthest_first() -> None:
    fares = pd.DataFrame({"fare": [429490.2, -6.0, -16.0, 10.0, 600.0, -2.5]})
    shown = _examples(fares, [0, 1, 2, 4, 5], column="fare", min_value=0, max_value=500)
    assert shown == ["429490.2 (row 100)", "-16 (row 102)", "600 (row 104)", "-6 (row 101)", "-2.5 (row 105)"]


def test_an_open_range_has_one_end() -> None:
    fares = pd.DataFrame({"fare": [501.0, 900.0, 700.0]})
    assert _examples(fares, [0, 1, 2], column="fare", max_value=500)[0] == "900 (row 101)"
    assert _examples(fares, [0, 1, 2], column="fare", min_value=1000)[0] == "501 (row 100)"


def test_a_single_negative_is_shown_among_a_thousand_too_large() -> None:
    fares = pd.DataFrame({"fare": [*range(1000, 2000), -1]})
    shown = _examples(fares, list(range(1001)), column="fare", min_value=0, max_value=500)
    assert len(shown) == AT_MOST
    assert "-1 (row 1100)" in shown


@pytest.mark.parametrize("bound", ["2018-08-10", date(2018, 8, 10), pd.Timestamp("2018-08-10", tz="UTC")])
def test_moments_are_ordered_whatever_their_bound_is_written_as(bound: Any) -> None:
    times = pd.DataFrame({"at": pd.to_datetime(["2018-08-01", "2008-12-31"], utc=True)})
    assert _examples(times, [0, 1], column="at", min_value=bound)[0] == "2008-12-31 00:00:00+00:00 (row 101)"


def test_other_values_are_shown_once_with_their_number() -> None:
    plans = pd.DataFrame({"plan": pd.Series(["x", "ü", "x", None, "x"], dtype="str")})
    shown = _examples(plans, [0, 1, 2, 3, 4], "column_values_to_be_in_set", column="plan", value_set=["y"])
    assert shown == ["'x' in 3 rows (row 100)", "'ü' (row 101)", "missing (row 103)"]


def test_several_columns_are_shown_together() -> None:
    pairs = pd.DataFrame({"low": [1, 5], "high": [2, 4]})
    shown = _examples(pairs, [1], "column_pair_values_a_to_be_greater_than_b", column_A="high", column_B="low")
    assert shown == ["high 4, low 5 (row 101)"]


def test_long_text_is_cut() -> None:
    notes = pd.DataFrame({"note": ["n" * 1000]})
    assert len(_examples(notes, [0], "column_values_to_match_regex", column="note", regex="x")[0]) < 80


def test_rows_are_named_by_the_id_of_the_spec() -> None:
    outcome = Outcome(
        Expectation(type="expect_column_values_to_not_be_null", kwargs={"column": "a"}),
        met=False,
        rows=1,
        failing=np.array([0]),
    )
    assert examples_of(outcome, pd.DataFrame({"a": [None]}), RowNames("trip", np.array(["A17"]))) == [
        "missing (trip A17)"
    ]


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=40), st.floats(0, 10), st.floats(10, 20))
def test_examples_are_failing_rows_and_no_more_than_can_be_read(values: list[float], low: float, high: float) -> None:
    failing = [i for i, value in enumerate(values) if not low <= value <= high]
    shown = _examples(pd.DataFrame({"a": values}), failing, column="a", min_value=low, max_value=high)
    rows = [int(text.rpartition("row ")[2][:-1]) - 100 for text in shown]
    assert len(rows) == len(set(rows)) == min(len(failing), AT_MOST)
    assert set(rows) <= set(failing)
