"""Expected errors: how far off a regression is expected to be in each row, learned from rows that judged it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from include.statistics.clusters import Clusters, Floats

FOLDS = 5
ROWS_AT_LEAST = 200
"""With fewer rows, every error is expected to be as large as any other."""


@dataclass(frozen=True, eq=False)
class ErrorModel:
    """What was learned of the size of errors.

    Parameters
    ----------
    estimator : estimator or None
        Of the logarithm of the size; None where all are expected to be alike.
    usual : float
        Size of an error that is nothing special.
    columns : dict of str to tuple
        Columns read, each with its categories; of numbers none.
    out_of_fold : array of shape (m,)
        Size expected of the rows that it was learned from, each by models that have not seen it.
    """

    estimator: Any
    usual: float
    columns: dict[str, tuple[Any, ...]]
    out_of_fold: Floats

    def expected(self, frame: pd.DataFrame, predicted: Floats) -> Floats:
        """Return the expected size of each row's error; shape (n,), in the unit of the target."""
        if self.estimator is None or not len(frame):
            return np.full(len(frame), self.usual)
        return np.asarray(self.usual * np.exp(self.estimator.predict(_matrix(frame, predicted, self.columns))))


def learn_errors(
    frame: pd.DataFrame, features: tuple[str, ...], predicted: Floats, truth: Floats, clusters: Clusters
) -> ErrorModel:
    """Learn the size of errors from rows that the model was not trained on.

    Gradient boosted trees of the logarithm of the absolute error, on the features and the prediction; rows of one
    cluster are in one fold.

    Parameters
    ----------
    frame : DataFrame of shape (m, columns)
    features : tuple of str
        Columns of it.
    predicted, truth : array of shape (m,)
    clusters : Clusters
    """
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.model_selection import GroupKFold, cross_val_predict

    sizes = np.abs(predicted - truth)
    usual = float(sizes.mean()) if len(sizes) and sizes.any() else 1.0
    columns = {name: _categories(frame[name]) for name in features if _is_read(frame[name])}
    if len(sizes) < ROWS_AT_LEAST or clusters.count < FOLDS or not sizes.any():
        return ErrorModel(None, usual, columns, np.full(len(sizes), usual))
    matrix = _matrix(frame, predicted, columns)
    # An error of exactly 0 has no logarithm, and says no more than a very small one.
    target = np.log(np.maximum(sizes / usual, 1e-2))
    trees = HistGradientBoostingRegressor(max_iter=60, max_leaf_nodes=8, min_samples_leaf=30, early_stopping=False)
    apart = cross_val_predict(trees, matrix, target, groups=clusters.codes, cv=GroupKFold(FOLDS))
    return ErrorModel(trees.fit(matrix, target), usual, columns, usual * np.exp(apart))


def _is_read(column: pd.Series) -> bool:
    return not types.is_datetime64_any_dtype(column.dtype)


def _categories(column: pd.Series) -> tuple[Any, ...]:
    return () if types.is_numeric_dtype(column.dtype) else tuple(sorted(map(str, column.dropna().unique())))


def _matrix(frame: pd.DataFrame, predicted: Floats, columns: dict[str, tuple[Any, ...]]) -> NDArray[np.float64]:
    read = [_numbers(frame[name], categories) for name, categories in columns.items()]
    return np.stack([np.asarray(predicted, dtype=np.float64), *read], axis=1)


def _numbers(column: pd.Series, categories: tuple[Any, ...]) -> Floats:
    if not categories:
        return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    places = {category: float(i) for i, category in enumerate(categories)}
    return np.array([places.get(str(value), np.nan) for value in column], dtype=np.float64)
