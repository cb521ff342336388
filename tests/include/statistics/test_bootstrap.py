from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from include.statistics.bootstrap import METHOD, acceleration, bca_levels, estimate_all, resample, resamples_for
from include.statistics.clusters import Clusters, Floats, clusters_of
from include.statistics.estimate import Estimate
from include.statistics.median import MedianOf
from include.statistics.ranking import RocAuc
from include.statistics.statistic import Statistic
from include.statistics.sums import mean_of
from tests.include.statistics.samples import MADE, Sample


def estimate(statistic: Statistic, clusters: Clusters, confidence: float = 0.95, seed: int = 7) -> Estimate:
    return estimate_all([statistic], clusters, confidence=confidence, rng=np.random.default_rng(seed))[0]


def area_by_ranks(positive: Floats, scores: Floats) -> float:
    """Mann & Whitney's U over the number of pairs."""
    count = positive.sum()
    ranks = stats.rankdata(scores)[positive.astype(bool)].sum()
    return float((ranks - count * (count + 1) / 2) / (count * (len(positive) - count)))


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_interval_of_a_skewed_mean_is_the_one_of_scipy(confidence: float) -> None:
    values = np.random.default_rng(1).lognormal(size=300)
    theirs = stats.bootstrap((values,), np.mean, confidence_level=confidence, rng=2).confidence_interval
    ours = estimate(mean_of(values), clusters_of(None, rows=300), confidence).interval
    assert ours is not None
    width = theirs.high - theirs.low
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.1 * width)
    assert (ours.confidence, ours.method) == (confidence, METHOD)


def test_the_interval_of_a_roc_area_is_the_one_of_scipy() -> None:
    sample = Sample.of(3, rows=250)
    theirs = stats.bootstrap(
        (sample.positive, sample.scores),
        area_by_ranks,
        paired=True,
        vectorized=False,
        n_resamples=2000,
        rng=4,
    ).confidence_interval
    ours = estimate(RocAuc(sample.positive, sample.scores), clusters_of(None, rows=250)).interval
    assert ours is not None
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.1 * (theirs.high - theirs.low))


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        entity = rng.integers(0, 40, 200)
        values = rng.exponential(size=40)[entity] + rng.normal(size=200)
        interval = estimate(mean_of(values), clusters_of(entity), seed=int(rng.integers(2**32))).interval
        assert interval is not None
        held += interval.low <= 1 <= interval.high
    assert 0.9 <= held / 200 <= 0.99


def test_rows_of_one_entity_do_not_count_as_many() -> None:
    rng = np.random.default_rng(6)
    entity = np.repeat(np.arange(30), 20)
    values = rng.normal(size=30)[entity] + 0.01 * rng.normal(size=600)
    alone = estimate(mean_of(values), clusters_of(None, rows=600)).interval
    together = estimate(mean_of(values), clusters_of(entity)).interval
    assert alone is not None
    assert together is not None
    assert together.high - together.low == pytest.approx((alone.high - alone.low) * np.sqrt(20), rel=0.25)


@pytest.mark.parametrize("name", sorted(MADE))
def test_every_interval_contains_its_value_and_comes_again_with_its_seed(name: str) -> None:
    statistic = MADE[name](Sample.of(8, rows=60))
    seen = estimate(statistic, clusters_of(None, rows=60))
    assert seen.interval is not None
    assert seen.value is not None
    assert seen.interval.low <= seen.value <= seen.interval.high
    assert seen == estimate(statistic, clusters_of(None, rows=60))


def test_what_tells_no_spread_has_no_interval() -> None:
    alike = estimate(mean_of(np.ones(50)), clusters_of(None, rows=50))
    one_entity = estimate(mean_of(np.arange(50.0)), clusters_of(np.zeros(50)))
    assert (alike.value, alike.interval) == (1.0, None)
    assert "no spread" in alike.problem
    assert (one_entity.value, one_entity.interval) == (24.5, None)


def test_a_class_so_rare_that_resamples_miss_it_gives_no_interval() -> None:
    positive = np.arange(50) == 0
    seen = estimate(RocAuc(positive, np.arange(50.0)), clusters_of(None, rows=50))
    assert seen.value == 0
    assert seen.interval is None
    assert "too rare" in seen.problem


def test_no_rows_have_no_value() -> None:
    seen = estimate(mean_of(np.empty(0)), clusters_of(None, rows=0))
    assert (seen.value, seen.interval) == (None, None)
    assert estimate_all([], clusters_of(None, rows=5), confidence=0.95, rng=np.random.default_rng(1)) == []


def test_more_confidence_takes_more_resamples_and_many_rows_take_fewer() -> None:
    assert resamples_for(1_000, 0.99) > resamples_for(1_000, 0.95) > resamples_for(10_000_000, 0.95) >= 399


def test_an_estimate_says_what_it_rests_on() -> None:
    entity = np.repeat(np.arange(50), 4)
    values = np.random.default_rng(3).normal(size=50)[entity]
    seen = estimate(mean_of(values), clusters_of(entity))
    assert (seen.rows, seen.clusters, seen.problem) == (200, 50, "")
    # The standard error of a mean of 50 values, as they come, four alike.
    assert seen.standard_error == pytest.approx(values[::4].std() / np.sqrt(50), rel=0.1)


