from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from include.domain.evidence import Interval
from include.statistics.unpaired import unpaired_difference


def wilson(count: int, rows: int) -> Interval:
    low, high = proportion_confint(count, rows, method="wilson")
    return Interval(low=low, high=high, confidence=0.95, method="Wilson")


def test_of_two_shares_it_is_newcombes_interval() -> None:
    theirs = confint_proportions_2indep(56, 70, 48, 80, method="newcomb", compare="diff")
    ours = unpaired_difference(56 / 70, wilson(56, 70), 48 / 80, wilson(48, 80))
    assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-6)


def test_it_holds_the_true_difference_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(2), 0
    for _ in range(400):
        sides = []
        for mean in (1.0, 0.5):
            drawn = rng.normal(mean, 1, 60)
            low, high = stats.t.interval(0.95, 59, drawn.mean(), stats.sem(drawn))
            sides += [float(drawn.mean()), Interval(low=low, high=high, confidence=0.95, method="t")]
        found = unpaired_difference(*sides)  # type: ignore[arg-type]
        held += found.low <= 0.5 <= found.high
    assert 0.92 < held / 400 < 0.98
