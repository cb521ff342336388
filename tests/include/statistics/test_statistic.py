from __future__ import annotations

import numpy as np
import pytest

from include.statistics.statistic import Combination
from include.statistics.sums import mean_of
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
