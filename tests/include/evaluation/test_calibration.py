from __future__ import annotations

import numpy as np

from include.domain.predictions import Predictions
from include.evaluation.calibration import observe_calibration
from include.evaluation.judged import clusters_in, judge
from tests.include.evaluation.rows import Binary, said, spec_for

SPEC = spec_for("binary")


def observed(made: Binary, predictions: Predictions) -> dict[str, tuple[float, float, float] | None]:
    judged = judge(SPEC, made.holdout, predictions)
    seen = observe_calibration(SPEC, judged, clusters_in(SPEC, made.holdout), rng=np.random.default_rng(1))
    return {
        o.name.removeprefix("calibration."): (o.interval.low, o.value, o.interval.high)
        if o.interval and o.value is not None
        else None
        for o in seen
    }


def with_odds(made: Binary, times: float, plus: float) -> Predictions:
    chance = 1 / (1 + np.exp(-(times * made.signal + plus)))
    return said(np.stack([1 - chance, chance], axis=1), made.classes)


def test_a_model_that_says_the_truth_is_calibrated() -> None:
    made = Binary(3000)
    seen = observed(made, with_odds(made, 1, 0))
    slope, intercept, error = seen["slope"], seen["intercept"], seen["error"]
    assert slope is not None
    assert intercept is not None
    assert error is not None
    assert slope[0] < 1 < slope[2]
    assert intercept[0] < 0 < intercept[2]
    assert error[1] < 0.03


def test_a_model_that_is_too_sure_has_a_slope_below_one() -> None:
    made = Binary(3000)
    seen = observed(made, with_odds(made, 2, 0))
    assert seen["slope"] is not None
    assert seen["slope"][2] < 1
    assert seen["error"] is not None
    assert seen["error"][0] > 0.03


def test_a_model_that_says_too_much_has_an_intercept_below_zero() -> None:
    made = Binary(3000)
    seen = observed(made, with_odds(made, 1, 1))
    assert seen["intercept"] is not None
    assert seen["intercept"][2] < 0


def test_what_is_not_defined_is_not_seen() -> None:
    made = Binary(200)
    assert observed(made, made.prior())["slope"] is None
    labels = Predictions(made.model(0.1).values, classes=made.classes)
    assert set(observed(made, labels).values()) == {None}
