from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from include.statistics.simulation import Sample, compare_equals

COMPARISONS = 250
METRICS = ("log_loss", "roc_auc", "average_precision", "mean_absolute_error")


@pytest.mark.parametrize("entities", [None, 30])
@pytest.mark.parametrize("metric", METRICS)
def test_equal_models_are_promoted_by_one_sample_in_forty_at_most(metric: str, entities: int | None) -> None:
    tally = compare_equals(metric, rows=200, entities=entities, comparisons=COMPARISONS, seed=3)
    above = stats.binomtest(tally.promoted, COMPARISONS, 0.025, alternative="greater")
    assert above.pvalue > 0.05
    assert tally.share <= 0.05


def test_a_plain_comparison_promotes_every_other_of_them() -> None:
    tallies = [
        compare_equals(metric, rows=50, entities=10, comparisons=COMPARISONS, seed=seed)
        for seed, metric in enumerate(METRICS)
    ]
    share = sum(tally.promoted_naively for tally in tallies) / (COMPARISONS * len(METRICS))
    assert share == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("metric", ["brier_score", "accuracy", "root_mean_squared_error", "median_absolute_error"])
def test_other_metrics_promote_no_more(metric: str) -> None:
    tally = compare_equals(metric, rows=100, entities=30, comparisons=60, seed=5)
    assert tally.share <= 0.05


def test_rows_of_one_entity_share_half_of_their_noise() -> None:
    sample = Sample(20_000, 4_000, np.random.default_rng(8))
    noise, codes = sample.noise(2.0), sample.clusters.codes
    order = np.argsort(codes, kind="stable")
    neighbours = codes[order][1:] == codes[order][:-1]
    pairs = noise[order][1:][neighbours], noise[order][:-1][neighbours]
    assert noise.std() == pytest.approx(2.0, rel=0.05)
    assert np.corrcoef(*pairs)[0, 1] == pytest.approx(0.5, abs=0.05)


def test_a_simulation_comes_again_with_its_seed() -> None:
    first, second = (compare_equals("log_loss", rows=60, comparisons=20, seed=6) for _ in range(2))
    assert first == second
