from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from include.domain.spec import ModelSpec
from include.drafting import segment_trial
from include.drafting.periods import Period
from include.drafting.segment_trial import try_out_segments
from include.drafting.segments import Segments
from tests.specs import a_spec

PERIOD = Period("month", (1,))
PARAMETERS = {"alpha": 1.0}


def spec() -> ModelSpec:
    lag = {"do": "lag", "column": "y", "by": ["who"], "periods": [1], "every": "month"}
    data = {"source": "x.csv", "target": "y", "time": "t", "features": ["x", "y_lag_1"]}
    training = {"estimator": "sklearn.linear_model.Ridge", "baseline": {"seasonal_naive": "y_lag_1"}}
    return a_spec(task="regression", data=data, cleaning=[lag], training=training)


def rows(slopes: list[float], noise: float, months: int = 30) -> pd.DataFrame:
    """Return a segment for each slope, with which it answers to x."""
    rng = np.random.default_rng(4)
    times = pd.date_range("2001-01-01", periods=months, freq="MS", tz="UTC").as_unit("us")
    x = rng.normal(size=(len(slopes), months))
    y = np.array(slopes)[:, None] * x + rng.normal(scale=noise, size=x.shape)
    who = np.repeat([f"w{i}" for i in range(len(slopes))], months)
    return pd.DataFrame({"who": who, "t": list(times) * len(slopes), "x": x.ravel(), "y": y.ravel()}).astype(
        {"t": "datetime64[us, UTC]"}
    )


def segments(frame: pd.DataFrame) -> Segments:
    return Segments(("who",), tuple(frame.groupby("who").size()), (), PERIOD)


def test_segments_that_are_alike_and_loud_learn_from_each_other() -> None:
    frame = rows([1.0] * 20, noise=3.0)
    trial = try_out_segments(spec(), frame, segments(frame), PARAMETERS)
    assert trial is not None
    assert trial.prior_rows > 0
    assert set(trial.tried) == {"0", "24", "72"}
    assert trial.tried[str(trial.prior_rows)] == trial.decided < trial.tried["0"]


def test_segments_that_differ_answer_for_themselves() -> None:
    frame = rows([-3.0, 3.0, -1.0, 1.0, 5.0, -5.0], noise=0.1)
    trial = try_out_segments(spec(), frame, segments(frame), PARAMETERS)
    assert trial is not None
    assert trial.prior_rows == 0
    assert trial.decided < 0.2 < trial.baseline
    assert (trial.fitted_rows, trial.judged_rows) == (6 * 24, 6 * 6)


def test_the_model_of_a_segment_is_the_segments_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_trial, "MOST_SEGMENTS", 3)
    frame = rows([-3.0, 3.0, -1.0, 1.0, 5.0, -5.0], noise=0.1, months=60)
    trial = try_out_segments(spec(), frame, segments(frame), PARAMETERS)
    assert trial is not None
    assert trial.judged_rows == 3 * 12


def test_too_few_rows_try_nothing_out() -> None:
    frame = rows([1.0, 2.0], noise=1.0)
    assert try_out_segments(spec(), frame, segments(frame), PARAMETERS) is None
    same = rows([1.0] * 10, noise=1.0).assign(y=1.0)
    assert try_out_segments(spec(), same, segments(same), PARAMETERS) is None
