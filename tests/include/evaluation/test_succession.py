from __future__ import annotations

import numpy as np
import pandas as pd

from include.domain.predictions import Predictions
from include.domain.watch import decide_watch
from include.evaluation.succession import observe_succession
from include.statistics.looks import confidence_of_look
from tests.specs import a_spec

SPEC = a_spec(task="regression", data={"target": "sold"}, training={"estimator": "sklearn.linear_model.Ridge"})
LOOKS = 4


def world(rows: int, seed: int, worse: float = 0.0) -> tuple[pd.DataFrame, Predictions, Predictions]:
    """Rows with two models that err independently; ``worse`` is how much farther off the new one is."""
    rng = np.random.default_rng(seed)
    truth, one, other = rng.normal(10, 3, rows), rng.normal(0, 1, rows), rng.normal(0, 1, rows)
    return pd.DataFrame({"sold": truth}), Predictions(truth + one * (1 + worse)), Predictions(truth + other)


def taken_back(seed: int, worse: float = 0.0, rows: int = 60) -> bool:
    """Look at the rows of more and more windows, as the watch does."""
    frame, new, old = world(rows * LOOKS, seed, worse)
    confidence = confidence_of_look(LOOKS)
    for look in range(1, LOOKS + 1):
        part = np.arange(len(frame)) < look * rows
        seen = observe_succession(SPEC, frame[part], new.where(part), old.where(part), confidence=confidence)
        decision = decide_watch(seen, "mean_absolute_error", look=look, looks=LOOKS, confidence=confidence)
        if decision.outcome == "take_back":
            return True
    return False


def test_the_difference_is_that_of_the_errors() -> None:
    frame, new, old = world(200, 1, worse=1.0)
    (seen,) = observe_succession(SPEC, frame, new, old, confidence=0.95).observations
    errors = [np.abs(said.values - frame["sold"]).mean() for said in (old, new)]
    assert seen.name == "improvement_over_predecessor.mean_absolute_error"
    assert seen.value is not None
    np.testing.assert_allclose(seen.value, errors[0] - errors[1])


def test_rows_without_a_label_do_not_count() -> None:
    frame, new, old = world(100, 1)
    frame.loc[:39, "sold"] = np.nan
    (seen,) = observe_succession(SPEC, frame, new, old, confidence=0.95).observations
    assert seen.n == 60
    none = observe_succession(SPEC, frame.assign(sold=np.nan), new, old, confidence=0.95).observations[0]
    assert (none.value, none.detail) == (None, "champion: the holdout is empty")


def test_a_champion_that_is_no_worse_is_rarely_taken_back() -> None:
    # Of 100 at 5 % more than 11 come with a chance below 0.5 %.
    assert sum(taken_back(seed) for seed in range(100)) <= 11


def test_one_that_is_clearly_worse_is_taken_back() -> None:
    assert sum(taken_back(seed, worse=0.5) for seed in range(20)) >= 19
