from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mlxtend.evaluate import mcnemar as mcnemar_of_mlxtend
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
    if won + lost:
        _, p_value = mcnemar_of_mlxtend(np.array([[both, won], [lost, neither + 2]]), exact=True)
        assert (p_value < 1 - confidence) == rejects


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


def test_the_estimate_says_what_it_rests_on_and_its_standard_error() -> None:
    ours, theirs = np.array([True] * 30 + [False] * 10), np.array([True] * 20 + [False] * 16 + [True] * 4)
    seen = exact_gain(ours, theirs, confidence=0.9)
    differences = ours.astype(float) - theirs.astype(float)
    assert (seen.rows, seen.clusters, seen.problem) == (40, 40, "")
    assert seen.standard_error == pytest.approx(differences.std() / math.sqrt(40))
    assert seen.interval is not None
    assert (seen.interval.confidence, seen.interval.method) == (0.9, EXACT)


def test_one_row_is_too_few_for_an_exact_test() -> None:
    seen = exact_gain(np.array([True]), np.array([False]), confidence=0.9)
    assert (seen.value, seen.rows, seen.clusters, seen.interval) == (None, 1, 1, None)
    assert seen.problem == "1 rows, expected 2 or more"


@pytest.mark.parametrize("won", [0, 12])
def test_where_one_side_wins_all_rows_that_differ_the_interval_ends_at_all_of_them(won: int) -> None:
    ours = np.array([True] * won + [False] * (12 - won) + [True] * 8)
    theirs = np.array([False] * won + [True] * (12 - won) + [True] * 8)
    interval = exact_gain(ours, theirs, confidence=0.95).interval
    expected = binomtest(won, 12).proportion_ci(0.95)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(
        (12 * (2 * expected.low - 1) / 20, 12 * (2 * expected.high - 1) / 20)
    )
