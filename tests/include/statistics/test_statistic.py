from __future__ import annotations

import numpy as np
import pytest

from include.statistics.median import MedianOf
from include.statistics.statistic import Combination
from include.statistics.sums import mean_of, r_squared
from tests.include.statistics.samples import EXPECTED, MADE, ROWS, Sample

pytestmark = pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
SMOOTH = sorted(MADE.keys() - {"median_absolute_error"})


@pytest.mark.parametrize("name", sorted(MADE))
@pytest.mark.parametrize("seed", range(5))
def test_the_value_is_that_of_an_independent_computation(name: str, seed: int) -> None:
    sample = Sample.of(seed)
    assert MADE[name](sample).value() == pytest.approx(EXPECTED[name](sample), abs=1e-12)


@pytest.mark.parametrize("name", sorted(MADE))
def test_weights_give_what_repeated_rows_give(name: str) -> None:
    sample = Sample.of(1)
    times = np.random.default_rng(2).multinomial(ROWS, np.full(ROWS, 1 / ROWS), size=30)
    by_weight = MADE[name](sample).resampled(times.astype(np.float64))
    by_copy = [EXPECTED[name](sample.repeated(line)) for line in times]
    assert by_weight == pytest.approx(by_copy, abs=1e-12)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_influence_is_the_change_that_a_little_more_of_a_row_makes(name: str) -> None:
    statistic = MADE[name](Sample.of(3))
    step = 1e-6
    more = statistic.resampled(np.ones((ROWS, ROWS)) + step * np.eye(ROWS))
    less = statistic.resampled(np.ones((ROWS, ROWS)) - step * np.eye(ROWS))
    influence = statistic.influence()
    assert influence is not None
    assert influence == pytest.approx((more - less) / (2 * step) * ROWS, abs=1e-5)
    assert influence.mean() == pytest.approx(0, abs=1e-9)


def test_a_median_tells_no_influence_and_so_no_difference_with_one_does() -> None:
    sample = Sample.of(4)
    median = MADE["median_absolute_error"](sample)
    assert median.influence() is None
    assert Combination([median, mean_of(sample.scores)], [1.0, -1.0]).influence() is None


@pytest.mark.parametrize("name", ["roc_auc", "average_precision"])
def test_a_ranking_without_positives_has_no_value(name: str) -> None:
    sample = Sample.of(5)
    none = (~sample.positive).astype(np.float64)[np.newaxis]
    assert np.isnan(MADE[name](sample).resampled(none)).all()


def test_r2_of_a_constant_target_is_not_defined() -> None:
    sample = Sample.of(6)
    only_one_row = np.zeros((1, ROWS))
    only_one_row[0, 3] = 5
    assert np.isnan(MADE["r2"](sample).resampled(only_one_row)).all()


def test_every_part_of_a_sum_has_its_factor() -> None:
    parts = [mean_of(np.array([1.0, 2.0]))]
    uneven = Combination(parts, [1.0, 2.0])
    for ask in (uneven.value, uneven.influence):
        with pytest.raises(ValueError, match="shorter"):
            ask()


def test_the_median_of_an_odd_number_of_rows_is_one_of_them() -> None:
    errors = np.random.default_rng(3).exponential(size=7)
    for times in np.array([[1] * 7, [0, 3, 1, 0, 2, 1, 0], [5, 0, 0, 0, 0, 0, 4]]):
        found = MedianOf(errors).resampled(times[np.newaxis].astype(np.float64))[0]
        assert found == np.median(np.repeat(errors, times))


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_r2_is_the_same_in_every_unit_and_undefined_of_a_constant_in_any(scale: float) -> None:
    sample = Sample.of(7)
    scaled = r_squared(scale * sample.numbers, scale * sample.guesses)
    assert scaled.value() == pytest.approx(EXPECTED["r2"](sample))
    alike = np.zeros((ROWS, ROWS)) + 5 * np.eye(ROWS)
    assert np.isnan(scaled.resampled(alike)).all()
    assert np.isnan(r_squared(np.full(5, scale), np.arange(5.0)).value())


def test_r2_does_not_depend_on_where_zero_is() -> None:
    sample = Sample.of(8)
    shifted = r_squared(sample.numbers + 1e7, sample.guesses + 1e7).value()
    assert shifted == pytest.approx(EXPECTED["r2"](sample), rel=1e-6)
