from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import DataError
from include.drafting.column import look_at
from include.drafting.event_time import calendar_parts, only_moment, read_time
from tests.include.drafting.frames import column, columns


def moments(start: str, periods: int, freq: str) -> pd.Series:
    return pd.Series(pd.date_range(start, periods=periods, freq=freq, tz="UTC").as_unit("us"))


def test_moments_need_no_step() -> None:
    read = read_time(column(moments("2024-01-01", 3, "D")))
    assert read.steps == ()
    assert read.doubt == ""


@pytest.mark.parametrize(
    ("texts", "form", "first"),
    [
        (["1998 Q1", "1998 Q2"], "%Y Q%q", "1998-01-01"),
        (["1998-Q3", "1998-Q4"], "%Y-Q%q", "1998-07-01"),
        (["1998Q4", "1999Q1"], "%YQ%q", "1998-10-01"),
        (["31.01.2024", "01.02.2024"], "%d.%m.%Y", "2024-01-31"),
        (["31.01.2024 10:30", "01.02.2024 00:00"], "%d.%m.%Y %H:%M", "2024-01-31 10:30"),
        (["1/31/2024", "2/1/2024"], "%m/%d/%Y", "2024-01-31"),
        (["31/1/2024", "1/2/2024"], "%d/%m/%Y", "2024-01-31"),
        (["Jan 2024", "Feb 2024"], "%b %Y", "2024-01-01"),
        (["2024-03", "2024-04"], "%Y-%m", "2024-03-01"),
    ],
)
def test_text_is_read_by_the_format_that_fits_every_value(texts: list[str], form: str, first: str) -> None:
    read = read_time(column(texts, "when"))
    assert read.steps == ({"do": "parse_date", "columns": ["when"], "format": form},)
    assert read.moments.iloc[0] == pd.Timestamp(first, tz="UTC")
    assert read.doubt == ""


def test_text_that_can_only_be_a_moment_is_the_event_time_where_no_column_holds_moments() -> None:
    written = pd.DataFrame({"when": ["31/01/2024", "01/02/2024"], "who": ["anna", "ben"], "y": [1.0, 2.0]})
    assert only_moment(columns(written), "y") == "when"
    assert only_moment(columns(written.assign(at=moments("2024-01-01", 2, "D"))), "y") == "at"
    assert only_moment(columns(written.assign(until=["1998 Q1", "1998 Q2"])), "y") is None


def test_day_and_month_that_may_be_swapped_leave_a_doubt() -> None:
    assert "day and month may be swapped" in read_time(column(["1/2/2024", "3/4/2024"], "when")).doubt


def test_days_written_as_numbers_are_read_as_text_first() -> None:
    read = read_time(column([20240131, 20240201], "when"))
    assert read.types == {"when": "text"}
    assert read.steps[0]["format"] == "%Y%m%d"
    assert read.moments.iloc[0] == pd.Timestamp("2024-01-31", tz="UTC")


@pytest.mark.parametrize(("unit", "factor"), [(1, "1000000"), (1000, "1000")])
def test_seconds_since_1970_are_derived(unit: int, factor: str) -> None:
    read = read_time(column([1_700_000_000 * unit, 1_700_000_060 * unit], "ts"))
    assert read.steps[0]["expression"] == f'make_timestamp("ts" * {factor})'
    assert read.moments.iloc[0] == pd.Timestamp("2023-11-14 22:13:20", tz="UTC")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["soon", "later"], "that no known format reads: write it as 2024-01-31"),
        ([1, 2, 3], "which are neither days"),
        ([0.5, 1.5], "holds no dates but 0.5"),
        ([True, False], "holds no dates"),
    ],
)
def test_what_is_no_time_is_refused_with_an_example(values: list[Any], message: str) -> None:
    with pytest.raises(DataError, match=f"time column 'when' .*{message}"):
        read_time(column(values, "when"))


def test_missing_times_stay_missing() -> None:
    assert read_time(column(["1998 Q1", None], "when")).moments.isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("start", "periods", "freq", "parts"),
    [
        ("2024-01-01", 24 * 60, "h", ["hour", "weekday"]),
        ("2024-01-01", 60, "D", ["weekday"]),
        ("2022-01-01", 800, "D", ["weekday", "month"]),
        ("1998-01-01", 80, "QS", ["quarter", "year"]),
        ("2015-01-01", 60, "MS", ["month", "year"]),
        ("2024-01-01", 20, "h", []),
    ],
)
def test_a_part_of_the_calendar_is_a_feature_once_its_cycle_was_seen(
    start: str, periods: int, freq: str, parts: list[str]
) -> None:
    assert list(calendar_parts(moments(start, periods, freq), {})) == parts


def test_a_part_that_stands_in_the_data_already_is_not_made_again() -> None:
    times = moments("2022-01-01", 800, "D")
    frame = pd.DataFrame({"mnth": times.dt.month, "wd": times.dt.day_name(), "other": np.arange(800) % 12})
    assert list(calendar_parts(times, columns(frame))) == []
    assert list(calendar_parts(times, columns(frame[["other"]]))) == ["weekday", "month"]


def test_nothing_is_made_of_no_time() -> None:
    assert calendar_parts(pd.Series(pd.to_datetime([None], utc=True)), {}) == {}


def test_the_only_moment_is_taken_for_the_event_time() -> None:
    frame = pd.DataFrame({"day": pd.to_datetime(["2026-01-01", "2026-01-02"], utc=True), "sold": [1, 2]})
    columns = {name: look_at(frame[name]) for name in frame}
    assert only_moment(columns, "sold") == "day"


def test_of_two_moments_neither_is_taken_for_the_event_time() -> None:
    frame = pd.DataFrame({name: pd.to_datetime(["2026-01-01", "2026-01-02"], utc=True) for name in ("begun", "ended")})
    columns = {name: look_at(frame[name]) for name in frame}
    assert only_moment(columns, "sold") is None
