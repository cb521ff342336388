"""Worlds for the measurement of fleets: segments with slopes of their own, some poisoned, some changed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

from include.training.features import FeatureColumns

SEED, NUMBERS = 7, 6
POISON = "poison"
"""Column that tells what a segment does to the process that trains it; 0 is nothing."""

RAISES, DIES, HANGS = 1, 2, 3


def write_segments(path: Path, segments: int, rows: int, *, poisoned: int = 0, changed: int = 0) -> None:
    """Write rows of segments of equal size.

    Parameters
    ----------
    path : Path
        A Parquet file.
    segments, rows : int
        Number of segments, and of rows of each.
    poisoned : int
        Segments, the last ones, that raise, kill their process, or hang.
    changed : int
        Segments, the first ones, in which something else is true than without.
    """
    rng, count = np.random.default_rng(SEED), segments * rows
    frame = pd.DataFrame({f"x{number}": rng.normal(size=count).round(4) for number in range(NUMBERS)})
    frame["segment"] = np.repeat([f"s{number:05d}" for number in range(segments)], rows)
    frame["kind"] = rng.choice(list("abcd"), count)
    slope = np.repeat(2 * rng.normal(size=segments), rows)
    is_changed = np.repeat(np.arange(segments) < changed, rows)
    truth = slope * frame["x0"] + frame["x1"] ** 2 + 3 * is_changed * frame["x2"]
    frame["y"] = (truth + rng.normal(size=count)).round(4)
    ailing = np.zeros(segments, dtype=int)
    if poisoned:
        ailing[-poisoned:] = 1 + np.arange(poisoned) % 3
    frame[POISON] = np.repeat(ailing, rows)
    frame.to_parquet(path, index=False)


def build(parameters: Mapping[str, Any], seed: int, columns: FeatureColumns) -> Pipeline:
    """Return gradient boosted trees behind something that tastes every row first."""
    prepared = ColumnTransformer(
        [
            ("amounts", Taster(), columns.numeric_names),
            ("names", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), columns.categorical_names),
        ]
    )
    trees = HistGradientBoostingRegressor(random_state=seed, **parameters)
    return Pipeline([("columns", prepared), ("estimator", trees)])


class Taster(TransformerMixin, BaseEstimator):
    """Passes rows on, unless they are all poison: a segment is, the rows of all segments are not."""

    def fit(self, features: pd.DataFrame, target: Any = None) -> Taster:
        """Raise, die or hang as the rows say."""
        self.n_features_in_ = features.shape[1]
        found = np.unique(features[POISON]) if POISON in features else np.zeros(1)
        if len(found) == 1 and found[0] == RAISES:
            raise ValueError("these rows are poison")
        if len(found) == 1 and found[0] == DIES:
            os.kill(os.getpid(), signal.SIGKILL)
        while len(found) == 1 and found[0] == HANGS:
            time.sleep(1)
        return self

    def transform(self, features: pd.DataFrame) -> pd.DataFrame:
        """Return the rows."""
        return features
