"""Features: which columns a model reads and of which kind, and the one form in which it reads them.

Amounts become float64 with NaN for what is missing; names become text with NaN. Training and prediction go through the
same door, so that a column of integers that grows a gap, or text that comes as objects, changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from include.domain.errors import DataError, SpecError
from include.domain.spec import ModelSpec
from include.spec_files.spelling import hint
from include.training.column_kinds import kind_of


@dataclass(frozen=True)
class FeatureColumns:
    """The columns that a model reads, in order, each of them numeric or categorical.

    Parameters
    ----------
    names : tuple of str
    categorical : frozenset of str
    whole : frozenset of str
        Numeric columns that held whole numbers without a gap; whoever asks the model will hold them as integers too.
    """

    names: tuple[str, ...]
    categorical: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()

    @property
    def numeric_names(self) -> list[str]:
        """Names of the amounts, in order."""
        return [name for name in self.names if name not in self.categorical]

    @property
    def categorical_names(self) -> list[str]:
        """Names of the names, in order."""
        return [name for name in self.names if name in self.categorical]


def feature_columns(spec: ModelSpec, frame: pd.DataFrame) -> FeatureColumns:
    """Choose the features of a spec among the columns of a frame, and sort them by kind.

    Raises
    ------
    SpecError
        If a feature is missing, or holds moments or something that no model can read.
    """
    names = spec.data.feature_columns(tuple(map(str, frame.columns)))
    problems = [
        f"data.features: no column {name!r}: {hint(name, frame.columns)}" for name in names if name not in frame
    ]
    if not names:
        problems.append("data.features: no column is left to learn from")
    kinds = {name: kind_of(frame[name]) for name in names if name in frame}
    named = set(spec.data.categories)
    for name in (name for name in kinds if name not in named):
        if kinds[name] == "time":
            problems.append(_moments(name))
        elif kinds[name] == "other":
            problems.append(
                f"data.features: {name!r} ({frame[name].dtype}) holds neither numbers nor text: leave it out"
            )
    if problems:
        raise SpecError(problems)
    categorical = frozenset(name for name in names if name in named or kinds[name] == "categorical")
    whole = frozenset(name for name in names if types.is_integer_dtype(frame[name].dtype) and frame[name].notna().all())
    return FeatureColumns(names, categorical, whole - categorical)


def feature_frame(columns: FeatureColumns, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the features of a frame as a model reads them.

    Parameters
    ----------
    columns : FeatureColumns
    frame : DataFrame of shape (n, anything)

    Returns
    -------
    DataFrame of shape (n, number of features)
        float64 and text columns, in the order of `columns`; NaN where a value is missing.

    Raises
    ------
    DataError
        If a column is missing, holds an infinity, or text where numbers were learned.

    Examples
    --------
    >>> frame = pd.DataFrame({"b": [1, 2], "a": [True, None], "c": ["not", "read"]})
    >>> feature_frame(FeatureColumns(("a", "b"), frozenset({"b"})), frame).to_dict("list")
    {'a': [1.0, nan], 'b': ['1', '2']}
    """
    missing = [name for name in columns.names if name not in frame]
    if missing:
        raise DataError(f"the model reads {len(columns.names)} columns; not there: {', '.join(map(repr, missing))}")
    read = {
        name: _text(frame[name]) if name in columns.categorical else _numbers(frame[name]) for name in columns.names
    }
    return pd.DataFrame(read, index=frame.index)


def _moments(name: str) -> str:
    return (
        f"data.features: {name!r} holds dates or times, which no model reads as they are: make numbers of it with the "
        f"cleaning step calendar or derive and leave it out (features: {{all_but: [{name}]}}), or name it in "
        f"data.categories"
    )


def _numbers(column: pd.Series) -> pd.Series:
    try:
        values = column.to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError) as error:
        example = next((value for value in column.dropna() if not _is_number(value)), None)
        raise DataError(f"column {column.name!r}: expected numbers, got {example!r}") from error
    infinite = np.isinf(values)
    if infinite.any():
        raise DataError(
            f"column {column.name!r}: {infinite.sum():,} infinite values, the first in row "
            f"{column.index[infinite][0]}: map them to missing with a cleaning step"
        )
    return pd.Series(values, index=column.index)


def _text(column: pd.Series) -> pd.Series:
    # Spelling each distinct value once is what makes a million rows cheap.
    codes, values = pd.factorize(column, use_na_sentinel=True)
    words = np.array([*(spelled(value) for value in values), np.nan], dtype=object)
    return pd.Series(words[codes], index=column.index, dtype="str")


def spelled(value: Any) -> str:
    """Return a value as a model reads it where it is a name."""
    # An integer column with a gap arrives as floats: 3 and 3.0 are one name.
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
