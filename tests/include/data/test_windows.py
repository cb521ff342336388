# Moments without a zone are UTC in this room, and are written without one on purpose.
# ruff: noqa: DTZ001

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.data.windows import filled, holds, in_order, in_utc, looking_back
from include.domain.errors import DataError
from include.domain.references import Window

moments = st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
JANUARY = Window(start=datetime(2018, 1, 1), end=datetime(2018, 2, 1))


@given(moments, moments, moments, moments)
def test_neighbouring_windows_share_no_moment_and_leave_none_out(
    a: datetime, b: datetime, c: datetime, at: datetime
) -> None:
    start, middle, end = sorted((a, b, c))
    left, right, both = (
        Window(start=start, end=middle),
        Window(start=middle, end=end),
        Window(start=start, end=end),
    )
    assert holds(left, at) + holds(right, at) == holds(both, at)


def test_an_open_side_has_no_end() -> None:
    assert holds(Window(), datetime(1, 1, 1))
    assert holds(Window(start=datetime(2018, 1, 1)), datetime(9999, 1, 1))
    assert not holds(Window(end=datetime(2018, 1, 1)), datetime(2018, 1, 1))


def test_a_moment_in_another_zone_is_compared_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    assert in_utc(datetime(2018, 1, 1, 1, tzinfo=east)) == datetime(2017, 12, 31, 23, tzinfo=UTC)
    assert not holds(JANUARY, datetime(2018, 1, 1, 1, tzinfo=east))


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(DataError, match="exchange its two sides"):
        in_order(Window(start=datetime(2018, 2, 1), end=datetime(2018, 1, 1)))


def test_a_window_of_no_length_is_empty_and_no_mistake() -> None:
    instant = Window(start=datetime(2018, 1, 1), end=datetime(2018, 1, 1))
    assert in_order(instant).start == in_order(instant).end
    assert not holds(instant, datetime(2018, 1, 1))


def test_a_scheduled_run_looks_back_from_the_end_of_its_interval() -> None:
    instant = Window(start=datetime(2018, 2, 1), end=datetime(2018, 2, 1))
    assert looking_back(instant, timedelta(days=31)) == in_order(JANUARY)
    assert looking_back(JANUARY, None) == in_order(JANUARY)
    with pytest.raises(DataError, match="give window_end"):
        looking_back(Window(), timedelta(days=1))


def test_a_path_is_filled_from_the_window_in_utc() -> None:
    assert filled("a/{window_start:%Y-%m}/{window_end:%d}.csv", JANUARY) == "a/2018-01/01.csv"
    assert filled("plain.csv", Window()) == "plain.csv"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("a_{window_start:%Y}.csv", "asks for window_start, and this run has none"),
        ("a_{month}.csv", "'month' is unknown; expected window_start or window_end"),
        ("a_{0}.csv", "cannot be filled in"),
        ("a_{.csv", "cannot be filled in"),
    ],
)
def test_a_path_that_cannot_be_filled_says_why(template: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        filled(template, Window())
