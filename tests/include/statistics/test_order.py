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
