"""Rises of many means at once agree with permutations and hold their false alarms far out in the tail."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from include.statistics.risen import Risen, observe_rises

Draw = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]


def rises(then: np.ndarray, now: np.ndarray) -> Risen:
    """Compare groups that are given as rows."""
    values = np.concatenate([then, now], axis=1)
    groups = np.repeat(np.arange(len(values)), values.shape[1])
    is_now = np.tile(np.arange(values.shape[1]) >= then.shape[1], len(values))
    return observe_rises(values.ravel(), groups, is_now, len(values))


def test_the_chance_is_about_that_of_all_permutations() -> None:
    rng = np.random.default_rng(7)
    for _ in range(10):
        values = rng.exponential(size=16)
        seen = rises(values[None, :9], values[None, 9:]).p_values[0]
        sums = np.array([values[list(chosen)].sum() for chosen in combinations(range(16), 7)])
        exact = np.mean(sums >= values[9:].sum() - 1e-9)
        assert seen == pytest.approx(exact, rel=0.15, abs=0.004)


@given(
    st.lists(st.floats(-50, 50), min_size=2, max_size=8),
    st.lists(st.floats(-50, 50), min_size=2, max_size=8),
    st.integers(1, 4),
)
def test_a_group_is_told_as_if_it_were_alone(then: list[float], now: list[float], others: int) -> None:
    alone = rises(np.array([then]), np.array([now]))
    beside = rises(np.array([then, *[[1.0] * len(then)] * others]), np.array([now, *[[2.0] * len(now)] * others]))
    assert beside.rise[0] == pytest.approx(float(np.mean(now) - np.mean(then)), abs=1e-9)
    assert beside.p_values[0] == pytest.approx(alone.p_values[0], rel=1e-6, abs=1e-9)
    expected = np.sqrt(np.var(then, ddof=1) / len(then) + np.var(now, ddof=1) / len(now))
    assert beside.error[0] == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(("then", "now"), [(50, 200), (200, 50), (20, 100)])
@pytest.mark.parametrize(
    "draw",
    [
        lambda rng, shape: rng.lognormal(0, 1.5, shape),
        lambda rng, shape: rng.standard_normal(shape) ** 2,
        lambda rng, shape: (rng.random(shape) < 0.05).astype(float),
    ],
    ids=["lognormal", "squared", "rare"],
)
def test_skewed_values_raise_no_more_false_alarms_than_allowed_far_out(draw: Draw, then: int, now: int) -> None:
    rng = np.random.default_rng(7)
    shapes = ((20_000, then), (20_000, now))
    of_then, of_now = (draw(rng, shape) for shape in shapes)
    asked = 1e-3
    seen = np.mean(rises(of_then, of_now).p_values <= asked)
    # Twenty are expected of 20,000; Student's t of two samples would raise ten times as many of the lognormal ones.
    assert seen <= asked + 3 * np.sqrt(asked / 20_000)


def test_a_rise_is_found_about_as_often_as_by_students_t_where_that_holds() -> None:
    rng = np.random.default_rng(7)
    then, now = rng.normal(0, 1, (2_000, 60)), rng.normal(0.7, 1, (2_000, 60))
    ours = np.mean(rises(then, now).p_values <= 1e-3)
    theirs = np.mean(stats.ttest_ind(now, then, axis=1, alternative="greater").pvalue <= 1e-3)
    assert ours == pytest.approx(theirs, abs=0.03)


def test_a_handful_of_values_is_never_surprising() -> None:
    # Two values of four: one way of six has the two largest today.
    assert rises(np.array([[0.0, 0.1]]), np.array([[1e6, 1e6]])).p_values[0] == pytest.approx(1 / 6)


def test_values_that_are_all_alike_and_groups_without_one_side_tell_nothing() -> None:
    seen = observe_rises(np.array([1.0, 1.0, 1.0, 5.0]), np.array([0, 0, 0, 1]), np.array([True, False, True, True]), 3)
    assert seen.p_values.tolist() == [1.0, 1.0, 1.0]
    assert (seen.of_then.tolist(), seen.of_now.tolist()) == ([1, 0, 0], [2, 1, 0])
    assert np.isnan(seen.rise).tolist() == [False, True, True]


@pytest.mark.parametrize(("then", "now"), [(5, 2), (4, 4), (3, 6)])
def test_the_chance_is_that_of_the_distribution_with_the_moments_of_all_permutations(then: int, now: int) -> None:
    values = np.random.default_rng(7).exponential(size=then + now)
    sums = np.array([values[list(chosen)].sum() for chosen in combinations(range(then + now), now)])
    place = (values[then:].sum() - sums.mean()) / sums.std()
    expected = max(stats.pearson3.sf(place, stats.skew(sums)), 1 / len(sums))
    assert rises(values[None, :then], values[None, then:]).p_values[0] == pytest.approx(expected, rel=1e-9)


def test_one_value_of_either_time_tells_nothing_either() -> None:
    seen = observe_rises(np.array([1.0, 9.0]), np.zeros(2, int), np.array([False, True]), 1)
    assert seen.rise.tolist() == [8.0]
    assert seen.p_values.tolist() == [1.0]
