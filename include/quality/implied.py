"""What a spec implies without saying it: columns that are there and hold something, rows that are enough and fresh."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

from include.domain.references import DatasetRef
from include.domain.spec import Expectation, ModelSpec
from include.domain.spec.fields import format_duration
from include.quality.asked import SuiteName
from include.quality.column_use import named_columns

NUMBER = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$"
"""How a number is written."""


def implied_expectations(
    spec: ModelSpec, dataset: DatasetRef, suite: SuiteName, as_of: datetime | None
) -> tuple[Expectation, ...]:
    """Return the expectations that follow from a spec for one dataset; each is required.

    Parameters
    ----------
    spec : ModelSpec
    dataset : DatasetRef
    suite : {'raw', 'clean'}
    as_of : datetime, optional
        End of the run's window; without it freshness is not asked.
    """
    types = {column.name: column.type.upper() for column in dataset.columns}
    asked = [
        _implied("rows", "table_row_count_to_be_between", "quality.rows_at_least", min_value=spec.quality.rows_at_least)
    ]
    asked += [
        _implied(f"exists.{name}", "column_to_exist", f"{field} names it", column=name)
        for name, field in named_columns(spec, suite).items()
    ]
    asked += _is_unique(spec, suite, types)
    asked += _is_fresh(spec, types, as_of)
    return tuple(asked)


def has_values(column: str) -> Expectation:
    """Expect that a column is not empty."""
    return _implied(
        f"has_values.{column}",
        "column_proportion_of_non_null_values_to_be_between",
        "the model learns from it; if it stays empty leave it out of the features, or name another target",
        column=column,
        min_value=0,
        strict_min=True,
    )


def is_finite(column: str, *, set_aside: bool = False) -> Expectation:
    """Expect that a column of numbers holds no infinity; rows that do may be set aside."""
    largest = sys.float_info.max
    return _implied(
        f"finite.{column}",
        "column_values_to_be_between",
        "no estimator takes infinity",
        quarantine=set_aside,
        column=column,
        min_value=-largest,
        max_value=largest,
    )


def single_kind(column: str) -> Expectation:
    """Expect that a column of text is not a column of numbers with something else in between."""
    because = "nearly all of its values are numbers; declare data.types, or clean it (parse_number, map_values)"
    return _implied(f"one_kind.{column}", "column_values_to_match_regex", because, column=column, regex=NUMBER)


def is_moment(type_: str) -> bool:
    """Return whether a DuckDB type holds dates or moments.

    Examples
    --------
    >>> is_moment("TIMESTAMP WITH TIME ZONE"), is_moment("VARCHAR")
    (True, False)
    """
    return type_.upper().startswith(("TIMESTAMP", "DATE"))


def _implied(name: str, type_: str, because: str, *, quarantine: bool = False, **kwargs: Any) -> Expectation:
    named = f"implied.{name}"
    return Expectation(type=f"expect_{type_}", kwargs=kwargs, name=named, quarantine=quarantine, because=because)


def _is_unique(spec: ModelSpec, suite: SuiteName, types: dict[str, str]) -> list[Expectation]:
    repeats_for_now = suite == "raw" and any(step.do == "drop_duplicates" for step in spec.cleaning)
    if spec.data.id not in types or repeats_for_now:
        return []
    return [
        _implied(f"unique.{spec.data.id}", "column_values_to_be_unique", "data.id names a row", column=spec.data.id)
    ]


def _is_fresh(spec: ModelSpec, types: dict[str, str], as_of: datetime | None) -> list[Expectation]:
    time, freshness = spec.data.time, spec.quality.freshness
    if as_of is None or freshness is None or time is None or not is_moment(types.get(time, "")):
        return []
    moment = as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)
    oldest = (moment - freshness).astimezone(UTC)
    because = f"the newest row may be {format_duration(freshness)} old at {moment:%Y-%m-%d %H:%M %Z}"
    return [_implied(f"fresh.{time}", "column_max_to_be_between", because, column=time, min_value=oldest)]
