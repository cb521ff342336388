from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.contingency_tables import mcnemar

from include.domain.gate import EXACT
from include.statistics.estimate import Estimate
from include.statistics.exact import exact_gain

counts = st.integers(0, 40)


def gain(both: int, won: int, lost: int, neither: int, confidence: float = 0.95) -> Estimate:
    candidate = np.repeat([True, True, False, False], [both, won, lost, neither])
    rival = np.repeat([True, False, True, False], [both, won, lost, neither])
    return exact_gain(candidate, rival, confidence=confidence)


@given(counts, counts, counts, counts, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_it_decides_as_mcnemars_exact_test(both: int, won: int, lost: int, neither: int, confidence: float) -> None:
    seen = gain(both, won, lost, neither + 2, confidence)
    assert seen.interval is not None
    theirs = mcnemar([[both, won], [lost, neither + 2]], exact=True)
    rejects = theirs.pvalue < 1 - confidence
    assert (seen.interval.low > 0 or seen.interval.high < 0) == rejects
    assert (seen.interval.low > 0) == (rejects and won > lost)


def test_the_interval_is_that_of_clopper_and_pearson_for_the_rows_that_differ() -> None:
    seen = gain(70, 20, 8, 2)
    theirs = binomtest(20, 28).proportion_ci(0.95, method="exact")
    assert seen.interval is not None
    expected = (28 * (2 * theirs.low - 1) / 100, 28 * (2 * theirs.high - 1) / 100)
    assert (seen.interval.low, seen.interval.high) == pytest.approx(expected)
    assert seen.value == pytest.approx(0.12)
    assert seen.interval.method == EXACT


def test_models_that_err_on_the_same_rows_differ_by_nothing() -> None:
    seen = gain(50, 0, 0, 10)
    assert seen.interval is not None
    assert (seen.value, seen.interval.low, seen.interval.high) == (0, 0, 0)


def test_one_row_tells_nothing() -> None:
    assert gain(0, 1, 0, 0).interval is None
