"""Row matrices: what a fitted preprocessing of the house makes of a few rows, without the tables it was fitted with.

A table of one row costs scikit-learn and pandas about a millisecond; a few look-ups cost microseconds. What a category
becomes is read off the fitted encoder by asking it, once, about every category that it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from include.training.preprocessing import CATEGORICAL, NUMERIC

Code = tuple[int, float] | None
"""Column of the matrix and number in it; None where a category leaves nothing but zeros."""

_UNKNOWN = "\ue000 no category is called so \ue001"
_PROBED_AT_ONCE = 500


@dataclass(frozen=True)
class Category:
    """What one categorical feature becomes.

    Parameters
    ----------
    place : int
        Of the feature in a row.
    codes : dict
        By category; None for a missing value.
    unseen : Code
        Of every other category.
    """

    place: int
    codes: dict[str | None, Code]
    unseen: Code


@dataclass(frozen=True)
class RowMatrix:
    """A fitted preprocessing of this room, for rows as tuples.

    Parameters
    ----------
    numbers : tuple of int
        Places of the amounts in a row.
    fill, mean, scale : array of shape (number of amounts,) or None
        What a gap is filled with, and what amounts are scaled by.
    categories : tuple of Category
    width : int
        Columns of the matrix.
    """

    numbers: tuple[int, ...]
    fill: NDArray[np.float64] | None
    mean: NDArray[np.float64] | None
    scale: NDArray[np.float64] | None
    categories: tuple[Category, ...]
    width: int

    def of(self, rows: Sequence[Sequence[Any]]) -> NDArray[np.float64]:
        """Return the matrix of some rows.

        Parameters
        ----------
        rows : sequence of sequence
            A float (NaN where it is missing) for every amount and a text or None for every name, in the order of the
            features.

        Returns
        -------
        array of shape (number of rows, width)
        """
        matrix = np.zeros((len(rows), self.width))
        if self.numbers:
            amounts = np.array([[row[place] for place in self.numbers] for row in rows], dtype=np.float64)
            if self.fill is not None:
                amounts = np.where(np.isnan(amounts), self.fill, amounts)
            if self.mean is not None and self.scale is not None:
                amounts = (amounts - self.mean) / self.scale
            matrix[:, : len(self.numbers)] = amounts
        for category in self.categories:
            codes, unseen, place = category.codes, category.unseen, category.place
            for at, row in enumerate(rows):
                code = codes.get(row[place], unseen)
                if code is not None:
                    matrix[at, code[0]] = code[1]
        return matrix


def row_matrix(transformer: Any, names: Sequence[str]) -> RowMatrix | None:
    """Return the look-ups that do what a fitted transformer does, or None where it is none of this room's.

    Parameters
    ----------
    transformer : ColumnTransformer
        Fitted.
    names : sequence of str
        The features in the order in which rows will hold them.
    """
    if not isinstance(transformer, ColumnTransformer):
        return None
    blocks = {name: (fitted, list(columns)) for name, fitted, columns in transformer.transformers_}
    if not set(blocks) <= {NUMERIC, CATEGORICAL} or list(blocks) != sorted(blocks, reverse=True):
        return None
    scaled = _scaling(*blocks[NUMERIC]) if NUMERIC in blocks else (None, None, None)
    if scaled is None:
        return None
    amounts = blocks[NUMERIC][1] if NUMERIC in blocks else []
    categories: tuple[Category, ...] = ()
    width = len(amounts)
    if CATEGORICAL in blocks:
        encoder, columns = blocks[CATEGORICAL]
        if not isinstance(encoder, OneHotEncoder | OrdinalEncoder):
            return None
        found = _categories(encoder, columns, [names.index(name) for name in columns], start=width)
        if found is None:
            return None
        categories, width = found
    places = tuple(names.index(name) for name in amounts)
    return RowMatrix(places, *scaled, categories=categories, width=width)


_Scaling = tuple[NDArray[np.float64] | None, NDArray[np.float64] | None, NDArray[np.float64] | None]


def _scaling(fitted: Any, columns: list[str]) -> _Scaling | None:
    if isinstance(fitted, Pipeline) and [type(step) for _, step in fitted.steps] == [SimpleImputer, StandardScaler]:
        impute, scale = (step for _, step in fitted.steps)
        fill = _fill(impute, columns)
        return (
            None if fill is None or scale.mean_ is None or scale.scale_ is None else (fill, scale.mean_, scale.scale_)
        )
    if isinstance(fitted, SimpleImputer):
        fill = _fill(fitted, columns)
        return None if fill is None else (fill, None, None)
    passes = fitted == "passthrough" or (hasattr(fitted, "func") and fitted.func is None)
    return (None, None, None) if passes else None


def _fill(impute: SimpleImputer, columns: list[str]) -> NDArray[np.float64] | None:
    fill = np.asarray(impute.statistics_, dtype=np.float64)
    if len(fill) != len(columns) or impute.add_indicator:
        return None
    # A column without a single value is kept as zeros.
    return np.where(np.isnan(fill), 0.0, fill)


def _categories(
    encoder: Any, columns: list[str], places: list[int], *, start: int
) -> tuple[tuple[Category, ...], int] | None:
    known = [[label for label in labels.tolist() if isinstance(label, str)] for labels in encoder.categories_]
    base = pd.DataFrame({name: pd.Series([_UNKNOWN], dtype="str") for name in columns})
    made: list[Category] = []
    at = start
    for number, name in enumerate(columns):
        labels: list[str | None] = [_UNKNOWN, None, *known[number]]
        coded = _probed(encoder, base, name, labels)
        # Every other column holds an unknown category in all rows, so what varies or stands alone is this column's.
        own = _own_columns(encoder, number)
        codes = [_code(row[own], at) for row in coded]
        if any(code is False for code in codes):
            return None
        found: dict[str | None, Code] = dict(zip(labels, codes, strict=True))  # type: ignore[arg-type]
        unseen = found.pop(_UNKNOWN)
        made.append(Category(places[number], found, unseen))
        at += own.stop - own.start
    return tuple(made), at


def _probed(encoder: Any, base: pd.DataFrame, name: str, labels: list[str | None]) -> NDArray[np.float64]:
    parts = []
    for start in range(0, len(labels), _PROBED_AT_ONCE):
        some = labels[start : start + _PROBED_AT_ONCE]
        frame = base.loc[[0] * len(some)].reset_index(drop=True)
        frame[name] = pd.Series([np.nan if label is None else label for label in some], dtype="str")
        coded = encoder.transform(frame)
        parts.append(np.asarray(coded.toarray() if hasattr(coded, "toarray") else coded, dtype=np.float64))
    return np.vstack(parts)


def _own_columns(encoder: Any, number: int) -> slice:
    if isinstance(encoder, OrdinalEncoder):
        return slice(number, number + 1)
    widths = [len(names) for names in _names_out(encoder)]
    return slice(sum(widths[:number]), sum(widths[: number + 1]))


def _names_out(encoder: OneHotEncoder) -> list[list[Any]]:
    rare = getattr(encoder, "infrequent_categories_", [None] * len(encoder.categories_))
    return [
        list(labels) if few is None else [*(label for label in labels if label not in set(few)), "infrequent"]
        for labels, few in zip(encoder.categories_, rare, strict=True)
    ]


def _code(row: NDArray[np.float64], start: int) -> Code | bool:
    (places,) = np.nonzero(row)
    if len(places) > 1:
        return False
    return (start + int(places[0]), float(row[places[0]])) if len(places) else None
