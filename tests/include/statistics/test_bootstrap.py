from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from include.statistics.bootstrap import METHOD, estimate_all, resamples_for
from include.statistics.clusters import Clusters, Floats, clusters_of
from include.statistics.estimate import Estimate
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
