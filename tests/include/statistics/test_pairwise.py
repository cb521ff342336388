from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse, stats

from include.statistics.clusters import clusters_of
from include.statistics.pairwise import Grouped, largest_difference
from include.statistics.simultaneous import columns_of, part_of_mean

SAMPLES = 150


def bounds(rates: list[float], sizes: list[int], rng: np.random.Generator) -> tuple[float, float]:
    """Draw groups of those rates and bound the largest difference."""
    groups = np.repeat(np.arange(len(sizes)), sizes)
    hit = (rng.random(len(groups)) < np.array(rates)[groups]).astype(float)
    clusters = clusters_of(None, rows=len(groups))
    rows = [np.flatnonzero(groups == group) for group in range(len(sizes))]
    values = np.array([hit[own].mean() for own in rows])
    parts = [part_of_mean(hit[own] - hit[own].mean(), clusters, own) for own in rows]
    grouped = Grouped(values, columns_of(parts, len(groups)), np.zeros(len(sizes)))
    return largest_difference([grouped], confidence=0.95, rng=rng)


@pytest.mark.parametrize("rates", [[0.3] * 4, [0.3, 0.3, 0.3, 0.4], [0.1, 0.2, 0.3, 0.4], [0.3, 0.3, 0.31, 0.3]])
def test_the_largest_true_difference_is_in_the_interval(rates: list[float]) -> None:
    rng = np.random.default_rng(7)
    found = [bounds(rates, [200, 150, 100, 60], rng) for _ in range(SAMPLES)]
    truth = max(rates) - min(rates)
    inside = sum(low <= truth <= high for low, high in found)
    assert stats.binomtest(inside, SAMPLES, 0.95, alternative="less").pvalue > 0.01


def test_groups_that_are_alike_are_not_told_apart_as_percentiles_of_the_maximum_would() -> None:
    rng = np.random.default_rng(8)
    denied = sum(bounds([0.3] * 4, [200, 150, 100, 60], rng)[0] > 0 for _ in range(SAMPLES))
    assert denied <= 0.05 * SAMPLES + 5
    resampled = np.ptp(rng.binomial(200, rng.binomial(200, 0.3, 4) / 200, (1_000, 4)) / 200, axis=1)
    assert np.quantile(resampled, 0.025) > 0


def test_two_groups_have_the_interval_of_their_difference() -> None:
    rng = np.random.default_rng(9)
    low, high = bounds([0.2, 0.5], [400, 300], rng)
    rng = np.random.default_rng(9)
    hit = rng.random(700) < np.repeat([0.2, 0.5], [400, 300])
    expected = stats.ttest_ind(hit[400:].astype(float), hit[:400].astype(float), equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert (low, high) == pytest.approx((interval.low, interval.high), abs=0.004)


@pytest.mark.parametrize("rates", [(0.5, 0.3), (0.3, 0.5)])
def test_groups_that_rise_and_fall_together_are_told_apart_by_their_difference(rates: tuple[float, float]) -> None:
    moves = sparse.csc_array(np.repeat(np.random.default_rng(10).normal(size=(50, 1)), 2, axis=1))
    together = Grouped(np.array(rates), moves, np.zeros(2))
    found = largest_difference([together], confidence=0.95, rng=np.random.default_rng(7))
    assert found == pytest.approx((0.2, 0.2))


def test_no_difference_is_surer_than_the_least_errors_of_its_two_groups() -> None:
    for values, surely in (((0.9, 0.3), 0.6), ((0.3, 0.9), 0.6), ((0.3, 0.3), 0.0)):
        silent = Grouped(np.array(values), sparse.csc_array((50, 2)), np.array([0.03, 0.04]))
        low, high = largest_difference([silent], confidence=0.95, rng=np.random.default_rng(7))
        reach = stats.norm.ppf(0.975) * 0.05
        assert (low, high) == pytest.approx((max(surely - reach, 0.0), surely + reach))
