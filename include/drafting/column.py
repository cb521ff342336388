"""Columns as drafting sees them: what kind of values, how many of them, how many are missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

Kind = Literal["integer", "number", "text", "boolean", "moment", "empty"]
Floats = npt.NDArray[np.float64]

EXACT_IN_DOUBLE = 2.0**53


@dataclass(frozen=True, eq=False)
class Column:
    """One column of the data.

    Parameters
    ----------
    name : str
    kind : {'integer', 'number', 'text', 'boolean', 'moment', 'empty'}
        Whole numbers are integers even where gaps have turned them into floats.
    values : Series of shape (n,)
    """

    name: str
    kind: Kind
    values: pd.Series

    @property
    def rows(self) -> int:
        """Number of rows, missing values included."""
        return len(self.values)

    @cached_property
    def nulls(self) -> int:
        """Number of rows without a value."""
        return int(self.values.isna().sum())

    @property
    def null_share(self) -> float:
        """Share of the rows without a value."""
        return self.nulls / self.rows if self.rows else 1.0

    @cached_property
    def counts(self) -> pd.Series:
        """How many rows hold each value, the most frequent first, equals in the order of the values."""
        return self.values.value_counts(sort=False).sort_index().sort_values(ascending=False, kind="stable")

    @property
    def distinct(self) -> int:
        """Number of different values."""
        return len(self.counts)

    @property
    def is_numeric(self) -> bool:
        """Whether the values are integers or other numbers."""
        return self.kind in ("integer", "number")

    @cached_property
    def numbers(self) -> Floats:
        """The values as floats, NaN where one is missing or no number; shape (n,)."""
        if self.is_numeric or self.kind == "boolean":
            return np.asarray(self.values.to_numpy(dtype=np.float64, na_value=np.nan))
        return np.full(self.rows, np.nan)

    def plain(self, value: Any) -> str | int | float | bool:
        """Return one of the values as YAML writes it: a whole number without a point, a moment as text."""
        if self.kind == "integer":
            return int(value)
        if self.kind == "number":
            return float(value)
        return bool(value) if self.kind == "boolean" else str(value)


def look_at(values: pd.Series) -> Column:
    """Tell what kind of values a series holds.

    Examples
    --------
    >>> look_at(pd.Series([1.0, 2.0, None], name="age")).kind
    'integer'
    """
    return Column(str(values.name), _kind(values), values)


def _kind(values: pd.Series) -> Kind:
    if not len(values) or values.isna().all():
        return "empty"
    if types.is_datetime64_any_dtype(values.dtype):
        return "moment"
    if types.is_bool_dtype(values.dtype) or _inferred(values) == "boolean":
        return "boolean"
    if types.is_integer_dtype(values.dtype):
        return "integer"
    if types.is_numeric_dtype(values.dtype):
        return "integer" if _is_whole(values) else "number"
    return "moment" if _inferred(values) in ("date", "datetime", "datetime64") else "text"


def _inferred(values: pd.Series) -> str:
    return types.infer_dtype(values, skipna=True) if values.dtype == object else ""


def _is_whole(values: pd.Series) -> bool:
    numbers = values.dropna().to_numpy(dtype=np.float64)
    return bool(np.isfinite(numbers).all() and (np.abs(numbers) < EXACT_IN_DOUBLE).all() and (numbers % 1 == 0).all())
