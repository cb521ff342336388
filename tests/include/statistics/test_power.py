from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower

from include.statistics.power import rows_needed


@given(st.floats(0.05, 2), st.sampled_from([0.9, 0.95, 0.99]), st.sampled_from([0.5, 0.8, 0.9]))
def test_as_many_rows_are_needed_as_statsmodels_says(effect: float, confidence: float, power: float) -> None:
    needed = rows_needed(effect, 1 / 10, 100, confidence=confidence, power=power)
    assert needed is not None
    reached = [NormalIndPower(ddof=0).power(effect, rows, 1 - confidence, ratio=0) for rows in (needed, needed - 1)]
    assert reached[0] >= power
    assert needed < 2 or reached[1] < power + 0.001


def test_no_number_of_rows_helps_on_the_wrong_side_of_the_margin() -> None:
    assert rows_needed(0.0, 0.1, 100, confidence=0.95) is None
    assert rows_needed(-0.2, 0.1, 100, confidence=0.95) is None
