from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.spec import ModelSpec
from include.simulators.card_fraud import simulate_card_fraud
from include.training.estimators import build_pipeline
from include.training.features import FeatureColumns, feature_columns, feature_frame
from include.training.flat_trees import flat_trees
from include.training.models import predict
from include.training.row_answers import row_answers
from include.training.threshold import Chosen, with_threshold
from tests.specs import a_spec

FOREST = ("sklearn.ensemble.RandomForestClassifier", {"n_estimators": 5})
TREES = ("sklearn.ensemble.HistGradientBoostingClassifier", {"max_iter": 15, "early_stopping": False})
LINEAR = ("sklearn.linear_model.LogisticRegression", {"max_iter": 300})
NUMBERS = ("sklearn.ensemble.HistGradientBoostingRegressor", {"max_iter": 15, "loss": "poisson"})
RIDGE = ("sklearn.linear_model.Ridge", {})
PLAIN: dict[str, Any] = {"numeric": "as_is", "categorical": "ordinal"}
SCALED: dict[str, Any] = {"numeric": "scale", "categorical": "one_hot", "rare_below": 60}
CASES = [
    ("binary", LINEAR, SCALED),
    ("binary", LINEAR, {"numeric": "impute", "categorical": "one_hot"}),
    ("multiclass", LINEAR, SCALED),
    ("binary", TREES, PLAIN),
    ("multiclass", TREES, PLAIN),
    ("binary", FOREST, {"numeric": "impute", "categorical": "ordinal"}),
    ("regression", NUMBERS, PLAIN),
    ("regression", RIDGE, SCALED),
]


def rows() -> pd.DataFrame:
    frame = simulate_card_fraud(900, seed=5).drop(columns=["reported_at", "event_time", "transaction_id", "card_id"])
    frame.loc[frame.index[::9], "country"] = np.nan
    frame.loc[frame.index[::7], "hours_since_last"] = np.nan
    return frame


def fitted(
    task: str, estimator: tuple[str, dict[str, Any]], preprocessing: dict[str, Any]
) -> tuple[ModelSpec, Any, FeatureColumns]:
    path, parameters = estimator
    target = {"binary": "is_fraud", "multiclass": "merchant_category", "regression": "amount"}[task]
    training = {"estimator": path, "parameters": parameters, "preprocessing": preprocessing}
    spec = a_spec(task=task, data={"target": target}, training=training)
    frame = rows()
    columns = feature_columns(spec, frame)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = build_pipeline(spec, columns, parameters).fit(feature_frame(columns, frame), frame[target].to_numpy())
    return spec, model, columns


def asked(columns: FeatureColumns) -> tuple[pd.DataFrame, list[tuple[Any, ...]]]:
    """Return rows with gaps and categories that no training saw, as a frame and as tuples."""
    frame = feature_frame(columns, rows()).head(300)
    for name in columns.categorical_names:
        frame.loc[frame.index[4:9], name] = "never seen"
    tuples = [
        tuple(
            None if name in columns.categorical and pd.isna(value) else value
            for name, value in zip(columns.names, row, strict=True)
        )
        for row in frame.itertuples(index=False)
    ]
    return frame, tuples


@pytest.mark.parametrize(("task", "estimator", "preprocessing"), CASES)
def test_a_row_is_answered_as_the_pipeline_answers_it(
    task: str, estimator: tuple[str, dict[str, Any]], preprocessing: dict[str, Any]
) -> None:
    spec, model, columns = fitted(task, estimator, preprocessing)
    frame, tuples = asked(columns)
    answers = row_answers(spec, model)
    assert answers is not None
    said, expected = answers.ask(tuples), predict(spec, model, frame)
    if task == "regression":
        np.testing.assert_allclose(said.values, expected.values, rtol=1e-12)
        return
    assert said.values.tolist() == expected.values.tolist()
    np.testing.assert_allclose(said.probabilities, expected.probabilities, rtol=0, atol=1e-14)
    assert said.classes.tolist() == expected.classes.tolist()


@pytest.mark.parametrize(("task", "estimator", "preprocessing"), CASES)
def test_a_row_is_answered_the_same_to_the_last_bit_whoever_stands_beside_it(
    task: str, estimator: tuple[str, dict[str, Any]], preprocessing: dict[str, Any]
) -> None:
    spec, model, columns = fitted(task, estimator, preprocessing)
    _, tuples = asked(columns)
    answers = row_answers(spec, model)
    assert answers is not None
    whole = answers.ask(tuples)
    for size in (1, 3, 40):
        for start in (0, 5, 111):
            part = answers.ask(tuples[start : start + size])
            assert part.values.tolist() == whole.values[start : start + size].tolist()
            if whole.probabilities is not None:
                assert (part.probabilities == whole.probabilities[start : start + size]).all()


def test_trees_walked_at_once_give_the_bits_of_trees_walked_one_by_one() -> None:
    _, model, columns = fitted("binary", TREES, PLAIN)
    frame, _ = asked(columns)
    matrix, final = model[0].transform(frame), model[-1]
    trees = flat_trees(final)
    assert trees is not None
    assert trees.scores(matrix).tolist() == final.decision_function(matrix).tolist()


def test_a_threshold_that_the_model_carries_decides() -> None:
    spec, model, columns = fitted("binary", TREES, PLAIN)
    chosen = Chosen(threshold=0.01, value_per_1000=0, value_per_1000_at_half=0, rows=1)
    model = with_threshold(spec, model, chosen)
    frame, tuples = asked(columns)
    answers = row_answers(spec, model)
    assert answers is not None
    assert answers.ask(tuples).values.tolist() == predict(spec, model, frame).values.tolist()
    assert answers.ask(tuples).threshold == 0.01


def test_what_a_linear_model_cannot_read_is_refused() -> None:
    spec, model, columns = fitted("binary", LINEAR, SCALED)
    answers = row_answers(spec, model)
    assert answers is not None
    _, tuples = asked(columns)
    place = columns.names.index("amount")
    broken = tuple(float("inf") if at == place else value for at, value in enumerate(tuples[0]))
    with pytest.raises(ValueError, match="infinity"):
        answers.ask([broken])


def test_a_model_that_nobody_knows_by_heart_is_asked_as_a_whole() -> None:
    spec, model, _ = fitted("binary", ("sklearn.neighbors.KNeighborsClassifier", {}), {"numeric": "impute"})
    assert row_answers(spec, model) is None
