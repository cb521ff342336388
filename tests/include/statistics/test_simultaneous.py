from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse, stats
from statsmodels.stats.multitest import multipletests

from include.statistics.clusters import Clusters, clusters_of
from include.statistics.simultaneous import Family, Parts, columns_of, hold_together, part_of_mean


def means(numbers: np.ndarray, clusters: Clusters | None = None, seed: int = 7) -> Family:
    """Bound the means of some columns at once."""
    rows = np.arange(len(numbers))
    clusters = clusters or clusters_of(None, rows=len(numbers))
    values = numbers.mean(axis=0)
    columns = [part_of_mean(column - column.mean(), clusters, rows) for column in numbers.T]
    parts = Parts(columns_of(columns, clusters.count))
    return hold_together(values, parts, confidence=0.95, rng=np.random.default_rng(seed))


def test_one_number_alone_has_the_interval_of_student() -> None:
    numbers = np.random.default_rng(1).normal(3, 2, (60, 1))
    family = means(numbers)
    interval = stats.ttest_1samp(numbers[:, 0], 0).confidence_interval(0.95)
    assert family.low[0] == pytest.approx(interval.low, abs=0.03)
    assert family.high[0] == pytest.approx(interval.high, abs=0.03)


def test_independent_numbers_are_adjusted_as_sidak_would() -> None:
    numbers = np.random.default_rng(2).normal(0, 1, (5_000, 6)) + np.linspace(0, 0.05, 6)
    single = stats.ttest_1samp(numbers, 0).pvalue
    assert means(numbers).p_values == pytest.approx(multipletests(single, method="sidak")[1], abs=0.02)


def test_numbers_that_move_together_cost_nothing() -> None:
    one = np.random.default_rng(3).normal(0, 1, (500, 1))
    alone, twenty = means(one), means(np.repeat(one, 20, axis=1))
    assert twenty.high[0] - twenty.low[0] == pytest.approx(alone.high[0] - alone.low[0], rel=0.02)
    independent = means(np.random.default_rng(4).normal(0, 1, (500, 20)))
    assert np.mean(independent.high - independent.low) > 1.4 * (alone.high[0] - alone.low[0])


def test_among_twenty_numbers_without_effect_any_speaks_in_one_sample_of_twenty() -> None:
    rng = np.random.default_rng(5)
    false = sum(
        bool(np.any((family.low > 0) | (family.high < 0)))
        for family in (means(rng.exponential(1, (200, 20)) - 1, seed=i) for i in range(100))
    )
    assert stats.binomtest(false, 100, 0.05, alternative="greater").pvalue > 0.01


def test_rows_of_one_entity_are_one_voice() -> None:
    rng = np.random.default_rng(6)
    numbers = np.repeat(rng.normal(0, 1, (40, 3)), 25, axis=0)
    together = means(numbers, clusters_of(np.repeat(np.arange(40), 25)))
    apart = means(numbers)
    assert np.all(together.high - together.low > 4 * (apart.high - apart.low))


def test_shared_parts_count_as_if_they_were_written_out() -> None:
    rng = np.random.default_rng(7)
    own, shared, factors = rng.normal(size=(30, 4)), rng.normal(size=(30, 2)), rng.normal(size=(4, 2))
    short = Parts(sparse.csc_array(own), shared, factors)
    long = Parts(sparse.csc_array(own + shared @ factors.T))
    assert short.products() == pytest.approx(long.products())
    assert short.fourth_powers() == pytest.approx(long.fourth_powers())


def test_a_number_without_spread_is_believed_no_more_than_its_least_error() -> None:
    parts = Parts(columns_of([(np.arange(10), np.zeros(10))], 10))
    family = hold_together(
        np.array([0.5]), parts, confidence=0.95, rng=np.random.default_rng(7), least_errors=np.array([0.1])
    )
    assert family.low[0] < 0.31
    assert family.high[0] > 0.69
