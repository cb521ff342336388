from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from include.statistics.bootstrap import resample, resamples_for
from include.statistics.clusters import Clusters, Floats, clusters_of
from include.statistics.estimate import Estimate
from include.statistics.median import MedianOf
from include.statistics.paired import RESAMPLED, STUDENTISED, _Parts, _tail_of, paired_difference
from include.statistics.ranking import RocAuc
from include.statistics.statistic import Statistic
from include.statistics.sums import mean_of, root_mean_of
from tests.include.statistics.samples import MADE, Sample
from tests.include.statistics.test_ranking import delong_variance


def gain(better: Statistic, worse: Statistic, clusters: Clusters, confidence: float = 0.95) -> Estimate:
    return paired_difference(better, worse, clusters, confidence=confidence, rng=np.random.default_rng(7))


def means(one: Floats, other: Floats, entity: Floats | None = None, confidence: float = 0.95) -> Estimate:
    return gain(mean_of(one), mean_of(other), clusters_of(entity, rows=len(one)), confidence)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_interval_is_the_paired_t_interval_or_a_little_wider(confidence: float) -> None:
    rng = np.random.default_rng(1)
    one, other = rng.normal(1, 1, 400), rng.normal(0, 1, 400)
    theirs = stats.ttest_rel(one, other).confidence_interval(confidence)
    ours = means(one, other, confidence=confidence).interval
    assert ours is not None
    assert ours.low <= theirs.low <= theirs.high <= ours.high
    assert ours.high - ours.low < 1.1 * (theirs.high - theirs.low)


def test_the_interval_of_skewed_losses_leans_as_the_bootstrap_t_does() -> None:
    rng = np.random.default_rng(14)
    gains = 1 - rng.exponential(size=150)
    drawn = gains[rng.integers(150, size=(4000, 150))]
    pivot = (drawn.mean(axis=1) - gains.mean()) / (drawn.std(axis=1, ddof=1) / np.sqrt(150))
    low = gains.mean() - np.quantile(pivot, 0.975) * gains.std(ddof=1) / np.sqrt(150)
    by_t = stats.ttest_1samp(gains, 0).confidence_interval(0.95)
    ours = means(gains, np.zeros(150)).interval
    assert ours is not None
    width = by_t.high - by_t.low
    assert low < by_t.low - 0.05 * width
    assert ours.low == pytest.approx(low, abs=0.04 * width)
    assert ours.high == pytest.approx(by_t.high, abs=0.04 * width)


def test_the_standard_error_of_a_difference_of_roc_areas_is_delongs() -> None:
    rng = np.random.default_rng(2)
    positive = rng.random(400) < 0.3
    one, other = (positive + rng.normal(size=400) for _ in range(2))
    seen = gain(RocAuc(positive, one), RocAuc(positive, other), clusters_of(None, rows=400))
    assert seen.standard_error == pytest.approx(np.sqrt(delong_variance(positive, one, other)), rel=0.02)


@pytest.mark.parametrize("name", sorted(MADE))
def test_identical_predictions_differ_by_nothing(name: str) -> None:
    sample = Sample.of(3)
    seen = gain(MADE[name](sample), MADE[name](sample), clusters_of(None, rows=40))
    assert seen.interval is not None
    assert (seen.value, seen.interval.low, seen.interval.high) == (0, 0, 0)


def test_a_difference_in_the_last_digits_is_none() -> None:
    losses = np.random.default_rng(4).exponential(size=500)
    seen = means(losses * (1 + 1e-15), losses)
    assert seen.interval is not None
    assert (seen.value, seen.interval.low, seen.interval.high) == (0, 0, 0)


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_value_lies_in_the_interval_and_turns_with_the_pair(name: str) -> None:
    one, other = MADE[name](Sample.of(5)), MADE[name](Sample.of(6))
    forth, back = (gain(*pair, clusters_of(None, rows=40)) for pair in ((one, other), (other, one)))
    assert forth.interval is not None
    assert forth.value is not None
    assert forth.interval.low <= forth.value <= forth.interval.high
    assert back.value == -forth.value
    assert back.standard_error == pytest.approx(forth.standard_error)


def test_a_plain_improvement_is_told() -> None:
    rng = np.random.default_rng(8)
    worse = rng.exponential(1.1, 2000)
    seen = means(worse, worse - 0.05 + 0.1 * rng.normal(size=2000))
    assert seen.interval is not None
    assert 0.04 < seen.interval.low < seen.interval.high < 0.06


