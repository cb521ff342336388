from __future__ import annotations

import pytest
from scipy import stats

from include.bench.comparisons import Setting, Tally, compare_again, spec_for
from include.bench.pairs import Blur, equally_good

SIGHT = Blur(1.0)
METRICS = ("log_loss", "roc_auc", "average_precision", "mean_absolute_error")


@pytest.mark.parametrize("metric", METRICS)
def test_equal_models_are_rarely_promoted_and_a_plain_comparison_promotes_every_other(metric: str) -> None:
    challenger = equally_good(metric, SIGHT, outliers=0.1)
    tally = Tally()
    for entities in (None, 20):
        setting = Setting(kind="unlike", metric=metric, rows=200, entities=entities)
        tally += compare_again(setting, challenger, SIGHT, comparisons=30)
    assert stats.binomtest(tally.promoted, 60, 0.05, alternative="greater").pvalue > 0.05
    assert tally.promoted_naively / 60 == pytest.approx(0.5, abs=0.2)


@pytest.mark.parametrize("metric", ["brier_score", "accuracy", "root_mean_squared_error", "median_absolute_error"])
def test_other_metrics_promote_no_more(metric: str) -> None:
    setting = Setting(kind="alike", metric=metric, rows=100, entities=30)
    assert compare_again(setting, SIGHT, SIGHT, comparisons=40).promoted <= 4


def test_a_better_model_is_promoted_and_a_worse_one_is_not() -> None:
    setting = Setting(kind="better", metric="mean_absolute_error", rows=400)
    assert compare_again(setting, Blur(0.1), Blur(2.0), comparisons=10).promoted == 10
    worse = compare_again(setting, Blur(2.0), Blur(0.1), comparisons=10)
    assert (worse.promoted, worse.promoted_naively, worse.blocked) == (0, 0, 10)


def test_every_comparison_ends_in_one_verdict() -> None:
    tally = compare_again(Setting(kind="alike", metric="log_loss", rows=60), SIGHT, SIGHT, comparisons=15)
    assert tally.promoted + tally.inconclusive + tally.blocked == tally.comparisons == 15


def test_comparisons_come_again_with_their_part_and_differ_from_those_of_another() -> None:
    setting = Setting(kind="alike", metric="mean_absolute_error", rows=60)
    first, again, other = (compare_again(setting, SIGHT, SIGHT, comparisons=40, part=part) for part in (0, 0, 1))
    assert first == again
    assert first != other


def test_the_terms_are_those_that_a_spec_has_if_it_is_silent() -> None:
    spec = spec_for("roc_auc", clustered=False)
    silent = type(spec.gates.beats_champion)(metric="roc_auc")
    assert spec.gates.beats_champion == silent
