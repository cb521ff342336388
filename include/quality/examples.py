"""Examples: the few failing rows that tell most, extreme values first, each named so that somebody can find it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, zip_longest
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from include.quality.outcome import Outcome

AT_MOST = 12
"""How many rows are shown of each expectation."""

_LONGEST = 60


class RowNames(NamedTuple):
    """How rows are named: by the column that the spec calls ``id``, else by their hash.

    Parameters
    ----------
    kind : str
        ``id`` or ``row``.
    values : mapping of int to object, or ndarray
        The name of the row at a place of the file.
    """

    kind: str
    values: Mapping[int, object] | np.ndarray

    def of(self, place: int) -> str:
        """Return the name of the row at that place."""
        return f"{self.kind} {self.values[place]}"


def examples_of(outcome: Outcome, frame: pd.DataFrame, names: RowNames) -> list[str]:
    """Choose failing rows and show them, each with the values that fail.

    For a range, those beyond either end in turn, the farthest first; else one row for each value, the most frequent
    first, with the number of rows like it.

    Parameters
    ----------
    outcome : Outcome
    frame : DataFrame
        The failing rows at least, the index their places in the file.
    names : RowNames
    """
    columns = columns_shown(outcome, frame.columns)
    if not len(outcome.failing) or not columns:
        return []
    values = frame.loc[outcome.failing, columns]
    if outcome.expectation.type == "expect_column_values_to_be_between":
        places = _farthest_first(values[columns[0]], outcome.expectation.kwargs)
        return [f"{_shown(values, place)} ({names.of(place)})" for place in places[:AT_MOST]]
    return [
        f"{_shown(values, place)} ({names.of(place)})"
        if like_it == 1
        else f"{_shown(values, place)} in {like_it:,} rows ({names.of(place)})"
        for place, like_it in _frequent_first(values)
    ]


def columns_shown(outcome: Outcome, held: Iterable[str]) -> list[str]:
    """Return the columns of which an example shows the values."""
    kwargs = outcome.expectation.kwargs
    named = [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]
    return [name for name in (*named, *kwargs.get("column_list", ())) if name in held]


def _farthest_first(values: pd.Series, kwargs: dict[str, Any]) -> list[int]:
    ordered = values.sort_values(kind="stable")
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    below = ordered if high is None else ordered.iloc[:0] if low is None else ordered[ordered <= _like(ordered, low)]
    above = ordered.drop(below.index).index[::-1]
    in_turn = chain.from_iterable(zip_longest(above, below.index))
    return [place for place in in_turn if place is not None]


def _like(values: pd.Series, bound: Any) -> Any:
    return pd.to_datetime(bound, utc=True) if pd.api.types.is_datetime64_any_dtype(values) else bound


def _frequent_first(values: pd.DataFrame) -> list[tuple[int, int]]:
    """Return the first place of each value with the number of rows that hold it."""
    kinds = values.groupby(list(values.columns), dropna=False, sort=False, observed=True).ngroup()
    counts = kinds.value_counts()
    first = kinds[~kinds.duplicated()]
    ordered = sorted(first.items(), key=lambda item: -counts[item[1]])
    return [(place, int(counts[kind])) for place, kind in ordered[:AT_MOST]]


def _shown(values: pd.DataFrame, place: int) -> str:
    if len(values.columns) == 1:
        return shown_value(values.iloc[:, 0].loc[place])
    return ", ".join(f"{name} {shown_value(values.loc[place, name])}" for name in values.columns)


def shown_value(value: Any) -> str:
    """Return a value as a person reads it.

    Examples
    --------
    >>> shown_value(429490.2), shown_value("a b"), shown_value(None), shown_value(float("nan"))
    ('429490.2', "'a b'", 'missing', 'missing')
    """
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return "missing"
    if isinstance(value, float | np.floating):
        return f"{float(value):.10g}"
    if isinstance(value, pd.Timestamp):
        return value.isoformat(sep=" ")
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
