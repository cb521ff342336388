"""Quality told before the labels are known, and what it was worth once they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.evidence import Evidence, Observation
from include.domain.predictions import Predictions
from include.watching.estimated import learn_estimator, observe_estimated
from include.watching.realised import observe_realised
from include.watching.reconciled import observe_estimate_errors, observe_track
from include.watching.served import Served
from tests.include.watching.world import a_watched_spec, served, without_labels


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def find(observations: tuple[Observation, ...], name: str) -> Observation:
    seen = Evidence(subject="churn", observations=observations).find(name)
    assert seen is not None, name
    return seen


def estimated(window: Served, holdout: Served | None = None, **spec: Any) -> tuple[Observation, ...]:
    whole = a_watched_spec(**spec)
    return observe_estimated(
        whole, window, learn_estimator(whole, served(3_000, 1) if holdout is None else holdout), rng=rng()
    )


def test_the_estimate_holds_what_will_be_realised_and_looks_at_no_label() -> None:
    window, spec = served(1_000, 5), a_watched_spec()
    before = estimated(without_labels(window))
    assert before == estimated(window)
    after = observe_realised(spec, window, None, rng=rng())
    for metric in ("brier_score", "log_loss", "roc_auc", "accuracy", "f1"):
        interval = find(before, f"estimated.{metric}").interval
        assert interval is not None
        value = find(after, f"realised.{metric}").value
        assert value is not None
        assert interval.low <= value <= interval.high, metric


def test_a_change_of_the_labels_given_the_inputs_is_not_seen_and_that_is_said() -> None:
    same, changed = (find(estimated(served(1_000, 5, change=c)), "estimated.brier_score") for c in (0.0, 3.0))
    assert same == changed
    assert "would not see a change in what the labels are given the inputs" in same.detail


def test_an_estimate_that_was_off_beyond_its_interval_is_said_to_be() -> None:
    window, spec = served(1_000, 5, change=3.0), a_watched_spec()
    errors = observe_estimate_errors(estimated(window), observe_realised(spec, window, None, rng=rng()))
    seen = find(errors, "estimate_error.brier_score")
    assert seen.detail.endswith("off beyond its interval")
    assert seen.interval is not None
    assert seen.interval.high < 0


def test_estimates_that_miss_again_and_again_are_not_believed_any_longer() -> None:
    spec = a_watched_spec()
    name = "estimate_error.brier_score"
    interval = {"confidence": 0.95, "method": "drawn"}
    miss, hit = (
        Evidence(
            subject="churn",
            observations=(Observation(name=name, value=0.02, interval={"low": low, "high": 0.04, **interval}),),  # type: ignore[arg-type]
        )
        for low in (0.01, -0.01)
    )
    assert observe_track(spec, []).value == 0.0
    seldom, often = observe_track(spec, [miss] + [hit] * 19), observe_track(spec, [miss] * 5 + [hit] * 5)
    assert seldom.interval is not None
    assert often.interval is not None
    assert seldom.interval.low < 0.05 < often.interval.low


@pytest.mark.parametrize("world", [without_labels(served(500, 1)), served(0)])
def test_a_holdout_without_labels_teaches_nothing(world: Served) -> None:
    seen = find(estimated(served(100), world), "estimated.brier_score")
    assert (seen.value, seen.detail) == (None, "the champion's holdout has no labels")


def test_a_model_without_probabilities_cannot_be_estimated() -> None:
    world = served(500)
    bare = Served(world.frame, Predictions(world.said.values, None, world.said.classes))
    seen = find(estimated(bare, bare), "estimated.accuracy")
    assert seen.value is None
    assert "gives no probabilities" in seen.detail


def test_an_empty_window_has_no_estimate() -> None:
    assert find(estimated(served(0)), "estimated.brier_score").value is None


def test_three_classes_are_estimated_each_against_the_rest() -> None:
    classes = np.array(["a", "b", "c"])

    def world(rows: int, seed: int) -> Served:
        own = np.random.default_rng(seed)
        chances = own.dirichlet([1, 2, 3], rows)
        places = (own.random(rows)[:, None] > chances.cumsum(axis=1)).sum(axis=1).clip(max=2)
        frame = pd.DataFrame({"y": classes[places].astype(object)})
        return Served(frame, Predictions(classes[chances.argmax(axis=1)], chances, classes))

    spec, window = a_watched_spec(task="multiclass"), world(1_000, 2)
    before = observe_estimated(spec, window, learn_estimator(spec, world(3_000, 1)), rng=rng())
    after = observe_realised(spec, window, None, rng=rng())
    for metric in ("brier_score", "accuracy", "log_loss"):
        interval = find(before, f"estimated.{metric}").interval
        assert interval is not None
        assert interval.low <= (find(after, f"realised.{metric}").value or 0) <= interval.high, metric


def numbers(rows: int, seed: int, *, wide: bool = False) -> Served:
    """Return predictions that are the farther off the larger the signal is."""
    own = np.random.default_rng(seed)
    signal = own.uniform(2 if wide else 0, 3, rows)
    predicted = 10 * signal
    frame = pd.DataFrame({"signal": signal, "y": predicted - own.normal(0, 1 + signal**2)})
    return Served(frame, Predictions(predicted))


NUMBERS = {"task": "regression", "training": {"estimator": "sklearn.linear_model.Ridge"}}


def test_errors_of_numbers_are_expected_from_the_inputs() -> None:
    spec = a_watched_spec(**NUMBERS)
    estimator = learn_estimator(spec, numbers(3_000, 1))
    for window in (numbers(800, 2), numbers(800, 3, wide=True)):
        before = observe_estimated(spec, window, estimator, rng=rng())
        after = observe_realised(spec, window, None, rng=rng())
        interval = find(before, "estimated.mean_absolute_error").interval
        assert interval is not None
        assert interval.low <= (find(after, "realised.mean_absolute_error").value or 0) <= interval.high


def test_few_labelled_rows_expect_every_error_alike() -> None:
    spec = a_watched_spec(**NUMBERS)
    before = observe_estimated(spec, numbers(100, 2), learn_estimator(spec, numbers(100, 1)), rng=rng())
    assert find(before, "estimated.mean_absolute_error").interval is not None
