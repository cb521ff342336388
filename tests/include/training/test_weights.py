from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline

from include.domain.errors import SpecError
from include.domain.fingerprint import Fingerprint
from include.training.fitting import fit
from include.training.rows import Rows
from include.training.training_fingerprint import made_by, training_changes, training_parameters
from include.training.weights import check_takes_weights, recency_weights, weight_arguments
from tests.specs import a_spec

SPEC = a_spec(task="regression", training={"estimator": "sklearn.linear_model.LinearRegression"})


def rows(weights: np.ndarray | None) -> Rows:
    """Rows of an old world, in which y is 1, and as many of a new one, in which it is 3."""
    return Rows(pd.DataFrame({"a": np.zeros(40)}), np.repeat([1.0, 3.0], 20), np.arange(40, dtype=np.uint64), weights)


def test_an_estimator_leans_to_the_rows_that_count_more() -> None:
    times = pd.Series(pd.to_datetime(["2026-01-01"] * 20 + ["2026-01-11"] * 20, utc=True))
    pipeline = Pipeline([("estimator", LinearRegression())])
    fit(SPEC, pipeline, rows(recency_weights(times, timedelta(days=5))))
    np.testing.assert_allclose(pipeline.predict(pd.DataFrame({"a": [0.0]})), (0.25 * 1 + 3) / 1.25)
    fit(SPEC, pipeline, rows(None))
    np.testing.assert_allclose(pipeline.predict(pd.DataFrame({"a": [0.0]})), 2.0)


def test_weights_follow_their_rows() -> None:
    part = rows(np.arange(40.0)).where(np.arange(40) > 37)
    assert part.weights is not None
    assert part.weights.tolist() == [38.0, 39.0]


def test_an_estimator_without_weights_is_refused_by_name() -> None:
    with pytest.raises(SpecError, match="needs an estimator whose fit takes sample_weight"):
        check_takes_weights(SPEC, Pipeline([("estimator", KNeighborsRegressor())]))
    check_takes_weights(SPEC, LinearRegression())
    assert weight_arguments(KNeighborsRegressor(), np.ones(2)) == {}


def trained(**parts: object) -> Fingerprint:
    parameters = {**training_parameters(SPEC, ["a", "b"], []), **parts}
    return Fingerprint(parts={"data": {"values": "x"}, "parameters": parameters, **made_by(SPEC)})


def test_nothing_has_changed_since_a_training_by_the_same_spec_and_code() -> None:
    assert training_changes(SPEC, trained()) == ""
    assert training_changes(SPEC, trained(half_life="5d")) == ""
    assert training_changes(SPEC, None) == ""


def test_another_seed_or_one_column_less_is_a_change() -> None:
    other = SPEC.model_copy(update={"training": SPEC.training.model_copy(update={"seed": 8})})
    assert training_changes(other, trained()) == "parameters.training.seed changed from 7 to 8"
    fewer = a_spec(
        task="regression", data={"features": {"all_but": ["b"]}}, training=SPEC.training.model_dump(exclude_unset=True)
    )
    assert "parameters.features changed from ['a', 'b'] to ['a']" in training_changes(fewer, trained())
