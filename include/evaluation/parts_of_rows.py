"""Parts of the rows: what a column divides them into, by its values or by quantiles. What is missing is a part too."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from include.domain.errors import DataError
from include.domain.spec import SliceSpec

MOST = 200
"""Values of a column that may divide the rows; more of them are no slices but names."""

MISSING = "missing"


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the rows.

    Parameters
    ----------
    column, label : str
        What they have in common.
    rows : array of shape (m,)
        Their places.
    """

    column: str
    label: str
    rows: NDArray[np.intp]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    @property
    def name(self) -> str:
        """The part as observations call it."""
        return f"{self.column}:{self.label}"


def parts_by(frame: pd.DataFrame, by: SliceSpec) -> list[Part]:
    """Divide rows by a column; every row is in exactly one part.

    Quantiles are those of these very rows: each part holds about as many, whatever the training rows were, and both
    models of a comparison are looked at in the same parts.

    Parameters
    ----------
    frame : DataFrame of shape (n, anything)
    by : SliceSpec

    Returns
    -------
    list of Part
        Sorted by value, what is missing last.

    Raises
    ------
    DataError
        If the column is not there, has no quantiles, or has too many values.

    Examples
    --------
    >>> ages = pd.DataFrame({"age": [20, 30, 40, 50]})
    >>> [(part.name, len(part)) for part in parts_by(ages, SliceSpec(column="age", quantiles=2))]
    [('age:20 to 35', 2), ('age:35 to 50', 2)]
    """
    if by.column not in frame:
        known = ", ".join(map(str, frame.columns))
        raise DataError(f"{by.column!r} divides the rows that judge, and is no column of them: {known}")
    column = frame[by.column]
    labels, codes = _quantiles(column, by.quantiles) if by.quantiles else _values(column)
    labels = [*labels, MISSING if MISSING not in labels else f"{MISSING} (no value)"]
    codes = np.where(codes < 0, len(labels) - 1, codes)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(labels)))
    rows = np.split(order, ends[:-1])
    return [Part(by.column, label, places) for label, places in zip(labels, rows, strict=True) if len(places)]


def _values(column: pd.Series) -> tuple[list[str], NDArray[np.intp]]:
    codes, values = pd.factorize(column, sort=True)
    if len(values) > MOST:
        kind = (
            "write {column: " + str(column.name) + ", quantiles: 4}" if _is_number(column) else "derive a coarser one"
        )
        raise DataError(f"{column.name!r} has {len(values):,} values, {MOST} at most may divide the rows: {kind}")
    return _distinct([_shown(value) for value in values]), codes.astype(np.intp)


def _quantiles(column: pd.Series, count: int) -> tuple[list[str], NDArray[np.intp]]:
    if not _is_number(column):
        raise DataError(f"{column.name!r} has no quantiles: it holds {column.dtype}; leave quantiles out")
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return [], np.full(len(numbers), -1, dtype=np.intp)
    edges = np.unique(np.quantile(known, np.linspace(0, 1, count + 1)))
    inner = edges[1:-1]
    codes = np.where(np.isfinite(numbers), np.searchsorted(inner, numbers, side="right"), -1)
    pairs = list(pairwise(edges)) or [(edges[0], edges[0])]
    return _distinct([f"{_shown(low)} to {_shown(high)}" for low, high in pairs]), codes.astype(np.intp)


def _is_number(column: pd.Series) -> bool:
    return types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype)


def _shown(value: Any) -> str:
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    return str(value)


def _distinct(labels: list[str]) -> list[str]:
    """Number labels that are shown alike."""
    return [label if labels.index(label) == i else f"{label} ({i + 1})" for i, label in enumerate(labels)]
