"""Spans: steps of a calendar, from minutes to years, by which event times are counted back.

A month is no number of days. Moments that lie whole months apart are told by the number of their month, so that the
last day of January and the last day of February are a month apart; shorter spans are told to the microsecond.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_FIXED = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SPELLING = re.compile(rf"\s*(?:([1-9]\d{{0,4}})\s+)?({'|'.join([*_FIXED, *_MONTHS])})s?\s*")

EXPECTED = "a span such as hour, day, 7 days, week, month, quarter or 2 years"


@dataclass(frozen=True)
class Span:
    """A whole number of months, or a fixed time.

    Parameters
    ----------
    months : int
        0 where the span is a fixed time.
    fixed : timedelta
        0 where the span is of months.
    """

    months: int = 0
    fixed: timedelta = timedelta(0)

    def __mul__(self, times: int) -> Span:
        """Return the span so many times."""
        return Span(self.months * times, self.fixed * times)

    def before(self, moment: datetime) -> datetime:
        """Return the first moment that may lie this span before another.

        Raises
        ------
        OverflowError
            Where no calendar reaches back so far.

        Examples
        --------
        >>> read_span("2 months").before(datetime(2018, 1, 31)), read_span("day").before(datetime(2018, 1, 31))
        (datetime.datetime(2017, 11, 1, 0, 0), datetime.datetime(2018, 1, 30, 0, 0))
        """
        if not self.months:
            return moment - self.fixed
        year, month = divmod(moment.year * 12 + moment.month - 1 - self.months, 12)
        if year < 1:
            raise OverflowError(f"{self.months} months before {moment} is before the year 1")
        return datetime(year, month + 1, 1, tzinfo=moment.tzinfo)


def read_span(text: str) -> Span:
    """Read a span as a spec writes it.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> read_span("quarter"), read_span("2 weeks")
    (Span(months=3, fixed=datetime.timedelta(0)), Span(months=0, fixed=datetime.timedelta(days=14)))
    """
    match = _SPELLING.fullmatch(text)
    if match is None:
        raise ValueError(f"expected {EXPECTED}, got {text!r}")
    count, unit = int(match[1] or 1), match[2]
    return Span(months=count * _MONTHS[unit]) if unit in _MONTHS else Span(fixed=count * _FIXED[unit])
