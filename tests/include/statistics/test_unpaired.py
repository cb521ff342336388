from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from include.domain.evidence import Interval
from include.statistics.unpaired import unpaired_difference, widened


def wilson(count: int, rows: int) -> Interval:
    low, high = proportion_confint(count, rows, method="wilson")
    return Interval(low=low, high=high, confidence=0.95, method="Wilson")


def test_of_two_shares_it_is_newcombes_interval() -> None:
    theirs = confint_proportions_2indep(56, 70, 48, 80, method="newcomb", compare="diff")
    ours = unpaired_difference(56 / 70, wilson(56, 70), 48 / 80, wilson(48, 80))
    assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-6)


def test_it_holds_the_true_difference_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(2), 0
    for _ in range(400):
        sides = []
        for mean in (1.0, 0.5):
            drawn = rng.normal(mean, 1, 60)
            low, high = stats.t.interval(0.95, 59, drawn.mean(), stats.sem(drawn))
            sides += [float(drawn.mean()), Interval(low=low, high=high, confidence=0.95, method="t")]
        found = unpaired_difference(*sides)  # type: ignore[arg-type]
        held += found.low <= 0.5 <= found.high
    assert 0.92 < held / 400 < 0.98


@pytest.mark.parametrize("confidence", [0.97, 0.99])
def test_a_widened_normal_interval_is_the_normal_interval_of_the_higher_confidence(confidence: float) -> None:
    low, high = stats.norm.interval(0.95, 10.0, 2.0)
    wide = widened(10.0, Interval(low=low, high=high, confidence=0.95, method="t"), confidence)
    assert (wide.low, wide.high) == pytest.approx(stats.norm.interval(confidence, 10.0, 2.0), rel=1e-12)
    assert (wide.confidence, wide.method) == (confidence, "t")


def test_each_side_of_a_skewed_interval_is_widened_by_the_same_factor() -> None:
    skewed = Interval(low=9.0, high=14.0, confidence=0.9, method="BCa bootstrap")
    wide = widened(10.0, skewed, 0.99)
    factor = stats.norm.ppf(0.995) / stats.norm.ppf(0.95)
    assert (10.0 - wide.low, wide.high - 10.0) == pytest.approx((factor, 4 * factor), rel=1e-12)


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_an_interval_that_holds_as_much_already_stays_as_it_is(confidence: float) -> None:
    seen = Interval(low=0.1 + 0.2, high=0.7, confidence=0.95, method="t")
    assert widened(0.5, seen, confidence) is seen
