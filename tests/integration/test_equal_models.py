"""The promise that equal models are rarely promoted, at the sizes of real holdouts."""

from __future__ import annotations

import pytest
from scipy import stats

from include.statistics.simulation import compare_equals

pytestmark = pytest.mark.integration
COMPARISONS = 400


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc", "average_precision", "mean_absolute_error"])
@pytest.mark.parametrize(("rows", "entities"), [(1_000, None), (1_000, 100), (5_000, 20), (5_000, 500)])
def test_equal_models_are_promoted_by_one_sample_in_forty_at_most(metric: str, rows: int, entities: int | None) -> None:
    tally = compare_equals(metric, rows=rows, entities=entities, comparisons=COMPARISONS, seed=9)
    assert stats.binomtest(tally.promoted, COMPARISONS, 0.025, alternative="greater").pvalue > 0.01
    assert tally.share <= 0.05
    assert tally.promoted_naively / COMPARISONS == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc", "average_precision"])
def test_rare_positives_promote_no_more(metric: str) -> None:
    tally = compare_equals(metric, rows=400, positives=0.05, comparisons=COMPARISONS, seed=10)
    assert stats.binomtest(tally.promoted, COMPARISONS, 0.025, alternative="greater").pvalue > 0.01