def test_numbers_without_an_interval_say_why_and_what_they_rest_on() -> None:
    entity = np.array([0, 0, 0])
    alone = estimate(mean_of(np.array([1.0, 2.0, 3.0])), clusters_of(entity))
    assert (alone.value, alone.rows, alone.clusters, alone.interval) == (2.0, 3, 1, None)
    assert alone.problem == "1 clusters tell no spread"
    two = estimate(mean_of(np.array([1.0, 2.0, 3.0])), clusters_of(np.array([0, 0, 1])))
    assert two.interval is not None
    same = estimate(mean_of(np.full(6, 4.0)), clusters_of(np.array([0, 0, 1, 1, 2, 2])))
    assert (same.value, same.rows, same.clusters, same.interval) == (4.0, 6, 3, None)
    assert same.problem == "the same in every resample: no spread to tell an interval from"
    positive = np.array([True] * 8)
    undefined = estimate(RocAuc(positive, np.arange(8.0)), clusters_of(np.repeat(np.arange(4), 2)))
    assert (undefined.value, undefined.rows, undefined.clusters) == (None, 8, 4)
    assert undefined.problem == "not defined for these rows"


def test_a_class_that_is_lost_in_many_resamples_is_counted() -> None:
    positive = np.array([True, *[False] * 19])
    lost = estimate(RocAuc(positive, np.arange(20.0)), clusters_of(np.repeat(np.arange(10), 2)))
    assert (lost.value, lost.rows, lost.clusters, lost.interval) == (0.0, 20, 10, None)
    missing, whole = (int(word) for word in lost.problem.split() if word.isdigit())
    assert lost.problem == f"not defined in {missing} of {whole} resamples: a class is too rare"
    assert whole == resamples_for(20, 0.95)
    # A cluster of ten is left out of (9 / 10) ** 10 of the resamples.
    assert missing / whole == pytest.approx(0.9**10, abs=0.05)


def test_resamples_are_as_many_as_asked_for_however_they_are_cut() -> None:
    for rows, wanted in ((7, 30), (300_000, 3), (100_000, 5)):
        clusters = clusters_of(None, rows=rows)
        drawn = resample([mean_of(np.ones(rows))], clusters, resamples=wanted, rng=np.random.default_rng(1))
        assert drawn.shape == (wanted, 1)
        assert drawn == pytest.approx(np.ones((wanted, 1)))


def test_the_acceleration_is_a_sixth_of_the_skewness_of_the_influences() -> None:
    influence = np.random.default_rng(2).exponential(size=80) - 1.0
    influence -= influence.mean()
    assert acceleration(influence) == pytest.approx(stats.skew(influence) / (6 * np.sqrt(80)))
    assert acceleration(0.01 * influence) == pytest.approx(acceleration(influence))
    assert acceleration(np.zeros(5)) == 0.0


def test_levels_are_those_of_efron_widened_by_hesterberg() -> None:
    rng = np.random.default_rng(4)
    drawn, value, skew = np.round(rng.normal(0.3, 1, 999), 1), 0.4, 0.05
    bias = stats.norm.ppf((np.sum(drawn < value) + np.sum(drawn == value) / 2) / 999)
    reach = np.sqrt(8 / 7) * stats.t(7).ppf(0.95)
    expected = [stats.norm.cdf(bias + (bias + z) / (1 - skew * (bias + z))) for z in (-reach, reach)]
    assert bca_levels(drawn, value, skew, clusters=8, confidence=0.9) == pytest.approx(expected)


@pytest.mark.parametrize(("value", "level"), [(-9.0, 1 / 1000), (9.0, 999 / 1000)])
def test_a_value_beyond_all_resamples_is_as_biased_as_they_can_tell(value: float, level: float) -> None:
    drawn = np.random.default_rng(5).normal(size=999)
    bias = stats.norm.ppf(level)
    reach = np.sqrt(30 / 29) * stats.t(29).ppf(0.975)
    expected = stats.norm.cdf([2 * bias - reach, 2 * bias + reach])
    assert bca_levels(drawn, value, 0.0, clusters=30, confidence=0.95) == pytest.approx(expected)


def test_the_median_has_the_interval_without_acceleration_for_it_tells_no_influence() -> None:
    errors = np.random.default_rng(9).exponential(size=50)
    clusters = clusters_of(None, rows=50)
    seen = estimate(MedianOf(errors), clusters)
    drawn = resample([MedianOf(errors)], clusters, resamples=999, rng=np.random.default_rng(7))[:, 0]
    levels = bca_levels(drawn, float(np.median(errors)), 0.0, clusters=50, confidence=0.95)
    assert seen.interval is not None
    assert (seen.interval.low, seen.interval.high) == pytest.approx(tuple(np.quantile(drawn, levels)))
    assert seen.standard_error == pytest.approx(drawn.std(ddof=1), rel=1e-9)


@pytest.mark.parametrize(
    ("rows", "confidence", "resamples"), [(5_000, 0.95, 999), (300_001, 0.95, 665), (9, 0.99, 4999)]
)
def test_resamples_are_one_fewer_than_a_round_number(rows: int, confidence: float, resamples: int) -> None:
    found = resamples_for(rows, confidence)
    assert (found, type(found)) == (resamples, int)


def test_spread_is_measured_by_the_numbers_themselves() -> None:
    clusters = clusters_of(None, rows=30)
    assert estimate(mean_of(np.zeros(30)), clusters).interval is None
    assert estimate(mean_of(1e-8 * np.random.default_rng(1).normal(5, 1, 30)), clusters).interval is not None
