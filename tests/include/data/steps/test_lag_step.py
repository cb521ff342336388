"""Lags agree with pandas, which counts periods its own way, and never look at what comes later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.data.cleaning import clean_frame
from include.domain.errors import DataError
from tests.include.data.given import spec_over

FIXED = {"day": timedelta(days=1), "week": timedelta(days=7), "15 minutes": timedelta(minutes=15)}
MONTHS = {"month": 1, "quarter": 3, "2 years": 24}
EVERY = st.sampled_from([*FIXED, *MONTHS])
START = datetime(1999, 1, 31, tzinfo=UTC)


def lagged(frame: pd.DataFrame, periods: list[int], every: str, by: tuple[str, ...] = ("who",)) -> pd.DataFrame:
    step = {"do": "lag", "column": "y", "by": list(by), "periods": periods, "every": every}
    return clean_frame(spec_over("x.csv", time="t", cleaning=[step]), frame)


def moment(place: int, every: str) -> datetime:
    """Return the moment of a period, for months their last day, which no fixed time leads to."""
    if every in FIXED:
        return START + place * FIXED[every]
    month = pd.Period("1999-01", "M") + MONTHS[every] * place
    return month.end_time.floor("D").tz_localize(UTC).to_pydatetime()


series = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 9)), st.none() | st.integers(-5, 5), min_size=1
)


def rows(content: dict[tuple[str | None, int], int | None], every: str) -> pd.DataFrame:
    frame = pd.DataFrame(
        [{"who": who, "place": place, "t": moment(place, every), "y": value} for (who, place), value in content.items()]
    )
    return frame.astype({"who": object, "y": "float64", "t": "datetime64[us, UTC]"})


@settings(max_examples=40, deadline=None)
@given(series, EVERY, st.integers(1, 4))
def test_a_lag_is_the_value_so_many_periods_ago_or_missing_where_that_row_is_not_there(
    content: dict[tuple[str | None, int], int | None], every: str, periods: int
) -> None:
    frame = rows(content, every)
    found = lagged(frame.drop(columns="place"), [periods], every)[f"y_lag_{periods}"]
    expected = [content.get((who, place - periods)) for who, place in content]
    np.testing.assert_array_equal(found.to_numpy(float), np.array(expected, dtype=float))


@settings(max_examples=25, deadline=None)
@given(series, EVERY, st.integers(0, 9))
def test_what_happens_from_some_moment_on_changes_nothing_before_it(
    content: dict[tuple[str | None, int], int | None], every: str, now: int
) -> None:
    frame = rows(content, every)
    is_past = frame["place"] <= now
    changed = frame.assign(y=frame["y"].where(frame["place"] < now, 99.0))
    if not is_past.any():
        return
    columns = ["y_lag_1", "y_lag_3"]
    with_future = lagged(frame.drop(columns="place"), [1, 3], every)[columns]
    other_future = lagged(changed.drop(columns="place"), [1, 3], every)[columns]
    pd.testing.assert_frame_equal(with_future[is_past], other_future[is_past], check_dtype=False)


def test_without_by_all_rows_are_one_series() -> None:
    frame = pd.DataFrame({"t": [START + timedelta(days=i) for i in range(3)], "y": [1, 2, 3]})
    assert lagged(frame, [1], "day", ())["y_lag_1"].tolist()[1:] == [1, 2]


def test_text_and_moments_have_earlier_values_too() -> None:
    frame = pd.DataFrame({"t": [START, START + timedelta(days=1)], "y": [1, 2], "word": ["x", "z"]})
    steps = [{"do": "lag", "column": name, "periods": [1], "every": "day"} for name in ("word", "t")]
    found = clean_frame(spec_over("x.csv", time="t", cleaning=steps), frame)
    assert found["word_lag_1"].tolist()[1] == "x"
    assert found["t_lag_1"].tolist()[1] == START


def test_two_values_of_one_series_in_one_period_contradict_each_other() -> None:
    frame = pd.DataFrame({"who": ["a", "a", "b"], "t": [START, START - timedelta(days=9), START], "y": [1, 2, 3]})
    message = r"cleaning.0 \(lag\) of column 'y': 2 values are not alone in its series and its period \(every: month\)"
    with pytest.raises(DataError, match=message):
        lagged(frame, [1], "month")
    assert lagged(frame, [9], "day")["y_lag_9"].tolist()[0] == 2


def test_rows_without_a_time_look_at_nothing_and_contradict_nobody() -> None:
    frame = pd.DataFrame({"who": ["a"] * 4, "t": [None, None, START, START + timedelta(days=1)], "y": [1, 2, 3, 4]})
    found = lagged(frame.astype({"t": "datetime64[us, UTC]"}), [1], "day")["y_lag_1"]
    assert found.isna().tolist() == [True, True, True, False]
    assert found.tolist()[3] == 3


def test_a_value_that_is_not_known_contradicts_nobody() -> None:
    frame = pd.DataFrame({"who": ["a"] * 3, "t": [START, START, START + timedelta(days=1)], "y": [None, 5.0, 1.0]})
    assert lagged(frame, [1], "day")["y_lag_1"].tolist()[2] == 5.0


@pytest.mark.parametrize(
    ("changed", "frame", "message"),
    [
        ({"column": "z"}, {}, r"cleaning.0 \(lag\): 'z' \(there are 't', 'who', 'y'"),
        ({"by": ["whom"]}, {}, r"cleaning.0 \(lag\): 'whom' \(did you mean 'who'"),
        ({}, {"t": ["x", "y"]}, "column 't' is VARCHAR; it says when a row was: put a parse_date step before"),
        ({}, {"y_lag_1": [1, 2]}, "there is a column 'y_lag_1' already"),
    ],
)
def test_a_lag_that_cannot_be_looked_up_is_refused(
    changed: dict[str, Any], frame: dict[str, Any], message: str
) -> None:
    step = {"do": "lag", "column": "y", "by": ["who"], "periods": [1], "every": "day", **changed}
    given = pd.DataFrame({"who": ["a", "b"], "t": [START, START], "y": [1, 2], **frame})
    with pytest.raises(DataError, match=message):
        clean_frame(spec_over("x.csv", time="t", cleaning=[step]), given)


def test_a_column_in_which_nothing_is_known_was_never_known() -> None:
    frame = pd.DataFrame({"who": ["a", "b"], "t": [START, START + timedelta(days=1)], "y": [None, None]})
    assert lagged(frame, [1], "day")["y_lag_1"].isna().all()
