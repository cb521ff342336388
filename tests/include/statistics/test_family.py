from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.statistics.family import false_alarms_of


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=30))
def test_whatever_the_weights_all_false_alarms_are_shared_out_and_nobody_goes_without(weights: list[float]) -> None:
    shares = false_alarms_of([min(weight, 1e300) for weight in weights], 0.05)
    assert shares.sum() == pytest.approx(0.05)
    assert shares.min() >= 0.05 * 0.5 / len(weights) * (1 - 1e-9)


def test_who_weighs_more_has_more() -> None:
    small, large = false_alarms_of([1, 3], 0.04)
    assert (small, large) == (pytest.approx(0.015), pytest.approx(0.025))


def test_small_weights_count_by_their_size_too_and_none_is_raised() -> None:
    assert false_alarms_of([0.1, 0.3], 0.04).tolist() == pytest.approx([0.015, 0.025])
    assert false_alarms_of([0.2, -5, 0.6, 0.2], 0.04).tolist() == pytest.approx([0.009, 0.005, 0.017, 0.009])


def test_an_infinite_weight_is_no_weight() -> None:
    assert false_alarms_of([float("inf"), 1, 3], 0.06).tolist() == pytest.approx([0.01, 0.0175, 0.0325])