def test_rows_of_one_entity_prove_less_than_as_many_of_different_ones() -> None:
    rng = np.random.default_rng(9)
    entity = np.repeat(np.arange(20.0), 50)
    one = np.repeat(rng.normal(0.3, 1, 20), 50) + 0.1 * rng.normal(size=1000)
    alone, together = means(one, np.zeros(1000)), means(one, np.zeros(1000), entity)
    assert alone.interval is not None
    assert together.interval is not None
    assert alone.interval.low > 0 > together.interval.low


@pytest.mark.parametrize("rows", [100, 20_000])
def test_four_rows_that_differ_prove_nothing_however_many_agree(rows: int) -> None:
    one = np.zeros(rows)
    one[:4] = 1.0
    seen = means(one, np.zeros(rows))
    assert seen.interval is not None
    assert seen.interval.low < 0


def test_a_difference_that_never_varies_needs_enough_rows_to_be_believed() -> None:
    few, many = means(np.ones(5), np.zeros(5)), means(np.ones(50), np.zeros(50))
    assert few.value == 1
    assert few.interval is None
    assert "too few" in few.problem
    assert many.interval is not None
    assert (many.interval.low, many.interval.high) == (1, 1)


def test_one_row_or_one_entity_tells_no_interval() -> None:
    assert means(np.ones(1), np.zeros(1)).interval is None
    assert means(np.arange(50.0), np.zeros(50), np.zeros(50)).interval is None
    assert means(np.empty(0), np.empty(0)).value is None


def test_what_is_not_defined_for_one_of_them_has_no_difference() -> None:
    sample = Sample.of(10)
    nobody = np.zeros(40, dtype=bool)
    seen = gain(RocAuc(nobody, sample.scores), RocAuc(nobody, sample.guesses), clusters_of(None, rows=40))
    assert (seen.value, seen.interval) == (None, None)


def test_a_perfect_rival_is_not_beaten() -> None:
    errors = np.random.default_rng(11).normal(size=200)
    seen = gain(root_mean_of(np.zeros(200)), root_mean_of(errors**2), clusters_of(None, rows=200))
    assert seen.interval is not None
    assert seen.interval.high < 0


def test_medians_are_compared_by_resampling() -> None:
    rng = np.random.default_rng(12)
    errors = np.abs(rng.normal(size=2000))
    seen = gain(MedianOf(errors), MedianOf(errors * 0.8), clusters_of(None, rows=2000))
    assert seen.interval is not None
    assert 0 < seen.interval.low < 0.2 * 0.6745 < seen.interval.high


def test_a_challenger_that_is_rarely_but_badly_wrong_is_not_taken_for_better() -> None:
    """Equal in the long run, and better on most rows: where Student's t alone promotes 6 % of the time."""
    rng = np.random.default_rng(13)
    promoted = 0
    for _ in range(400):
        badly = rng.random(200) < 0.03
        losses = np.where(badly, 0.1 * 0.97 / 0.03, -0.1) + 0.02 * rng.normal(size=200)
        interval = means(np.zeros(200), losses).interval
        assert interval is not None
        promoted += interval.low > 0
    assert promoted <= 0.025 * 400


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_a_difference_of_medians_is_bounded_by_the_farther_of_t_and_percentiles(seed: int, is_turned: bool) -> None:
    rng = np.random.default_rng(seed)
    parts = [MedianOf(np.abs(rng.exponential(size=60) ** 3)), MedianOf(np.abs(rng.normal(1, 1, size=60)))]
    parts = parts[::-1] if is_turned else parts
    clusters = clusters_of(np.repeat(np.arange(12), 5))
    seen = paired_difference(*parts, clusters, confidence=0.9, rng=np.random.default_rng(9))
    drawn = resample(parts, clusters, resamples=resamples_for(60, 0.9), rng=np.random.default_rng(9))
    differences = drawn[:, 0] - drawn[:, 1]
    value, error = parts[0].value() - parts[1].value(), differences.std(ddof=1)
    reach = np.sqrt(12 / 11) * stats.t(11).ppf(0.95)
    low, high = np.quantile(differences, stats.norm.cdf([-reach, reach]))
    assert (seen.rows, seen.clusters, seen.problem) == (60, 12, "")
    assert seen.value == pytest.approx(value)
    assert seen.standard_error == pytest.approx(error, rel=1e-12)
    assert seen.interval is not None
    assert (seen.interval.method, seen.interval.confidence) == (RESAMPLED, 0.9)
    assert seen.interval.low == pytest.approx(min(low, value - reach * error))
    assert seen.interval.high == pytest.approx(max(high, value + reach * error))


