from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from include.statistics.proportion import exact_interval


@given(st.integers(1, 3_000), st.floats(0, 1), st.sampled_from([0.8, 0.95, 0.99]))
def test_it_is_the_interval_of_scipy_and_statsmodels(trials: int, share: float, confidence: float) -> None:
    successes = round(share * trials)
    ours = exact_interval(successes, trials, confidence=confidence)
    theirs = binomtest(successes, trials).proportion_ci(confidence, method="exact")
    assert ours == pytest.approx((theirs.low, theirs.high), abs=1e-6)
    others = proportion_confint(successes, trials, alpha=1 - confidence, method="beta")
    assert ours == pytest.approx(others, abs=1e-9)


def test_it_covers_at_least_as_often_as_it_says() -> None:
    from scipy.stats import binom

    trials, share = 40, 0.05
    covers = [low <= share <= high for low, high in (exact_interval(k, trials, confidence=0.95) for k in range(41))]
    assert sum(binom.pmf(k, trials, share) for k in range(41) if covers[k]) >= 0.95
