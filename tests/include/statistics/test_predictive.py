from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from include.statistics import predictive
from include.statistics.predictive import (
    count_limits,
    distance_threshold,
    highest_count,
    predicted_counts,
    unseen_limit,
)
from include.statistics.two_samples import anderson_darling


def test_further_samples_vary_as_both_samples_do() -> None:
    drawn = predicted_counts([500, 500], 1_000, draws=20_000, rng=np.random.default_rng(1))
    # The variance of a beta-binomial count: that of the window, and as much again of the reference.
    assert drawn[:, 0].var() == pytest.approx(stats.betabinom.var(1_000, 500, 500), rel=0.05)
    assert drawn[:, 0].var() > 1.8 * 1_000 / 4


def test_the_threshold_is_the_critical_value_that_is_known_for_large_samples() -> None:
    # Anderson & Darling 1954: 2.492 for 5 %.
    rng = np.random.default_rng(2)
    asked = {"false_alarms": 0.05, "rng": rng, "beyond": 2_000}
    assert 1_000 * distance_threshold(anderson_darling, [10**7] * 100, 1_000, **asked) == pytest.approx(2.492, rel=0.05)


def test_a_small_reference_promises_less() -> None:
    large, small = (
        distance_threshold(
            anderson_darling, [each] * 10, 500, false_alarms=0.01, rng=np.random.default_rng(3), beyond=100
        )
        for each in (100_000, 20)
    )
    assert small > 2 * large


@pytest.mark.parametrize(
    ("hits", "of", "rows"),
    [
        (0, 1_000, 50),
        (3, 1_000, 200),
        (400, 1_000, 100),
        (990, 1_000, 60),
        (20, 100, 300),
        (80, 100, 300),
        (9, 10, 30),
        (1, 10, 30),
    ],
)
def test_limits_are_those_of_fishers_exact_test(hits: int, of: int, rows: int) -> None:
    low, high = count_limits(hits, of, rows, false_alarms=0.02)

    def p(seen: int, alternative: str) -> float:
        table = [[seen, rows - seen], [hits, of - hits]]
        return float(stats.fisher_exact(table, alternative=alternative).pvalue)

    assert high == rows or p(high + 1, "greater") <= 0.01 < p(high, "greater")
    assert low == 0 or p(low - 1, "less") <= 0.01 < p(low, "less")


def test_nothing_and_everything_have_their_limits() -> None:
    assert highest_count(0, 5, 10, false_alarms=0.01) == 0
    assert highest_count(5, 0, 10, false_alarms=0.01) == 10
    assert count_limits(0, 10, 0, false_alarms=0.01) == (0, 0)


def test_unseen_values_of_a_long_tail_are_expected() -> None:
    rng = np.random.default_rng(4)
    alarms = 0
    for _ in range(200):
        names = rng.zipf(1.6, size=3_000).clip(max=10**9)
        reference, window = names[:2_500], names[2_500:]
        levels, counts = np.unique(reference, return_counts=True)
        limit = unseen_limit(int((counts == 1).sum()), int((counts == 2).sum()), 2_500, 500, false_alarms=0.01)
        alarms += int((~np.isin(window, levels)).sum()) > limit
    assert alarms <= 6


def test_every_value_of_a_column_of_names_may_be_unseen() -> None:
    assert unseen_limit(100, 0, 100, 50, false_alarms=0.01) == 50


@pytest.mark.parametrize("at_once", [7, 99, 2_000_000])
def test_the_threshold_is_the_distance_that_ten_of_ninety_nine_reach(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 99 simulated distances and a true one, each of the 100 places is as likely: ten of them are above the 90th."""
    monkeypatch.setattr(predictive, "_AT_ONCE", 2 * at_once)
    made: list[float] = []

    def below_zero(reference: object, windows: np.ndarray) -> np.ndarray:
        drawn = -1.0 - np.random.default_rng(len(made)).permutation(len(windows)) - len(made)
        made.extend(drawn.tolist())
        return drawn

    rng = np.random.default_rng(1)
    threshold = distance_threshold(below_zero, [5, 5], 10, false_alarms=0.1, rng=rng, beyond=10)
    assert len(made) == 99
    assert threshold == sorted(made)[-10]


@pytest.mark.parametrize("once", [0, 1, 5, 29, 30])
def test_where_no_value_is_known_twice_the_limit_of_unseen_ones_is_that_of_fishers_exact_test(once: int) -> None:
    limit = unseen_limit(once, 0, 30, 40, false_alarms=0.01)

    def p(seen: int) -> float:
        return float(stats.fisher_exact([[seen, 40 - seen], [once, 30 - once]], alternative="greater").pvalue)

    assert limit == 40 or p(limit + 1) <= 0.01
    assert p(limit) > 0.01


@pytest.mark.parametrize(("once", "twice"), [(3, 10), (40, 30), (200, 50)])
def test_values_that_are_known_twice_widen_the_limit_as_much_as_four_that_are_known_once(once: int, twice: int) -> None:
    mean, relative_variance = (once + 1) / 1_001, (once + 1 + 4 * twice) / (once + 1) ** 2
    a = 1 / relative_variance
    known = stats.betabinom(800, a, a / mean - a)
    assert unseen_limit(once, twice, 1_000, 800, false_alarms=0.01) == known.isf(0.01)


def test_a_value_that_was_seen_once_is_seen_again_and_one_that_was_not_is_not() -> None:
    drawn = predicted_counts([1, 0, 3], 40, draws=5_000, rng=np.random.default_rng(1))
    assert drawn.dtype.kind == "i"
    assert drawn.mean(axis=0) == pytest.approx([10, 0, 30], rel=0.05)


def test_further_samples_follow_what_is_predicted_where_that_is_not_the_reference() -> None:
    def share_of_first(reference: object, windows: np.ndarray) -> np.ndarray:
        return windows[:, 0] / windows.sum(axis=1)

    asked = {"predicted": [9e9, 1e9], "false_alarms": 0.5, "rng": np.random.default_rng(1), "beyond": 50}
    assert distance_threshold(share_of_first, [5, 5], 1_000, **asked) == pytest.approx(0.9, abs=0.01)
