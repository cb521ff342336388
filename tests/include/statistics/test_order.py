from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from include.statistics.order import median_interval


@pytest.mark.parametrize("count", [6, 15, 50])
def test_the_interval_is_that_of_the_quantile_test(count: int) -> None:
    values = np.random.default_rng(count).exponential(size=count)
    theirs = stats.quantile_test(values, q=0, p=0.5).confidence_interval(confidence_level=0.95)
    ours = median_interval(values, confidence=0.95)
    assert ours is not None
    assert (ours.low, ours.high) == (pytest.approx(theirs.low), pytest.approx(theirs.high))


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_values_tell_no_interval(count: int) -> None:
    assert median_interval(np.arange(float(count)), confidence=0.95) is None


@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95, 0.99])
def test_it_is_the_narrowest_pair_whose_ends_leave_no_more_than_the_confidence_does(confidence: float) -> None:
    for count in (*range(2, 60), 400):
        seen = median_interval(np.arange(float(count)), confidence=confidence)
        tails = [below for below in range(count // 2) if 2 * stats.binom.cdf(below, count, 0.5) <= 1 - confidence]
        assert (seen.low if seen else None) == (tails[-1] if tails else None)
        assert seen is None or seen.high == count - 1 - seen.low


def test_ends_that_leave_exactly_what_the_confidence_does_are_taken() -> None:
    seen = median_interval(np.arange(6.0), confidence=1 - 2 * 0.5**6)
    assert seen is not None
    assert (seen.low, seen.high) == (0.0, 5.0)
