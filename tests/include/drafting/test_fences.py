from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from include.drafting.fences import fence

AMOUNTS = arrays.arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e6, 1e6, allow_nan=False))


def bounds(values: np.ndarray) -> tuple[float, float, int]:
    found = fence(values)
    assert found is not None
    return found.low, found.high, found.beyond


@given(AMOUNTS)
def test_the_bulk_lies_inside_and_rows_outside_are_counted(values: np.ndarray) -> None:
    low, high, beyond = bounds(values)
    assert low <= np.median(values) <= high
    assert beyond == ((values < low) | (values > high)).sum()


@given(AMOUNTS)
@example(np.array([5e-324, 0.0]))
@example(np.array([0.0, 1e308]))
def test_where_nothing_is_negative_nothing_may_become_so(values: np.ndarray) -> None:
    assert bounds(np.abs(values))[0] >= 0


def test_a_few_negative_fares_and_one_absurd_one_are_named_and_nothing_else() -> None:
    rng = np.random.default_rng(9)
    fares = np.concatenate([2.5 + rng.gamma(1.5, 7.0, 9989), -np.arange(1.0, 11.0), [429_490.2]])
    low, high, beyond = bounds(fares)
    assert low == 0
    assert 200 < high < 2000
    assert beyond == 11


def test_many_negative_values_are_no_errors() -> None:
    rng = np.random.default_rng(10)
    low, high, beyond = bounds(rng.normal(0, 10, 5000))
    assert low < -60
    assert high > 60
    assert beyond == 0


def test_a_light_tail_gets_room_for_twice_its_range() -> None:
    assert bounds(np.tile(np.arange(17.0, 91.0), 100)) == (0.0, 250.0, 0)


def test_years_are_not_measured_from_zero() -> None:
    low, high, _ = bounds(np.repeat([2011.0, 2012.0], 500))
    assert 2000 < low < 2011
    assert 2012 < high < 2025


def test_a_column_of_nearly_only_zeros_keeps_its_few_others() -> None:
    values = np.zeros(100_000)
    values[:20] = np.arange(1, 21)
    assert bounds(values)[2] == 0


def test_missing_values_are_passed_over() -> None:
    assert fence(np.array([np.nan, np.nan])) is None
    assert bounds(np.array([1.0, 2.0, np.nan]))[2] == 0


def test_the_reason_says_what_was_seen() -> None:
    found = fence(np.concatenate([np.linspace(0, 100, 9_998), [-1.0, -2.0]]))
    assert found is not None
    assert found.because.startswith("99.9% of 10,000 values were at most 99.9")
    assert found.because.endswith("the largest 100; only 2 were negative")


def test_wrong_signs_do_not_widen_the_fence() -> None:
    values = np.concatenate([np.tile(np.arange(101.0), 100), np.full(40, -10_000.0)])
    assert bounds(values) == (0.0, 300.0, 40)
