"""What Great Expectations can be asked: its classes know their arguments, and whether they can say which rows fail."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pandas as pd
from great_expectations.compatibility.pydantic import ValidationError
from great_expectations.expectations import expectation as kinds
from great_expectations.expectations.registry import (
    get_expectation_impl,
    list_registered_expectation_implementations,
)

from include.domain.spec import Expectation
from include.quality.asked import Asked, Mistake
from include.quality.row_condition import fault_in_condition
from include.spec_files.spelling import hint

TITLE = "title"
"""Key in the ``meta`` of an expectation under which its title travels: results come back in another order."""

_ROW_LEVEL = (kinds.ColumnMapExpectation, kinds.ColumnPairMapExpectation, kinds.MulticolumnMapExpectation)
_SET_HERE = frozenset(
    {"id", "windows", "result_format", "catch_exceptions", "rendered_content", "batch_id", "library_metadata"}
)
_ASKS_A_DATABASE = frozenset(
    {
        "expect_column_values_to_match_like_pattern",
        "expect_column_values_to_match_like_pattern_list",
        "expect_column_values_to_not_match_like_pattern",
        "expect_column_values_to_not_match_like_pattern_list",
        "expect_query_results_to_match_comparison",
        "expect_table_row_count_to_equal_other_table",
    }
)
_BOUNDS = ("min_value", "max_value", "value_set")


@cache
def usable_expectations() -> tuple[str, ...]:
    """Return the names of the expectations that Great Expectations can judge on a data frame."""
    known = list_registered_expectation_implementations()
    return tuple(sorted(name for name in known if name.startswith("expect_") and name not in _ASKS_A_DATABASE))


def is_row_level(type_: str) -> bool:
    """Return whether an expectation can say which rows fail it.

    Examples
    --------
    >>> is_row_level("expect_column_values_to_be_between"), is_row_level("expect_column_mean_to_be_between")
    (True, False)
    """
    return issubclass(get_expectation_impl(type_), _ROW_LEVEL)


def mistakes_in(asked: Asked) -> list[Mistake]:
    """Return what keeps an expectation from being asked: an unknown name or argument, or a value that does not fit."""
    expectation = asked.expectation
    if expectation.type not in usable_expectations():
        nearest = hint(expectation.type, usable_expectations())
        return [asked.mistake(f"no such expectation for files and tables: {expectation.type!r}; {nearest}", "type")]
    if expectation.quarantine and not is_row_level(expectation.type):
        sentence = f"{expectation.type} cannot say which rows fail it; leave quarantine out, or ask it of each row"
        return [asked.mistake(sentence, "quarantine")]
    known = sorted(get_expectation_impl(expectation.type).__fields__.keys() - _SET_HERE)
    unknown = [
        asked.mistake(f"unknown argument of {expectation.type}: {name!r}; {hint(name, known)}", "kwargs", name)
        for name in expectation.kwargs
        if name not in known
    ]
    return unknown or [*_unfit_values(asked), *_parameters(asked), *_condition(asked)]


def build(expectation: Expectation, times: frozenset[str] = frozenset()) -> kinds.Expectation:
    """Return the expectation as Great Expectations knows it, with its title in ``meta``.

    Parameters
    ----------
    expectation : Expectation
    times : frozenset of str
        Columns that hold moments: bounds on them are read as moments in UTC.
    """
    kwargs = dict(expectation.kwargs)
    if kwargs.get("column") in times:
        kwargs |= {key: _moments(kwargs[key]) for key in _BOUNDS if key in kwargs}
    severity = {"severity": "critical" if expectation.required else "warning"}
    meta = {**(kwargs.pop("meta", None) or {}), TITLE: expectation.title}
    notes = {"notes": expectation.because} if expectation.because else {}
    with warnings.catch_warnings():
        # Conditions on rows are written as in the suites that people have, in the older of two ways.
        warnings.simplefilter("ignore", DeprecationWarning)
        return get_expectation_impl(expectation.type)(**(severity | notes | kwargs), meta=meta)


def _unfit_values(asked: Asked) -> list[Mistake]:
    try:
        build(asked.expectation)
    except ValidationError as error:
        # A value that fits none of several types brings one message for each, and a whole that misses it another.
        first = {str(item["loc"][0]): item["msg"] for item in reversed(error.errors())}
        whole = first.pop("__root__", "")
        return [asked.mistake(message, "kwargs", name) for name, message in first.items()] or [
            asked.mistake(whole, "kwargs")
        ]
    except (TypeError, ValueError) as error:
        return [asked.mistake(str(error), "kwargs")]
    return []


def _parameters(asked: Asked) -> list[Mistake]:
    return [
        asked.mistake("parameters of a suite are not filled in here; write the value itself", "kwargs", name)
        for name, value in asked.expectation.kwargs.items()
        if isinstance(value, dict) and "$PARAMETER" in value
    ]


def _condition(asked: Asked) -> list[Mistake]:
    kwargs = asked.expectation.kwargs
    condition, parser = kwargs.get("row_condition"), str(kwargs.get("condition_parser"))
    if not isinstance(condition, str) or parser.startswith("great_expectations"):
        return []
    fault = fault_in_condition(condition)
    return [asked.mistake(f"{condition!r} {fault}", "kwargs", "row_condition")] if fault else []


def _moments(value: Any) -> Any:
    if isinstance(value, list | tuple | set):
        return [_moments(item) for item in value]
    if not isinstance(value, str | date):
        return value
    try:
        moment = pd.Timestamp(value)
    except ValueError:
        return value
    return _in_utc(moment.to_pydatetime())


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
