# Spans count the calendar alike in every zone.
# ruff: noqa: DTZ001

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from include.domain.span import Span, read_span

moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("day", Span(fixed=timedelta(days=1))),
        (" 15 minutes ", Span(fixed=timedelta(minutes=15))),
        ("2 weeks", Span(fixed=timedelta(days=14))),
        ("1 hour", Span(fixed=timedelta(hours=1))),
        ("month", Span(months=1)),
        ("quarter", Span(months=3)),
        ("2 years", Span(months=24)),
    ],
)
def test_a_span_is_written_as_people_say_it(text: str, span: Span) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize(
    "text", ["", "3", "0 days", "-1 day", "1.5 days", "fortnight", "90d", "daily", "1 day 2 hours"]
)
def test_what_is_no_span_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="expected a span such as hour, day, 7 days"):
        read_span(text)


@given(moments, st.integers(1, 60))
def test_months_back_is_the_first_of_the_month_that_the_calendar_says(moment: datetime, months: int) -> None:
    expected = (moment - relativedelta(months=months)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    assert Span(months=months).before(moment) == expected


@given(moments, st.timedeltas(timedelta(0), timedelta(days=1000)))
def test_a_fixed_time_back_is_exact(moment: datetime, fixed: timedelta) -> None:
    assert Span(fixed=fixed).before(moment) == moment - fixed


def test_no_calendar_reaches_back_before_the_year_one() -> None:
    with pytest.raises(OverflowError, match="before the year 1"):
        read_span("3000 years").before(datetime(2018, 1, 1))


def test_the_first_year_of_the_calendar_can_be_reached() -> None:
    assert read_span("year").before(datetime(2, 1, 1)) == datetime(1, 1, 1)
    with pytest.raises(OverflowError, match="13 months before 0002-01-01 00:00:00 is before the year 1"):
        read_span("13 months").before(datetime(2, 1, 1))
