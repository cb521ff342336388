from __future__ import annotations

import numpy as np
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from include.statistics.clusters import clusters_of
from include.statistics.recalibration import overdispersion_of, recalibrate


def test_probabilities_that_are_right_are_left_as_they_are() -> None:
    rng = np.random.default_rng(3)
    chance = rng.beta(1, 4, 20_000)
    fitted = recalibrate(rng.random(20_000) < chance, chance, clusters_of(None, rows=20_000))
    asked = np.array([0.05, 0.2, 0.5])
    np.testing.assert_allclose(fitted.chances(asked), asked, atol=0.03)


def test_with_knots_in_one_place_it_is_the_logistic_regression_of_statsmodels() -> None:
    rng = np.random.default_rng(3)
    logits = rng.choice([-2.0, 1.0], 50_000)
    positive = rng.random(50_000) < expit(0.5 + 0.6 * logits)
    fitted = recalibrate(positive, expit(logits), clusters_of(None, rows=len(logits)))
    theirs = sm.Logit(positive.astype(float), sm.add_constant(logits)).fit(disp=0)
    # A prior of one row against 50,000.
    np.testing.assert_allclose(fitted.coefficients, theirs.params, atol=1e-3)
    np.testing.assert_allclose(fitted.root @ fitted.root.T, theirs.cov_params(), rtol=1e-2)


def test_a_crooked_map_is_followed() -> None:
    rng = np.random.default_rng(5)
    said = rng.uniform(0.01, 0.99, 60_000)
    true = expit(logit(said) + 0.4 * np.sin(2 * logit(said)))
    fitted = recalibrate(rng.random(60_000) < true, said, clusters_of(None, rows=60_000))
    assert np.abs(fitted.chances(said) - true).mean() < 0.02


@given(st.integers(0, 30), st.booleans())
def test_few_rows_of_one_class_give_chances_all_the_same(rows: int, positive: bool) -> None:
    said = np.linspace(0.1, 0.9, rows)
    fitted = recalibrate(np.full(rows, positive), said, clusters_of(None, rows=rows))
    chances = fitted.chances(np.array([0.0, 0.3, 1.0]))
    assert np.isfinite(chances).all()
    assert fitted.drawn(said, 3, np.random.default_rng(7)).shape == (3, rows)


def test_fewer_rows_leave_more_open() -> None:
    rng = np.random.default_rng(7)
    chance = rng.beta(2, 3, 10_000)
    positive = rng.random(10_000) < chance
    spreads = [
        recalibrate(positive[:n], chance[:n], clusters_of(None, rows=n)).drawn(np.array([0.4]), 400, rng).std()
        for n in (200, 10_000)
    ]
    assert spreads[0] > 3 * spreads[1]


def test_entities_that_say_the_same_ten_times_leave_more_open_than_as_many_rows() -> None:
    rng = np.random.default_rng(7)
    chance = np.repeat(rng.beta(2, 3, 300), 10)
    positive = np.repeat(rng.random(300) < chance[::10], 10)
    of_entities = clusters_of(np.repeat(np.arange(300), 10))
    alone, together = (recalibrate(positive, chance, c) for c in (clusters_of(None, rows=3_000), of_entities))
    assert together.overdispersion > 5
    asked = np.array([0.4])
    assert together.drawn(asked, 400, rng).std() > 2 * alone.drawn(asked, 400, rng).std()


def test_rows_alone_and_residuals_that_cancel_are_not_overdispersed() -> None:
    assert overdispersion_of(np.array([1.0, -2.0]), clusters_of(None, rows=2)) == 1.0
    assert overdispersion_of(np.array([1.0, -1.0]), clusters_of(np.array([0, 0]))) == 1.0
    assert overdispersion_of(np.zeros(2), clusters_of(np.array([0, 0]))) == 1.0
