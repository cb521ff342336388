from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
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


def natural_splines(x: NDArray[np.float64], knots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a basis of the splines through the knots that are straight beyond them, by interpolation."""
    inside = np.clip(x, knots[0], knots[-1])
    columns = []
    for values in np.eye(len(knots)):
        spline = CubicSpline(knots, values, bc_type="natural")
        columns.append(spline(inside) + spline(inside, 1) * (x - inside))
    return np.stack(columns, axis=1)


def test_with_many_rows_it_is_the_likeliest_natural_spline() -> None:
    rng = np.random.default_rng(5)
    said = rng.beta(1, 2, 50_000)
    positive = rng.random(50_000) < expit(logit(said) + 0.5 * np.sin(logit(said)))
    fitted = recalibrate(positive, said, clusters_of(None, rows=50_000))
    assert len(fitted.knots) == 6
    theirs = sm.Logit(positive.astype(float), natural_splines(logit(said), fitted.knots)).fit(disp=0)
    asked = np.array([0.001, 0.02, 0.1, 0.3, 0.6, 0.9, 0.99])
    expected = expit(natural_splines(logit(asked), fitted.knots) @ theirs.params)
    # A prior of one row beside 50,000 draws a little towards what was said.
    np.testing.assert_allclose(fitted.chances(asked), expected, atol=0.004)


def test_between_two_knots_lie_rows_that_tell_as_much_as_between_any_other_two() -> None:
    said = np.random.default_rng(5).beta(1, 4, 5_000)
    knots = recalibrate(said > 0.5, said, clusters_of(None, rows=5_000)).knots
    told = said * (1 - said)
    below = [told[logit(said) <= knot + 1e-6].sum() / told.sum() for knot in knots]
    np.testing.assert_allclose(below, [0.05, 0.23, 0.41, 0.59, 0.77, 0.95], atol=1e-3)


def test_rows_in_clusters_have_the_covariance_that_statsmodels_gives_them() -> None:
    rng = np.random.default_rng(3)
    logits = rng.choice([-2.0, 1.0], 8_000)
    whose = np.repeat(np.arange(2_000), 4)
    positive = rng.random(8_000) < expit(0.6 * logits + rng.normal(size=2_000)[whose])
    fitted = recalibrate(positive, expit(logits), clusters_of(whose))
    model = sm.Logit(positive.astype(float), sm.add_constant(logits))
    theirs = model.fit(disp=0, cov_type="cluster", cov_kwds={"groups": whose})
    np.testing.assert_allclose(fitted.root @ fitted.root.T, theirs.cov_params(), rtol=0.01)


def restricted_cubic_splines(x: NDArray[np.float64], knots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Harrell's columns: natural splines that begin at a knot as cubes over the squared width of all knots."""
    columns = [np.ones(len(x)), x]
    for start in knots[:-2]:
        places = np.append(knots[:-1], (knots[-3] + knots[-2]) / 2)
        cubes = np.maximum(places - start, 0) ** 3 / (knots[-1] - knots[0]) ** 2
        columns.append(natural_splines(x, knots) @ np.linalg.solve(natural_splines(places, knots), cubes))
    return np.stack(columns, axis=1)


@pytest.mark.parametrize(
    ("logits", "knots"), [([-1, 1], 2), ([-2, 0, 1], 3), ([-3, -1, 0, 2], 4), (np.linspace(-3, 2, 10), 6)]
)
def test_few_rows_are_drawn_towards_what_was_said_by_a_normal_prior(logits: list[float], knots: int) -> None:
    said = np.repeat(np.array(logits, dtype=np.float64), 4)
    positive = np.resize([True, False, True, True, False], len(said))
    fitted = recalibrate(positive, expit(said), clusters_of(None, rows=len(said)))
    assert len(fitted.knots) == knots
    design = restricted_cubic_splines(said, fitted.knots) if knots > 2 else sm.add_constant(said)
    chances = expit(design @ fitted.coefficients)
    trusted = np.eye(design.shape[1])[1]
    # At the maximum of the posterior the pull of the rows is that of the prior.
    np.testing.assert_allclose(design.T @ (positive - chances), fitted.coefficients - trusted, atol=1e-5)
    information = design.T @ (design * (chances * (1 - chances))[:, None]) + np.eye(len(trusted))
    np.testing.assert_allclose(fitted.root @ fitted.root.T, np.linalg.inv(information), atol=1e-5)
    assert fitted.rows == len(said)


@pytest.mark.parametrize("entities", [2, 3, 8])
def test_the_prior_speaks_in_the_covariance_of_few_entities_as_well(entities: int) -> None:
    said, positive = np.resize([-1.0, 1.0, 1.0], 16), np.resize([True, False, True, True, False], 16)
    whose = np.arange(16) % entities
    fitted = recalibrate(positive, expit(said), clusters_of(whose))
    design = sm.add_constant(said)
    chances = expit(design @ fitted.coefficients)
    bread = np.linalg.inv(design.T @ (design * (chances * (1 - chances))[:, None]) + np.eye(2))
    scores = np.stack([(design * (positive - chances)[:, None])[whose == one].sum(axis=0) for one in range(entities)])
    meat = entities / (entities - 1) * scores.T @ scores + np.eye(2)
    np.testing.assert_allclose(fitted.root @ fitted.root.T, bread @ meat @ bread, atol=1e-8)


def test_rows_that_are_all_of_one_entity_have_the_covariance_of_rows() -> None:
    said, positive = np.resize([0.2, 0.6], 16), np.resize([True, False, True], 16)
    together, alone = (recalibrate(positive, said, c) for c in (clusters_of(np.zeros(16)), clusters_of(None, rows=16)))
    np.testing.assert_allclose(together.root @ together.root.T, alone.root @ alone.root.T, atol=1e-12)


def test_what_is_said_to_be_sure_is_a_matter_of_one_in_a_million() -> None:
    said = np.repeat([0.0, 1.0], [30, 70])
    fitted = recalibrate(said > 0.5, said, clusters_of(None, rows=100))
    np.testing.assert_allclose(fitted.knots, logit([1e-6, 1 - 1e-6]), atol=1e-6)
    assert fitted.chances(np.array([0.0, 1.0])).tolist() == fitted.chances(np.array([1e-6, 1 - 1e-6])).tolist()
    assert fitted.chances(np.array([0.0]))[0] > 0


def test_what_other_labelled_rows_would_have_given_varies_as_the_covariance_says() -> None:
    logits, positive = np.array([-1.0, -1.0, 1.0, 1.0]), np.array([False, True, True, True])
    fitted = recalibrate(positive, expit(logits), clusters_of(None, rows=4))
    drawn = logit(fitted.drawn(expit(np.array([-3.0, 2.0])), 20_000, np.random.default_rng(7)))
    asked = np.array([[1.0, -3.0], [1.0, 2.0]])
    np.testing.assert_allclose(drawn.mean(axis=0), asked @ fitted.coefficients, atol=0.05)
    np.testing.assert_allclose(np.cov(drawn.T), asked @ fitted.root @ fitted.root.T @ asked.T, rtol=0.05)


def test_overdispersion_is_what_sums_of_entities_vary_more_than_rows() -> None:
    pairs = clusters_of(np.array([0, 0, 1, 1]))
    assert overdispersion_of(np.array([2.0, 1.0, 1.0, 3.0]), pairs) == (3**2 + 4**2) / (4 + 1 + 1 + 9)
    assert overdispersion_of(np.array([0.2, 0.1, 0.1, 0.3]), pairs) == pytest.approx(25 / 15)


def test_residuals_that_are_no_numbers_tell_of_no_overdispersion() -> None:
    assert overdispersion_of(np.array([1.0, np.nan]), clusters_of(np.array([0, 0]))) == 1.0


def test_without_rows_the_map_leaves_everything_as_it_is() -> None:
    fitted = recalibrate(np.zeros(0, dtype=bool), np.zeros(0), clusters_of(None, rows=0))
    assert (fitted.knots.tolist(), fitted.coefficients.tolist()) == ([0.0], [0.0, 1.0])
