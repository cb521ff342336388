"""Limits of the next count hold their false alarms, and see a collapse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from include.statistics.next_count import next_age_limit, next_count_limits

Draw = Callable[[np.random.Generator, int], np.ndarray]

WORLDS: dict[str, Draw] = {
    "few rows": lambda rng, n: rng.poisson(3, n),
    "many rows": lambda rng, n: rng.poisson(100, n),
    "overdispersed": lambda rng, n: rng.negative_binomial(5, 5 / 205, n),
}


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("windows", [8, 30])
def test_a_stationary_series_is_unusual_no_more_often_than_promised(world: str, windows: int) -> None:
    rng, alarms, repeats = np.random.default_rng(1), 0, 300
    for _ in range(repeats):
        *earlier, new = WORLDS[world](rng, windows + 1).tolist()
        low, high = next_count_limits(earlier, false_alarms=0.05)
        alarms += not low <= new <= high
    assert stats.binomtest(alarms, repeats, 0.05, alternative="greater").pvalue > 0.01


def test_a_collapse_lies_below_the_limits() -> None:
    counts = np.random.default_rng(1).negative_binomial(50, 50 / 1_050, 20).tolist()
    low, high = next_count_limits(counts, false_alarms=0.01)
    assert 300 < low < 1_000 < high


@given(st.lists(st.integers(0, 10_000), min_size=8, max_size=40))
def test_limits_contain_the_mean_and_grow_with_the_demand(counts: list[int]) -> None:
    low, high = next_count_limits(counts, false_alarms=0.05)
    wider = next_count_limits(counts, false_alarms=0.001)
    assert 0 <= wider[0] <= low <= high <= wider[1]


def test_an_exponential_age_is_unusual_as_often_as_promised() -> None:
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(400):
        *earlier, new = rng.exponential(100, 11).tolist()
        alarms += new > next_age_limit(earlier, false_alarms=0.05)
    assert stats.binomtest(alarms, 400, 0.05, alternative="greater").pvalue > 0.01


@pytest.mark.parametrize("windows", [8, 30])
@pytest.mark.parametrize("false_alarms", [0.05, 0.001])
def test_the_limit_of_an_age_is_the_quantile_of_a_pareto_distribution(windows: int, false_alarms: float) -> None:
    # An exponential age over the mean of k others exceeds x with the chance (1 + x / k) ** -k.
    limit = next_age_limit([100.0] * windows, false_alarms=false_alarms)
    assert (1 + limit / 100 / windows) ** -windows == pytest.approx(false_alarms, rel=1e-9)


def test_the_largest_age_before_is_no_alarm() -> None:
    assert next_age_limit([1.0] * 29 + [1_000.0], false_alarms=0.05) == 1_000.0


@pytest.mark.parametrize("false_alarms", [0.05, 0.01])
@pytest.mark.parametrize("windows", [8, 30])
def test_of_large_counts_the_limits_are_students_prediction_interval(windows: int, false_alarms: float) -> None:
    counts = np.random.default_rng(1).normal(1e8, 1e5, windows).astype(int)
    half = stats.t.isf(false_alarms / 2, windows - 1) * counts.std(ddof=1) * np.sqrt(1 + 1 / windows)
    low, high = next_count_limits(counts.tolist(), false_alarms=false_alarms)
    assert (low, high) == pytest.approx((counts.mean() - half, counts.mean() + half), abs=0.01 * half)


@pytest.mark.parametrize("counts", [[100, 104, 96, 100, 99, 101, 103, 97], [3, 0, 9, 4, 2, 30, 1, 5]])
def test_limits_are_quantiles_of_a_negative_binomial_of_the_same_mean_and_a_widened_variance(
    counts: list[int],
) -> None:
    mean, least = np.mean(counts), max(np.var(counts, ddof=1), np.mean(counts))
    variance = least * (1 + 1 / 8) * (stats.t.ppf(0.975, 7) / stats.norm.ppf(0.975)) ** 2
    spread = stats.nbinom(mean**2 / (variance - mean), mean / variance)
    assert next_count_limits(counts, false_alarms=0.05) == (spread.ppf(0.025), spread.isf(0.025))


def test_where_nothing_ever_came_a_single_row_is_unusual() -> None:
    assert next_count_limits([0] * 8, false_alarms=0.01) == (0, 0)