@pytest.mark.parametrize(
    ("count", "confidence", "is_sure"), [(5, 0.95, False), (6, 0.95, True), (5, 0.9375, True), (4, 0.9375, False)]
)
def test_a_difference_without_spread_is_sure_where_a_sign_test_would_be(
    count: int, confidence: float, is_sure: bool
) -> None:
    clusters = clusters_of(np.repeat(np.arange(count), 2))
    ours, theirs = mean_of(np.ones(2 * count)), mean_of(np.zeros(2 * count))
    seen = paired_difference(ours, theirs, clusters, confidence=confidence, rng=np.random.default_rng(1))
    assert (seen.value, seen.rows, seen.clusters, seen.standard_error) == (1.0, 2 * count, count, 0.0)
    if is_sure:
        assert seen.interval is not None
        assert (seen.interval.low, seen.interval.high, seen.interval.method) == (1.0, 1.0, STUDENTISED)
        assert (seen.interval.confidence, seen.problem) == (confidence, "")
    else:
        assert seen.interval is None
        assert seen.problem == f"the same in all of {count} clusters, which are too few to be sure of it"


def test_a_difference_that_cannot_be_told_says_what_it_rests_on() -> None:
    alone = paired_difference(
        mean_of(np.ones(3)),
        mean_of(np.zeros(3)),
        clusters_of(np.zeros(3)),
        confidence=0.9,
        rng=np.random.default_rng(1),
    )
    assert (alone.value, alone.rows, alone.clusters, alone.interval) == (1.0, 3, 1, None)
    assert alone.problem == "1 clusters, expected 2"
    areas = RocAuc(np.array([True] * 4), np.arange(4.0)), RocAuc(np.array([True] * 4), np.arange(4.0))
    undefined = paired_difference(*areas, clusters_of(None, rows=4), confidence=0.9, rng=np.random.default_rng(1))
    assert (undefined.value, undefined.rows, undefined.clusters) == (None, 4, 4)
    assert undefined.problem == "not defined for these rows"


def test_rows_that_stand_alone_are_resampled_as_clusters_of_one_row_are() -> None:
    sums = np.random.default_rng(15).exponential(size=300)
    sums = (sums - sums.mean()) / 300
    parts, alone = _Parts(sums, np.full(300, 1 / 300)), clusters_of(None, rows=300)
    quick, plain = (
        moments(alone, 50, np.random.default_rng(16)) for moments in (parts._moments_of_rows, parts._moments)
    )
    assert quick == pytest.approx(plain, rel=1e-9, abs=1e-15)


def test_the_standard_error_is_that_of_leaving_every_entity_out_once() -> None:
    rng = np.random.default_rng(17)
    entity = np.repeat(np.arange(5.0), [1, 2, 3, 6, 8])
    one, other = rng.normal(1, 1, 20), rng.normal(0, 1, 20)
    left_out = np.array([np.mean((one - other)[entity != who]) for who in range(5)])
    seen = means(one, other, entity)
    assert (seen.rows, seen.clusters) == (20, 5)
    assert seen.standard_error == pytest.approx(np.sqrt(4 / 5 * np.sum((left_out - np.mean(one - other)) ** 2)))


@pytest.mark.parametrize(
    ("sums", "freedom"),
    [
        ([1.0, -1.0] * 2, 3),
        ([1.0, -1.0, *[0.0] * 8], 2),
        ([1.0, 1.0, -2.0, *[0.0] * 8], 2),
        ([2.0, -2.0, 2.0, -2.0, *[0.0] * 20], 5),
        ([1.0, *[-0.1] * 10], 1),
    ],
)
def test_students_t_has_as_many_degrees_of_freedom_as_clusters_speak(sums: list[float], freedom: float) -> None:
    parts = _Parts(np.array(sums), np.full(len(sums), 1 / len(sums)))
    assert parts.student(0.95) == pytest.approx(stats.t.ppf(0.975, freedom))


@pytest.mark.parametrize(
    ("resamples", "confidence", "place"), [(999, 0.95, 20), (998, 0.95, 19), (4999, 0.99, 20), (9, 0.95, 1)]
)
def test_one_standard_error_fewer_resamples_lie_beyond_an_end_than_on_average(
    resamples: int, confidence: float, place: int
) -> None:
    assert _tail_of(resamples, confidence) == place


