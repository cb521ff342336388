# Moments without a zone are UTC in this room, and are written without one on purpose.
# ruff: noqa: DTZ001

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from include.data.engine import literal, shared_engine
from include.data.steps.parsing_steps import parse_date, parse_number
from include.domain.errors import DataError
from include.domain.spec.data import ParseDate, ParseNumber


def _read(change: Any, text: str) -> tuple[Any, bool]:
    """Return the value of a text and whether it is a misfit."""
    with shared_engine() as connection:
        row = connection.execute(
            f"SELECT {change.value}, {change.misfit} FROM (SELECT {literal(text)} AS x)"
        ).fetchall()
    return row[0]


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("1,234.5", ".", 1234.5),
        ("$ 12", ".", 12),
        ("-3 €", ".", -3),
        ("£1,234,567.89", ".", 1234567.89),
        ("€-5", ".", -5),
        ("−7", ".", -7),
        ("+ 8", ".", 8),
        ("12 345 678", ".", 12345678),
        ("1'234.5", ".", 1234.5),
        ("1\u202f234", ".", 1234),
        (".5", ".", 0.5),
        ("1.5e3", ".", 1500),
        ("1.234,5", ",", 1234.5),
        ("1 234,5 €", ",", 1234.5),
        ("0,5", ",", 0.5),
        ("007", ".", 7),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, decimal: Any, expected: float) -> None:
    change = parse_number(ParseNumber(do="parse_number", columns=("x",), decimal=decimal), {"x": "VARCHAR"}, "here")[0]
    assert _read(change, text) == (expected, False)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("1,2", "."),
        ("1,23,456", "."),
        ("1.2", ","),
        ("1 2", "."),
        ("12%", "."),
        ("n/a", "."),
        ("nan", "."),
        ("--1", "."),
        ("1.2.3", "."),
        ("(5)", "."),
        ("12 EUR", "."),
        ("$", "."),
    ],
)
def test_what_may_mean_two_things_is_no_number(text: str, decimal: Any) -> None:
    change = parse_number(ParseNumber(do="parse_number", columns=("x",), decimal=decimal), {"x": "VARCHAR"}, "here")[0]
    assert _read(change, text) == (None, True)


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("1998 Q1", "%Y Q%q", datetime(1998, 1, 1)),
        ("1998 Q4", "%Y Q%q", datetime(1998, 10, 1)),
        ("Q3/2001", "Q%q/%Y", datetime(2001, 7, 1)),
        ("31.12.2018 23:59", "%d.%m.%Y %H:%M", datetime(2018, 12, 31, 23, 59)),
        ("2018-01-01 10:00 +0200", "%Y-%m-%d %H:%M %z", datetime(2018, 1, 1, 8)),
        ("2018-01-01", None, datetime(2018, 1, 1)),
        ("2018-01-01T10:00:00+02:00", None, datetime(2018, 1, 1, 8)),
        ("2018-06-01 10:00:00.25", None, datetime(2018, 6, 1, 10, 0, 0, 250000)),
    ],
)
def test_a_time_is_read_by_its_format_in_utc(text: str, form: str | None, expected: datetime) -> None:
    change = parse_date(ParseDate(do="parse_date", columns=("x",), format=form), {"x": "VARCHAR"}, "here")[0]
    assert _read(change, text) == (expected, False)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1998 Q5", "%Y Q%q"),
        ("1998 Q1 ", "%Y Q%q"),
        ("98 Q1", "%Y Q%q"),
        ("31.02.2018", "%d.%m.%Y"),
        ("01/02/2018", None),
        ("soon", None),
    ],
)
def test_a_time_that_does_not_fit_its_format_is_a_misfit(text: str, form: str | None) -> None:
    change = parse_date(ParseDate(do="parse_date", columns=("x",), format=form), {"x": "VARCHAR"}, "here")[0]
    assert _read(change, text) == (None, True)


@pytest.mark.parametrize("form", ["%Q", "yyyy-mm-dd", "%q", "%m Q%q", "%Y %Y Q%q"])
def test_a_format_that_means_nothing_is_refused(form: str) -> None:
    with pytest.raises(DataError, match="here: format"):
        parse_date(ParseDate(do="parse_date", columns=("x",), format=form), {"x": "VARCHAR"}, "here")


def test_what_is_read_already_stays() -> None:
    assert parse_number(ParseNumber(do="parse_number", columns=("x",)), {"x": "BIGINT"}, "here") == []
    assert (
        parse_date(ParseDate(do="parse_date", columns=("x",)), {"x": "DATE"}, "here")[0].value
        == 'CAST("x" AS TIMESTAMP)'
    )
