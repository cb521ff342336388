from __future__ import annotations

from pathlib import Path
from typing import Any

import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder
from sklearn.svm import LinearSVC

from include.domain.errors import DataError, TrustError
from include.training.estimators import build_baseline, build_pipeline
from include.training.features import FeatureColumns
from include.training.fitting import fit
from include.training.model_files import write_model
from include.training.models import columns_of, load_model, predict
from include.training.rows import divide
from tests.include.training.examples import HISTOGRAM, LOGISTIC, Own, churn, customers, split
from tests.specs import a_spec

SPEC = churn()
ROWS = divide(SPEC, customers(), split(customers()))


@pytest.fixture(scope="module")
def fitted() -> Any:
    estimator = build_pipeline(SPEC, ROWS.columns, {"max_iter": 500})
    fit(SPEC, estimator, ROWS.fitted)
    return estimator


def test_a_function_of_ones_own_may_call_its_blocks_what_it_likes() -> None:
    frame = pd.DataFrame({"amount": [1.0, 2.0, 3.0, 4.0], "kind": ["a", "b", "a", "b"]})
    columns = ColumnTransformer([("left", "passthrough", ["amount"]), ("right", OrdinalEncoder(), ["kind"])])
    fitted = Pipeline([("columns", columns), ("linear", LinearRegression())]).fit(frame, [1.0, 2.0, 3.0, 4.0])
    assert columns_of(a_spec(task="regression"), fitted, frame).categorical == {"kind"}


def test_predictions_are_labels_and_probabilities_with_the_positive_class_last(fitted: Any) -> None:
    said = predict(SPEC, fitted, customers())
    assert said.classes is not None
    assert said.probabilities is not None
    assert said.classes.tolist() == ["no", "yes"]
    assert np.array_equal(said.values, said.classes[said.probabilities.argmax(axis=1)])
    assert np.mean(said.values == customers()["left"]) > 0.7


def test_the_other_class_may_be_the_positive_one(fitted: Any) -> None:
    turned = a_spec(data={"positive": "no"})
    said, whole = predict(turned, fitted, customers()), predict(SPEC, fitted, customers())
    assert said.classes is not None
    assert said.probabilities is not None
    assert whole.probabilities is not None
    assert said.classes.tolist() == ["yes", "no"]
    assert np.array_equal(said.probabilities, whole.probabilities[:, ::-1])
    assert np.array_equal(said.values, whole.values)


def test_a_row_gets_the_same_answer_alone_and_among_others(fitted: Any) -> None:
    together, alone = predict(SPEC, fitted, customers()), predict(SPEC, fitted, customers().iloc[[17]])
    assert together.probabilities is not None
    assert alone.probabilities is not None
    assert np.allclose(together.probabilities[17], alone.probabilities[0], rtol=0, atol=1e-15)


def test_a_missing_feature_is_a_matter_of_the_data(fitted: Any) -> None:
    with pytest.raises(DataError, match="not there: 'region'"):
        predict(SPEC, fitted, customers().drop(columns="region"))


def test_a_column_of_gaps_only_is_read_as_what_was_learned(fitted: Any) -> None:
    blank = customers().assign(region=pd.Series([np.nan] * 200, index=customers().index), age=None)
    assert len(predict(SPEC, fitted, blank)) == 200


def test_rows_that_leave_a_model_without_an_answer_are_a_matter_of_the_data() -> None:
    spec = churn("sklearn.neighbors.RadiusNeighborsClassifier")
    estimator = build_pipeline(spec, ROWS.columns, {"radius": 1e-9})
    fit(spec, estimator, ROWS.fitted)
    with pytest.raises(DataError, match="the model cannot answer for 200 rows: No neighbors found"):
        predict(spec, estimator, customers())


def test_no_rows_get_no_predictions(fitted: Any) -> None:
    said = predict(SPEC, fitted, customers().head(0))
    assert len(said) == 0
    assert said.probabilities is not None
    assert said.probabilities.shape == (0, 2)


def test_a_classifier_without_probabilities_gives_labels_alone() -> None:
    spec = churn("sklearn.svm.LinearSVC")
    estimator = build_pipeline(spec, ROWS.columns, {})
    assert isinstance(estimator.steps[-1][1], LinearSVC)
    fit(spec, estimator, ROWS.fitted)
    said = predict(spec, estimator, customers())
    assert said.probabilities is None
    assert said.classes is not None
    assert said.classes.tolist() == ["no", "yes"]


