"""Holdouts and predictions, made up: rows with hashes, and models that see their truth more or less well."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec

TRAINED_ON = np.arange(10**6, 10**6 + 500, dtype=np.uint64)
"""Rows that no holdout here holds."""


def spec_for(
    task: str,
    *,
    data: dict[str, Any] | None = None,
    gates: dict[str, Any] | None = None,
    value: dict[str, Any] | None = None,
) -> ModelSpec:
    """Return a spec of a model called ``adult`` whose target is ``y``; log loss or mean absolute error decides."""
    metric = "mean_absolute_error" if task == "regression" else "log_loss"
    decides = {"beats_baseline": {"metric": metric}, "beats_champion": {"metric": metric}}
    return ModelSpec.model_validate(
        {
            "name": "adult",
            "owner": "risk",
            "task": task,
            "data": {"source": "adult.csv", "target": "y", **(data or {})},
            "training": {"estimator": "sklearn.linear_model.Ridge"},
            "gates": decides | (gates or {}),
            "value": value,
        }
    )


def holdout_of(target: NDArray[Any], **columns: Any) -> pd.DataFrame:
    """Return rows with that target; their hashes are 0, 1, 2…"""
    hashes = pd.Index(np.arange(len(target), dtype=np.uint64), name="row_hash")
    return pd.DataFrame({"y": target, **columns}, index=hashes)


def said(probabilities: NDArray[np.float64], classes: NDArray[Any]) -> Predictions:
    """Return predictions of the most probable class."""
    return Predictions(classes[probabilities.argmax(axis=1)], probabilities, classes)


class Binary:
    """Rows of two classes, and models that see through noise of a given size."""

    classes = np.array(["no", "yes"])

    def __init__(self, rows: int, seed: int = 7) -> None:
        self.rng = np.random.default_rng(seed)
        self.signal = self.rng.normal(0, 1.5, rows)
        chance = 1 / (1 + np.exp(-self.signal))
        self.target = self.classes[(self.rng.random(rows) < chance).astype(int)]
        self.holdout = holdout_of(self.target)

    def model(self, noise: float) -> Predictions:
        """Return what a model says that sees the truth through noise."""
        seen = self.signal + self.rng.normal(0, noise, len(self.signal)) if noise else self.signal
        chance = 1 / (1 + np.exp(-seen))
        return said(np.stack([1 - chance, chance], axis=1), self.classes)

    def prior(self) -> Predictions:
        """Return what the simple baseline says."""
        share = float(np.mean(self.target == "yes"))
        return said(np.tile([1 - share, share], (len(self.target), 1)), self.classes)
