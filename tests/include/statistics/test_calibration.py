from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from include.statistics.calibration import (
    calibration_error,
    error_by_chance,
    recalibration_intercept,
    recalibration_slope,
)
from include.statistics.clusters import clusters_of
from include.statistics.sandwich import sandwich

RNG = np.random.default_rng(11)
LOGITS = RNG.normal(-1, 1.2, 800)
CHANCE = 1 / (1 + np.exp(-LOGITS))
POSITIVE = RNG.random(800) < 1 / (1 + np.exp(-(0.3 + 0.7 * LOGITS)))
WHO = np.repeat(np.arange(160), 5)


def test_the_error_is_the_mean_gap_of_bins_of_equally_many_rows() -> None:
    tenths = pd.qcut(CHANCE, 10, labels=False)
    gaps = [abs(CHANCE[tenths == i].mean() - POSITIVE[tenths == i].mean()) * np.mean(tenths == i) for i in range(10)]
    assert calibration_error(POSITIVE, CHANCE).value() == pytest.approx(sum(gaps), abs=1e-12)


def test_its_influence_is_what_a_little_more_weight_moves() -> None:
    error = calibration_error(POSITIVE, CHANCE)
    weights = np.ones((1, 800))
    weights[0, 17] += 1e-6
    moved = (error.resampled(weights)[0] - error.value()) / 1e-6 * 800
    assert error.influence()[17] == pytest.approx(moved, rel=1e-3, abs=1e-5)


def test_chance_alone_makes_as_much_error_as_it_says() -> None:
    rng = np.random.default_rng(5)
    by_chance = [calibration_error(rng.random(800) < CHANCE, CHANCE).value() for _ in range(300)]
    assert np.mean(by_chance) == pytest.approx(error_by_chance(CHANCE), rel=0.05)


def test_slope_and_its_standard_error_are_those_of_statsmodels() -> None:
    theirs = sm.GLM(POSITIVE.astype(float), sm.add_constant(LOGITS), family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": WHO, "use_correction": False}
    )
    slope, influence = recalibration_slope(POSITIVE, CHANCE)
    ours = sandwich(slope, influence, clusters_of(WHO), confidence=0.95)
    assert slope == pytest.approx(theirs.params[1], rel=1e-6)
    assert ours.standard_error == pytest.approx(theirs.bse[1] * math.sqrt(160 / 159), rel=1e-4)


def test_intercept_and_its_standard_error_are_those_of_statsmodels() -> None:
    theirs = sm.GLM(POSITIVE.astype(float), np.ones(800), offset=LOGITS, family=sm.families.Binomial()).fit(
        cov_type="HC0"
    )
    intercept, influence = recalibration_intercept(POSITIVE, CHANCE)
    ours = sandwich(intercept, influence, clusters_of(None, rows=800), confidence=0.95)
    assert intercept == pytest.approx(theirs.params[0], rel=1e-6)
    assert ours.standard_error == pytest.approx(theirs.bse[0] * math.sqrt(800 / 799), rel=1e-4)


@pytest.mark.parametrize(
    ("positive", "chance"),
    [
        (np.ones(20, dtype=bool), np.linspace(0.1, 0.9, 20)),
        (np.arange(20) % 2 == 0, np.full(20, 0.5)),
        (np.arange(20) >= 10, np.linspace(0.1, 0.9, 20)),
    ],
)
def test_a_slope_that_does_not_exist_is_not_made_up(positive: np.ndarray, chance: np.ndarray) -> None:
    assert math.isnan(recalibration_slope(positive, chance)[0])
    assert sandwich(math.nan, np.zeros(20), clusters_of(None, rows=20), confidence=0.95).value is None


def test_no_bin_is_lost_where_one_is_too_sure_and_the_next_too_timid() -> None:
    chance = np.linspace(0.01, 0.99, 100)
    positive = np.arange(100) // 10 % 2 == 0
    gaps = [abs(chance[i : i + 10].mean() - positive[i : i + 10].mean()) for i in range(0, 100, 10)]
    assert calibration_error(positive, chance).value() == pytest.approx(np.mean(gaps))


def test_no_rows_have_no_error() -> None:
    with np.errstate(invalid="ignore"):
        assert math.isnan(calibration_error(np.empty(0, dtype=bool), np.empty(0)).value())


@pytest.mark.parametrize("is_positive", [True, False])
def test_no_intercept_makes_up_for_a_class_that_is_missing(is_positive: bool) -> None:
    intercept, influence = recalibration_intercept(np.full(20, is_positive), np.linspace(0.1, 0.9, 20))
    assert math.isnan(intercept)
    assert influence.tolist() == [0.0] * 20


def test_a_chance_of_zero_or_one_is_taken_for_the_nearest_that_has_odds() -> None:
    chance, positive = CHANCE.copy(), POSITIVE.copy()
    chance[:2], positive[:2] = (0.0, 1.0), (False, True)
    eps = np.finfo(float).eps
    logits = np.log(np.clip(chance, eps, 1 - eps)) - np.log1p(-np.clip(chance, eps, 1 - eps))
    theirs = sm.GLM(positive.astype(float), sm.add_constant(logits), family=sm.families.Binomial()).fit()
    assert recalibration_slope(positive, chance)[0] == pytest.approx(theirs.params[1], rel=1e-6)