def test_a_regression_gives_numbers_alone() -> None:
    spec = a_spec(task="regression", data={"target": "visits"}, training={"estimator": "sklearn.linear_model.Ridge"})
    frame = customers().dropna()
    estimator = LinearRegression().fit(frame[["age"]], frame["visits"])
    said = predict(spec, estimator, frame)
    assert said.classes is None
    assert said.values.dtype == np.float64


def test_the_baseline_says_the_same_of_every_row() -> None:
    baseline = build_baseline(SPEC).fit(ROWS.fitted.features, ROWS.fitted.target)
    said = predict(SPEC, baseline, customers())
    assert said.probabilities is not None
    assert np.ptp(said.probabilities, axis=0).tolist() == [0, 0]
    assert said.probabilities[0, 1] == pytest.approx(np.mean(ROWS.fitted.target == "yes"))


@pytest.mark.parametrize(
    ("estimator", "parameters"),
    [(LOGISTIC, {}), (HISTOGRAM, {"max_iter": 10}), ("sklearn.ensemble.RandomForestClassifier", {"n_estimators": 5})],
)
def test_a_stored_model_says_to_the_last_bit_what_it_said_before(
    tmp_path: Path, estimator: str, parameters: dict[str, int]
) -> None:
    spec = churn(estimator)
    made = build_pipeline(spec, ROWS.columns, parameters)
    fit(spec, made, ROWS.fitted)
    write_model(tmp_path / "model", spec, made)
    before, after = predict(spec, made, customers()), predict(spec, load_model(str(tmp_path / "model")), customers())
    assert np.array_equal(before.values, after.values)
    assert np.array_equal(before.probabilities, after.probabilities)  # type: ignore[arg-type]


def test_a_model_that_allows_itself_more_than_the_house_is_refused(tmp_path: Path) -> None:
    name = "tests.include.training.examples.Own"
    own = Own().fit(ROWS.fitted.features, ROWS.fitted.target)
    write_model(tmp_path / "model", churn(trusted_types=[name]), own)
    assert name in (tmp_path / "model" / "MLmodel").read_text()
    with pytest.raises(TrustError, match=name):
        load_model(str(tmp_path / "model"))
    assert isinstance(load_model(str(tmp_path / "model"), trusted_types=[name]), Own)


@pytest.mark.parametrize("stored_as", ["pickle", "cloudpickle"])
def test_a_pickled_model_is_refused(tmp_path: Path, stored_as: str, fitted: Any) -> None:
    path = tmp_path / "model"
    mlflow.sklearn.save_model(fitted, str(path), serialization_format=stored_as, pip_requirements=["scikit-learn"])
    with pytest.raises(TrustError, match=f"is stored as {stored_as}.*expected skops"):
        load_model(str(path))


def test_a_pickle_that_calls_itself_skops_is_refused(tmp_path: Path, fitted: Any) -> None:
    path = tmp_path / "model"
    mlflow.sklearn.save_model(fitted, str(path), serialization_format="pickle", pip_requirements=["scikit-learn"])
    described = (path / "MLmodel").read_text().replace("serialization_format: pickle", "serialization_format: skops")
    (path / "MLmodel").write_text(described)
    with pytest.raises(TrustError, match="no model in the format skops"):
        load_model(str(path))


def test_a_model_file_outside_the_folder_is_not_followed(tmp_path: Path, fitted: Any) -> None:
    write_model(tmp_path / "model", SPEC, fitted)
    (tmp_path / "model" / "model.skops").rename(tmp_path / "model.skops")
    described = (tmp_path / "model" / "MLmodel").read_text()
    (tmp_path / "model" / "MLmodel").write_text(described.replace("model.skops", "../model.skops"))
    with pytest.raises(TrustError):
        load_model(str(tmp_path / "model"))


def test_features_are_found_by_what_the_model_learned_and_not_by_what_the_spec_lists(fitted: Any) -> None:
    more = customers().assign(fresh=1)
    assert np.array_equal(predict(SPEC, fitted, more).values, predict(SPEC, fitted, customers()).values)
    assert FeatureColumns(tuple(fitted.feature_names_in_)).names == ROWS.columns.names
