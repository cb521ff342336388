"""The promise that equal models are rarely promoted, at the sizes of real holdouts; `sluice bench gate` has more."""

from __future__ import annotations

import pytest
from scipy import stats

from include.bench.comparisons import Setting, compare_again
from include.bench.pairs import Blur, equally_good

pytestmark = pytest.mark.integration
SIGHT = Blur(1.0)
COMPARISONS = 300


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc", "average_precision", "mean_absolute_error"])
@pytest.mark.parametrize(("rows", "entities"), [(200, None), (1_000, 100), (5_000, 20)])
@pytest.mark.parametrize("outliers", [0.0, 0.1])
def test_equal_models_are_promoted_by_one_sample_in_forty(
    metric: str, rows: int, entities: int | None, outliers: float
) -> None:
    setting = Setting(kind="unlike" if outliers else "alike", metric=metric, rows=rows, entities=entities)
    challenger = equally_good(metric, SIGHT, outliers=outliers)
    tally = compare_again(setting, challenger, SIGHT, comparisons=COMPARISONS)
    assert stats.binomtest(tally.promoted, COMPARISONS, 0.025, alternative="greater").pvalue > 0.001
    assert tally.promoted_naively / COMPARISONS == pytest.approx(0.5, abs=0.1)
