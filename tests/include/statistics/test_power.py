from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.power import NormalIndPower, TTestPower

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


@pytest.mark.parametrize("rows", [6, 10, 20, 60, 300])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_the_reach_of_students_t_asks_for_the_rows_of_the_t_test(rows: int, confidence: float) -> None:
    effect = TTestPower().solve_power(nobs=rows, alpha=1 - confidence, power=0.8)
    reach = stats.t.ppf((1 + confidence) / 2, rows - 1)
    needed = rows_needed(effect, rows**-0.5, rows, confidence=confidence, reach=reach)
    assert needed == pytest.approx(rows, rel=0.05, abs=1)


def test_an_interval_that_reaches_farther_asks_for_more_rows_but_less_and_less_so() -> None:
    def ratio(rows: int) -> float:
        wide, normal = (rows_needed(rows**-0.5, 0.1, 100, confidence=0.95, reach=reach) or 0 for reach in (2.5, None))
        return wide / normal

    assert ratio(100) > ratio(400) > ratio(10_000) > 1
    assert ratio(10_000) == pytest.approx(1, abs=0.1)


def test_what_never_varies_needs_no_more_rows() -> None:
    assert rows_needed(0.1, 0.0, 100, confidence=0.95) == 0


@pytest.mark.parametrize("confidence", [0.9, 0.95])
@pytest.mark.parametrize("power", [0.3, 0.8, 0.95])
@pytest.mark.parametrize("reach", [2.2, 3.0])
def test_the_rows_solve_the_equation_of_the_noncentral_t(confidence: float, power: float, reach: float) -> None:
    level, spare = stats.norm.ppf([(1 + confidence) / 2, power])
    # Cornish & Fisher: t = z + (z³ + z) / (4 freedom); Johnson & Welch: its noncentral counterpart is that uncertain.
    freedom = (level**3 + level) / (4 * (reach - level))
    uncertain = (1 + reach**2 / (2 * freedom)) ** 0.5
    more = reach - level + max(spare, 0) * (uncertain - 1)
    root = optimize.brentq(lambda x: x * 2.0 - (level + spare) - more / x, 1e-9, 100)
    needed = rows_needed(2.0, 1.0, 10**12, confidence=confidence, reach=reach, power=power)
    assert needed == pytest.approx(10**12 * root**2, rel=1e-9)