def test_every_resample_of_unequal_clusters_is_studentised_by_its_own_spread() -> None:
    codes = np.repeat(np.arange(6), [1, 2, 3, 4, 5, 5])
    clusters = clusters_of(codes)
    gains = np.random.default_rng(18).exponential(size=20)
    sums, sizes = clusters.sums(gains - gains.mean()) / 20, clusters.sums(np.ones(20)) / 20
    expected = []
    for times in clusters.draw(50, np.random.default_rng(19)):
        size = times @ sizes
        mean = times @ sums / size
        expected.append(mean / np.sqrt(times @ (sums - mean * sizes) ** 2 / size**2 * 6 / 5))
    found = _Parts(sums, sizes).resampled_t(clusters, 50, np.random.default_rng(19))
    assert found == pytest.approx(np.array(expected))


def test_as_many_resamples_are_drawn_as_are_asked_for_however_they_are_cut() -> None:
    gains = np.random.default_rng(20).normal(size=300)
    parts = _Parts((gains - gains.mean()) / 300, np.full(300, 1 / 300))
    assert len(parts.resampled_t(clusters_of(None, rows=300), 500, np.random.default_rng(1))) == 500


@pytest.mark.parametrize("scale", [1.0, -1.0, 1e-4, 1e4])
def test_a_resample_of_rows_that_are_alike_tells_no_t(scale: float) -> None:
    sums, alone = scale * np.array([0.3, -0.1, -0.1, -0.1]), clusters_of(None, rows=4)
    places = alone.draw_places(1000, np.random.default_rng(21))
    alike = np.all(places == 0, axis=1) | np.all(places > 0, axis=1)
    found = _Parts(sums, np.full(4, 0.25)).resampled_t(alone, 1000, np.random.default_rng(21))
    assert len(found) == 1000 - alike.sum()
    assert np.abs(found).max() < 100


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_each_end_is_the_farther_one_of_students_t_and_the_bootstraps(sign: float) -> None:
    gains = sign * np.random.default_rng(22).exponential(size=40)
    parts = _Parts((gains - gains.mean()) / 40, np.full(40, 1 / 40))
    drawn = np.sort(parts.resampled_t(clusters_of(None, rows=40), 999, np.random.default_rng(7)))
    student, error, seen = parts.student(0.95), stats.sem(gains), means(gains, np.zeros(40))
    assert seen.interval is not None
    assert seen.interval.low == pytest.approx(gains.mean() - max(student, drawn[-20]) * error)
    assert seen.interval.high == pytest.approx(gains.mean() - min(-student, drawn[19]) * error)


@pytest.mark.parametrize("scale", [1e-7, 1.0, 1e7])
def test_rounding_is_measured_by_the_numbers_that_are_compared(scale: float) -> None:
    losses = scale * np.random.default_rng(4).exponential(size=500)
    alike, apart = means(losses * (1 + 1e-15), losses), means(losses * (1 + 1e-2), losses)
    assert (alike.value, alike.standard_error) == (0, 0)
    assert apart.value == pytest.approx(0.01 * losses.mean(), rel=1e-6)
    assert apart.standard_error is not None
    assert apart.standard_error > 0


def test_a_spread_above_rounding_is_one_however_many_rows_there_are() -> None:
    noise = np.random.default_rng(23).normal(1, 0.1, 500)
    seen = means(1 + 1e-10 * noise, np.ones(500))
    assert seen.standard_error == pytest.approx(1e-11 / np.sqrt(500), rel=0.1, abs=0)


def test_medians_that_differ_alike_in_three_rows_are_not_sure() -> None:
    seen = gain(MedianOf(np.ones(3)), MedianOf(np.zeros(3)), clusters_of(None, rows=3))
    assert (seen.value, seen.interval) == (1.0, None)
    assert "too few to be sure" in seen.problem


def test_two_entities_tell_an_interval_and_one_a_difference() -> None:
    one, other = np.array([1.0, 2.0, 4.0]), np.array([0.5, 1.0, 1.0])
    assert means(one, other, np.array([0.0, 0.0, 1.0])).interval is not None
    assert means(one, other, np.zeros(3)).value == pytest.approx(1.5)


def test_two_models_that_are_perfect_on_every_row_differ_by_nothing() -> None:
    seen = means(np.zeros(30), np.zeros(30))
    assert seen.interval is not None
    assert (seen.value, seen.interval.low, seen.interval.high) == (0, 0, 0)
