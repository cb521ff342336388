"""Importance: how much worse a model gets when a column tells it nothing.

Measured by permutation (Breiman, "Random Forests", Machine Learning 45, 2001) on a sample of the rows it was fitted to,
in the metric that decides about the model. It says what the model leans on, not what is true of the world; columns that
say the same share it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field
from sklearn.base import BaseEstimator

from include.domain.metric import METRICS
from include.domain.record import Record
from include.domain.spec import ModelSpec
from include.training.models import predict
from include.training.rows import Rows
from include.training.scoring import score

SAMPLE, REPEATS, ROWS_AT_ONCE = 1_000, 3, 50_000
"""Rows looked at, how often each column is shuffled, and how many shuffled rows a model is asked about in one go."""


class ColumnImportance(Record):
    """What a column is worth: mean and standard deviation of what is lost without it, in the unit of the metric."""

    mean: float
    sd: float


class Importances(Record):
    """Importance of every column of a model.

    Parameters
    ----------
    metric : str
        Metric that was lost.
    rows : int
        Rows in the sample.
    repeats : int
        How often every column was shuffled.
    columns : dict of str to ColumnImportance
        The most important first.
    """

    metric: str
    rows: int = Field(ge=0)
    repeats: int = Field(ge=1)
    columns: dict[str, ColumnImportance]


def importances(spec: ModelSpec, estimator: BaseEstimator, rows: Rows) -> Importances:
    """Measure the importance of every column.

    Parameters
    ----------
    spec : ModelSpec
    estimator : estimator
        Fitted.
    rows : Rows
        Rows that it was fitted to; a sample of them is used, drawn with the seed of the spec.
    """
    rng = np.random.default_rng(spec.training.seed)
    drawn = np.sort(rng.choice(len(rows), size=min(SAMPLE, len(rows)), replace=False))
    features, target = rows.features.iloc[drawn], rows.target[drawn]
    metric = _metric(spec, target, rows.target)
    sign = 1.0 if METRICS[metric].greater_is_better else -1.0
    whole = score(metric, target, predict(spec, estimator, features))
    lost: dict[str, list[float]] = {}
    for shuffled, names in _shuffled(features, rng):
        said = predict(spec, estimator, shuffled)
        for i, name in enumerate(names):
            block = said.where(np.arange(len(said)) // len(target) == i)
            lost.setdefault(name, []).append(sign * (whole - score(metric, target, block)))
    found = {name: ColumnImportance(mean=float(np.mean(each)), sd=float(np.std(each))) for name, each in lost.items()}
    ordered = sorted(found, key=lambda name: (-found[name].mean, name))
    return Importances(metric=metric, rows=len(drawn), repeats=REPEATS, columns={name: found[name] for name in ordered})


def _shuffled(features: pd.DataFrame, rng: np.random.Generator) -> Iterator[tuple[pd.DataFrame, list[str]]]:
    """Yield copies of the features under each other, in each of which one column is shuffled, and which column it is.

    Asking a model once about many rows is far cheaper than many times about a few.
    """
    n = len(features)
    names = [str(name) for name in features.columns for _ in range(REPEATS)]
    at_once = max(1, ROWS_AT_ONCE // n)
    for start in range(0, len(names), at_once):
        block = names[start : start + at_once]
        order = {name: np.tile(np.arange(n), len(block)) for name in features.columns}
        for i, name in enumerate(block):
            order[name][i * n : (i + 1) * n] = rng.permutation(n)
        yield pd.DataFrame({name: features[name].array.take(order[name]) for name in features.columns}), block


def _metric(spec: ModelSpec, sample: NDArray[Any], target: NDArray[Any]) -> str:
    # Rankings are undefined where a sample lacks a class.
    is_ranking = spec.steering_metric in ("roc_auc", "average_precision")
    return "accuracy" if is_ranking and len(np.unique(sample)) < len(np.unique(target)) else spec.steering_metric
