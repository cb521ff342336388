from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from include.domain.errors import SpecError
from include.domain.spec import ModelSpec
from include.training.estimators import build_baseline
from include.training.model_files import types_to_trust, write_model
from include.training.models import predict
from include.training.seasonal_naive import SeasonalNaive
from include.training.trust import OWN, load_trusted
from tests.specs import a_spec

ROWS = pd.DataFrame({"region": ["a", "b", "a"], "y_lag_1": [1.0, 2.0, 3.0], "y_lag_4": [10.0, np.nan, 30.0]})


def forecasting() -> ModelSpec:
    training = {"estimator": "sklearn.linear_model.Ridge", "baseline": {"seasonal_naive": "y_lag_4"}}
    return a_spec(task="regression", data={"source": "x.csv", "target": "y"}, training=training)


def test_it_will_be_what_it_was_a_season_ago_or_the_median_where_nobody_knows() -> None:
    baseline = build_baseline(forecasting()).fit(ROWS, [4.0, 5.0, 9.0])
    assert baseline.predict(ROWS).tolist() == [10.0, 5.0, 30.0]


def test_it_reads_no_other_column_than_its_own() -> None:
    baseline = build_baseline(forecasting()).fit(ROWS, [4.0, 5.0, 9.0])
    said = predict(forecasting(), baseline, ROWS[["y_lag_4"]].assign(region=None))
    assert said.values.tolist() == [10.0, 5.0, 30.0]


def test_it_is_stored_and_comes_back_unasked(tmp_path: Path) -> None:
    baseline = SeasonalNaive("y_lag_4").fit(ROWS, [4.0, 5.0, 9.0])
    assert types_to_trust(forecasting(), baseline) == list(OWN)
    write_model(tmp_path / "model", forecasting(), baseline)
    again = load_trusted(tmp_path / "model" / "model.skops", subject="the baseline")
    assert again.predict(ROWS).tolist() == baseline.predict(ROWS).tolist()


def test_a_column_that_is_no_feature_is_named_with_the_nearest_one() -> None:
    with pytest.raises(SpecError, match=r"training.baseline.seasonal_naive: no feature 'y_lag_3'.*y_lag_"):
        SeasonalNaive("y_lag_3").fit(ROWS, [1.0, 2.0, 3.0])


def test_nothing_is_said_before_it_has_seen_anything() -> None:
    with pytest.raises(NotFittedError):
        SeasonalNaive("y_lag_4").predict(ROWS)
