"""Worlds in which models are trained and serve windows of rows whose labels are known to the measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.watching.served import Served

Floats = NDArray[np.float64]

TRAINING_ROWS, FEATURES, ROWS_PER_ENTITY = 2_000, 5, 10
_SHARED = 0.7
"""How much the rows of one entity have in common that no feature tells, in standard deviations."""


@dataclass(frozen=True)
class ServedWorld:
    """A setting.

    Parameters
    ----------
    name : str
    model : {'logistic', 'trees', 'regression'}
    window_rows, holdout_rows : int
    level : float
        Added to the log odds: below zero positives are rare.
    entities : bool
        Whether rows come in tens that have something in common.
    changed : float
        By how much the labels of windows differ from those of the training, given the inputs.
    """

    name: str
    model: Literal["logistic", "trees", "regression"]
    window_rows: int = 500
    holdout_rows: int = 1_000
    level: float = -1.0
    entities: bool = False
    changed: float = 0.0

    @property
    def metrics(self) -> tuple[str, ...]:
        """Metrics whose estimates are looked at."""
        if self.model == "regression":
            return ("mean_absolute_error", "root_mean_squared_error")
        return ("brier_score", "log_loss", "roc_auc", "accuracy", "f1", "value_per_1000")

    @property
    def spec(self) -> ModelSpec:
        """The spec of the model, as far as judging needs it."""
        value = None if self.model == "regression" else {"unit": "EUR", "true_positive": 5, "false_positive": -1}
        return ModelSpec.model_validate(
            {
                "name": "measured",
                "owner": "bench",
                "task": "regression" if self.model == "regression" else "binary",
                "data": {"source": "none.csv", "target": "y", "entity": "who" if self.entities else None},
                "training": {"estimator": "sklearn.linear_model.Ridge"},
                "value": value,
            }
        )

    def rows(self, count: int, rng: np.random.Generator, *, changed: float = 0.0) -> pd.DataFrame:
        """Return labelled rows."""
        inputs = rng.normal(size=(count, FEATURES))
        who = np.arange(count) // ROWS_PER_ENTITY
        shared = _SHARED * rng.normal(size=int(who[-1]) + 1)[who] if self.entities and count else 0.0
        signal = self.level + inputs[:, 0] + 0.8 * inputs[:, 1] * inputs[:, 2] + shared + changed
        frame = pd.DataFrame({f"x{i}": column for i, column in enumerate(inputs.T)})
        if self.entities:
            frame["who"] = who + int(rng.integers(1 << 40))
        if self.model == "regression":
            return frame.assign(y=10 * signal + rng.standard_t(5, count) * (1 + 2 * np.abs(inputs[:, 3])))
        return frame.assign(y=(rng.random(count) < special.expit(signal)).astype(np.int64))

    def champion(self, rng: np.random.Generator) -> ServedModel:
        """Train a model on rows of its own."""
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
        from sklearn.linear_model import LogisticRegression

        makers: dict[str, Any] = {
            "logistic": LogisticRegression,
            "trees": lambda: HistGradientBoostingClassifier(max_iter=60, early_stopping=False),
            "regression": lambda: HistGradientBoostingRegressor(max_iter=60, early_stopping=False),
        }
        frame = self.rows(TRAINING_ROWS, rng)
        return ServedModel(self, makers[self.model]().fit(_inputs(frame), frame["y"]))


@dataclass(frozen=True, eq=False)
class ServedModel:
    """A trained model of a world."""

    world: ServedWorld
    estimator: Any

    def serve(self, count: int, rng: np.random.Generator, *, changed: float = 0.0) -> Served:
        """Let it answer about new rows."""
        frame = self.world.rows(count, rng, changed=changed)
        if self.world.model == "regression":
            return Served(frame, Predictions(np.asarray(self.estimator.predict(_inputs(frame)))))
        both = np.asarray(self.estimator.predict_proba(_inputs(frame)))
        classes = np.array([0, 1])
        # A false alarm costs a fifth of what a find brings: so it pays from a chance of a sixth on.
        return Served(frame, Predictions(classes[(both[:, 1] >= 1 / 6).astype(int)], both, classes, 1 / 6))


def _inputs(frame: pd.DataFrame) -> Floats:
    return np.asarray(frame[[f"x{i}" for i in range(FEATURES)]].to_numpy(), dtype=np.float64)


SETTINGS = (
    ServedWorld("logistic regression", "logistic"),
    ServedWorld("boosted trees, over-confident", "trees"),
    ServedWorld("boosted trees, windows of 2,000 rows", "trees", window_rows=2_000),
    ServedWorld("boosted trees, 3 % positive", "trees", window_rows=1_000, holdout_rows=3_000, level=-4.5),
    ServedWorld("boosted trees, rows of entities", "trees", entities=True, holdout_rows=2_000),
    ServedWorld("regression by boosted trees", "regression"),
    ServedWorld("regression, rows of entities", "regression", entities=True, holdout_rows=2_000),
    ServedWorld("changed labels, same inputs", "trees", changed=0.7),
)
"""Settings that are measured."""
