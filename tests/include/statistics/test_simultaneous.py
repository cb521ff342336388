from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse, stats
from statsmodels.stats.multitest import multipletests

from include.statistics.clusters import Clusters, clusters_of
from include.statistics.simultaneous import (
    Family,
    Parts,
    _freedom,
    _largest_deviations,
    columns_of,
    hold_together,
    part_of_mean,
)


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


def test_many_clusters_are_counted_in_pieces_and_none_is_left_out() -> None:
    count = 700_000
    own = sparse.csc_array((count, 5))
    parts = Parts(own, np.full((count, 1), 0.5), np.arange(5.0)[:, np.newaxis])
    assert parts.fourth_powers() == pytest.approx(count * (np.arange(5.0) / 2) ** 4)


def test_as_many_degrees_of_freedom_as_clusters_speak_for_a_number() -> None:
    columns = np.zeros((6, 4))
    columns[:4, 0], columns[0, 1], columns[:2, 2] = 0.5, 3.0, (0.5, -0.5)
    squares, fourth_powers = (np.sum(columns**power, axis=0) for power in (2, 4))
    assert _freedom(squares, fourth_powers).tolist() == [5.0, 1.0, 2.0, np.inf]


@pytest.mark.parametrize(("numbers", "draws"), [(1, 9_999), (60, 5_555), (100, 2_000), (200, 1_999)])
def test_fewer_draws_are_made_of_more_numbers(numbers: int, draws: int) -> None:
    drawn = _largest_deviations(np.eye(numbers), np.random.default_rng(1))
    assert len(drawn) == draws
    assert np.all(np.diff(drawn) >= 0)


def test_no_columns_are_an_array_without_columns_and_empty_rows_are_kept() -> None:
    assert columns_of([], 3).shape == (3, 0)
    some = columns_of([(np.array([1]), np.array([5.0])), (np.array([], dtype=np.intp), np.array([]))], 3)
    assert some.toarray().tolist() == [[0.0, 0.0], [5.0, 0.0], [0.0, 0.0]]


def test_parts_are_what_leaving_a_cluster_out_moves() -> None:
    rng = np.random.default_rng(8)
    codes, rows = np.repeat(np.arange(7), [2, 3, 1, 4, 6, 2, 2]), np.arange(3, 20)
    values = rng.normal(size=17)
    places, parts = part_of_mean(values - values.mean(), clusters_of(codes), rows)
    assert places.tolist() == [1, 2, 3, 4, 5, 6]
    left_out = np.array([values[codes[rows] != place].mean() for place in places])
    assert np.sum(parts**2) == pytest.approx(5 / 6 * np.sum((left_out - values.mean()) ** 2))


def test_intervals_and_p_values_follow_from_the_largest_deviations() -> None:
    rng = np.random.default_rng(9)
    own = rng.normal(size=(30, 3))
    parts, values = Parts(sparse.csc_array(own)), np.array([1.0, 9.0, 14.0])
    family = hold_together(values, parts, confidence=0.9, rng=np.random.default_rng(10))
    highest = _largest_deviations(parts.products(), np.random.default_rng(10))
    errors = np.sqrt(np.sum(own**2, axis=0))
    freedom = 1.5 * np.sum(own**2, axis=0) ** 2 / np.sum(own**4, axis=0) - 1
    reach = highest[int(np.ceil(0.9 * 10_000)) - 1]
    widths = stats.t.ppf(stats.norm.cdf(reach), freedom) * errors
    assert family.values.tolist() == values.tolist()
    assert family.confidence == 0.9
    assert family.low == pytest.approx(values - widths)
    assert family.high == pytest.approx(values + widths)
    single = stats.t.sf(values / errors, freedom)
    rarer = [(1 + np.sum(highest >= stats.norm.isf(p))) / 10_000 for p in single]
    assert family.p_values == pytest.approx(np.maximum(rarer, 2 * single))


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_the_quantile_counts_the_draw_that_it_would_be_itself(confidence: float) -> None:
    parts = Parts(sparse.csc_array(np.tile([[1.0, 1.0], [1.0, -1.0]], (100, 1))))
    family = hold_together(np.zeros(2), parts, confidence=confidence, rng=np.random.default_rng(3))
    highest = _largest_deviations(parts.products(), np.random.default_rng(3))
    reach = highest[round(10_000 * confidence) - 1]
    assert family.high == pytest.approx(stats.t.ppf(stats.norm.cdf(reach), 299) * np.sqrt(200))


def test_one_number_alone_is_no_rarer_than_students_t_has_it() -> None:
    parts = Parts(sparse.csc_array(np.tile([[1.0], [-1.0]], (10, 1))))
    for seed in range(4):
        family = hold_together(np.array([9.0]), parts, confidence=0.95, rng=np.random.default_rng(seed))
        single = 2 * stats.t.sf(9 / np.sqrt(20), 29)
        assert family.p_values[0] == pytest.approx(single, rel=0.25)
        assert family.p_values[0] >= single


def test_what_is_zero_speaks_for_nothing_whether_it_varies_or_not() -> None:
    parts = Parts(sparse.csc_array([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]]))
    family = hold_together(np.array([0.0, 0.0, 1.0]), parts, confidence=0.95, rng=np.random.default_rng(2))
    assert family.p_values.tolist() == [1.0, 1.0, pytest.approx(1 / 10_000)]
    assert (family.low[1], family.high[1], family.low[2], family.high[2]) == (0, 0, 1, 1)


def test_of_numbers_that_never_vary_nothing_is_drawn_and_none_is_told_from_zero() -> None:
    family = hold_together(
        np.array([9.0]),
        Parts(sparse.csc_array((10, 1))),
        confidence=0.95,
        rng=np.random.default_rng(7),
        least_errors=np.array([0.1]),
    )
    assert family.p_values.tolist() == [0.5]
