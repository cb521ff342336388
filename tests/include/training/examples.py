"""Examples: rows, splits and specs small enough to be fitted in a unit test, and code that a spec may name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from include.domain.references import Column, DatasetRef
from include.domain.spec import ModelSpec
from include.training.features import FeatureColumns
from include.training.preprocessing import column_transformer
from tests.specs import a_spec

HISTOGRAM = "sklearn.ensemble.HistGradientBoostingClassifier"
LOGISTIC = "sklearn.linear_model.LogisticRegression"


def customers(rows: int = 200, *, seed: int = 0) -> pd.DataFrame:
    """Customers who leave: the older and those from the north more often; gaps in every column."""
    rng = np.random.default_rng(seed)
    index = pd.Index(np.arange(rows, dtype=np.uint64) * 7919, name="row_hash")
    age = rng.normal(40, 10, rows)
    region = rng.choice(["north", "south", "west"], rows)
    leaves = rng.random(rows) < 1 / (1 + np.exp(-(age - 40) / 4 - 2 * (region == "north") + 1))
    frame = pd.DataFrame(
        {
            "age": np.where(rng.random(rows) < 0.05, np.nan, age),
            "visits": rng.integers(0, 9, rows),
            "is_member": rng.random(rows) < 0.5,
            "region": pd.Series(region, index=index, dtype="str").mask(rng.random(rows) < 0.1),
            "left": np.where(leaves, "yes", "no"),
        },
        index=index,
    )
    return frame.astype({"left": "str"})


def split(frame: pd.DataFrame) -> pd.Series:
    """Every fifth row judges, every fifth guides, the others teach."""
    names = np.array(["holdout", "validation", "training", "training", "training"])
    return pd.Series(names[np.arange(len(frame)) % 5], index=frame.index)


def dataset(frame: pd.DataFrame) -> DatasetRef:
    """Stand for a snapshot of the rows."""
    columns = tuple(Column(name=str(name), type="DOUBLE", nulls=0) for name in frame.columns)
    return DatasetRef(
        uri="file:///data/churn", fingerprint="ab" * 32, rows=len(frame), columns=columns, source="churn.csv"
    )


def churn(estimator: str = LOGISTIC, **training: Any) -> ModelSpec:
    """Return a spec for :func:`customers`."""
    maker = {} if "build" in training else {"estimator": estimator}
    return a_spec(data={"positive": "yes"}, training={**maker, **training})


def build_scaled(parameters: dict[str, Any], seed: int, columns: FeatureColumns) -> BaseEstimator:
    """Build what a user might: the project's preprocessing, and an estimator of his choice."""
    asked = churn(preprocessing={"numeric": "scale"}).training.preprocessing
    return make_pipeline(column_transformer(columns, asked), LogisticRegression(**parameters))


def build_lambda(parameters: dict[str, Any], seed: int, columns: FeatureColumns) -> BaseEstimator:
    """Build what cannot be stored without pickle."""
    estimator = build_scaled(parameters, seed, columns)
    estimator.steps[0][1].verbose_feature_names_out = lambda name, block: f"{block}_{name}"
    return estimator


def build_own(parameters: dict[str, Any], seed: int, columns: FeatureColumns) -> BaseEstimator:
    """Build something of a class that nobody else has."""
    return Own()


def build_broken(parameters: dict[str, Any], seed: int, columns: FeatureColumns) -> BaseEstimator:
    """Fail."""
    raise KeyError("depth")


def build_nothing(parameters: dict[str, Any], seed: int, columns: FeatureColumns) -> None:
    """Forget to return."""


def build_with_too_few_arguments(parameters: dict[str, Any]) -> None:
    """Take one argument where three are given."""


class Own(ClassifierMixin, BaseEstimator):
    """A classifier of the project's own."""

    def fit(self, features: pd.DataFrame, target: Any) -> Own:
        self.inner_ = DummyClassifier().fit(features, target)
        self.classes_ = self.inner_.classes_
        return self

    def predict(self, features: pd.DataFrame) -> Any:
        return self.inner_.predict(features)

    def predict_proba(self, features: pd.DataFrame) -> Any:
        return self.inner_.predict_proba(features)
