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
