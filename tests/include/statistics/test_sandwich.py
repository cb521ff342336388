from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from include.statistics.clusters import clusters_of
from include.statistics.estimate import Estimate
from include.statistics.sandwich import METHOD, sandwich


@pytest.mark.parametrize("rows", [2, 3, 12])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_of_a_mean_it_is_the_interval_of_student(rows: int, confidence: float) -> None:
    values = np.random.default_rng(rows).normal(3, 2, rows)
    theirs = stats.ttest_1samp(values, 0).confidence_interval(confidence)
    seen = sandwich(values.mean(), values - values.mean(), clusters_of(None, rows=rows), confidence=confidence)
    assert (seen.value, seen.rows, seen.clusters, seen.problem) == (values.mean(), rows, rows, "")
    assert seen.standard_error == pytest.approx(stats.sem(values))
    assert seen.interval is not None
    assert (seen.interval.low, seen.interval.high) == pytest.approx((theirs.low, theirs.high))
    assert (seen.interval.confidence, seen.interval.method) == (confidence, METHOD)


def test_what_has_no_interval_says_why_and_what_it_rests_on() -> None:
    alone = sandwich(2.0, np.array([-1.0, 0.0, 1.0]), clusters_of(np.zeros(3)), confidence=0.95)
    assert alone == Estimate(value=2.0, rows=3, clusters=1, problem="1 clusters tell no spread")
    undefined = sandwich(math.nan, np.zeros(4), clusters_of(np.array([0, 0, 1, 1])), confidence=0.95)
    assert undefined == Estimate(value=None, rows=4, clusters=2, problem="not defined for these rows")
