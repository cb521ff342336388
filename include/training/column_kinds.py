"""Kinds: whether a column holds amounts, names or moments, read off its type and, where that is silent, its values."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pandas.api import types

Kind = Literal["numeric", "categorical", "time", "other"]

_BY_VALUES: dict[str, Kind] = {
    "string": "categorical",
    "empty": "categorical",
    "categorical": "categorical",
    "boolean": "numeric",
    "integer": "numeric",
    "floating": "numeric",
    "decimal": "numeric",
    "mixed-integer-float": "numeric",
    "date": "time",
    "datetime": "time",
    "datetime64": "time",
    "timedelta": "time",
    "timedelta64": "time",
    "time": "time",
}


def kind_of(column: pd.Series) -> Kind:
    """Return the kind of a column.

    Parameters
    ----------
    column : Series of shape (n,)

    Returns
    -------
    {'numeric', 'categorical', 'time', 'other'}
        Booleans are numeric; text and pandas categories are categorical; dates, times and spans are ``time``.

    Examples
    --------
    >>> kind_of(pd.Series([1, None])), kind_of(pd.Series(["a", None])), kind_of(pd.Series([True, None]))
    ('numeric', 'categorical', 'numeric')
    """
    if types.is_bool_dtype(column.dtype) or types.is_numeric_dtype(column.dtype):
        return "other" if types.is_complex_dtype(column.dtype) else "numeric"
    if isinstance(column.dtype, pd.CategoricalDtype | pd.StringDtype):
        return "categorical"
    return _BY_VALUES.get(types.infer_dtype(column, skipna=True), "other")
