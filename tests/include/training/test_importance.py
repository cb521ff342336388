from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.inspection import permutation_importance

from include.training.estimators import build_pipeline
from include.training.fitting import fit
from include.training.importance import importances
from include.training.rows import Rows, divide
from tests.include.training.examples import HISTOGRAM, churn, customers, split
from tests.specs import a_spec


def _rows(features: pd.DataFrame, target: np.ndarray) -> Rows:
    return Rows(features, target, np.arange(len(target), dtype=np.uint64))


def test_the_columns_that_make_the_target_come_first() -> None:
    spec = churn(HISTOGRAM, preprocessing={"numeric": "as_is"})
    rows = divide(spec, customers(2000), split(customers(2000)))
    estimator = build_pipeline(spec, rows.columns, {"max_iter": 20})
    fit(spec, estimator, rows.fitted)
    found = importances(spec, estimator, rows.fitted)
    assert found.metric == spec.deciding_metric
    assert list(found.columns)[:2] == ["age", "region"]
    assert set(found.columns) == set(rows.columns.names)
    assert importances(spec, estimator, rows.fitted) == found


def test_the_measure_is_the_one_of_scikit_learn() -> None:
    spec = a_spec(task="regression", training={"estimator": "sklearn.linear_model.LinearRegression"})
    rng = np.random.default_rng(1)
    features = pd.DataFrame(rng.normal(size=(900, 3)), columns=["strong", "weak", "none"])
    target = 3 * features["strong"].to_numpy() + 0.5 * features["weak"].to_numpy() + rng.normal(0, 0.1, 900)
    rows = _rows(features, target)
    estimator = build_pipeline(spec, divide_columns(features), {}).fit(features, target)
    found = importances(spec, estimator, rows)
    expected = permutation_importance(
        estimator, features, target, scoring="neg_mean_absolute_error", n_repeats=30, random_state=0
    )
    means = [found.columns[name].mean for name in features.columns]
    assert means == pytest.approx(expected.importances_mean, rel=0.05, abs=0.005)
    assert list(found.columns) == ["strong", "weak", "none"]


def test_a_sample_bounds_the_cost_and_many_columns_are_shuffled_in_several_goes() -> None:
    spec = a_spec(task="regression", training={"estimator": "sklearn.linear_model.Ridge"})
    rng = np.random.default_rng(1)
    features = pd.DataFrame(rng.normal(size=(1500, 40)), columns=[f"c{i}" for i in range(40)])
    target = features["c7"].to_numpy()
    estimator = build_pipeline(spec, divide_columns(features), {}).fit(features, target)
    found = importances(spec, estimator, _rows(features, target))
    assert found.rows == 1000
    assert next(iter(found.columns)) == "c7"
    assert len(found.columns) == 40


def test_a_ranking_is_not_asked_of_a_sample_that_lacks_a_class() -> None:
    spec = churn(HISTOGRAM).model_copy(
        update={"gates": churn().gates.model_validate({"beats_champion": {"metric": "roc_auc"}})}
    )
    rows = divide(spec, customers(), split(customers()))
    estimator = build_pipeline(spec, rows.columns, {"max_iter": 2})
    fit(spec, estimator, rows.fitted)
    assert importances(spec, estimator, rows.fitted).metric == "roc_auc"


def divide_columns(features: pd.DataFrame):  # type: ignore[no-untyped-def]
    from include.training.features import FeatureColumns

    return FeatureColumns(tuple(features.columns))
