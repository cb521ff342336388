"""The outlook of an inconclusive verdict: the rows that it names tell the difference about as often as it says."""

from __future__ import annotations

import pytest

from include.bench.comparisons import Setting, compare_again
from include.bench.effects import BETTER, worse_enough
from include.bench.pairs import Blur, gap


@pytest.mark.integration
@pytest.mark.parametrize("entities", [None, 40])
def test_as_many_rows_as_are_named_tell_the_difference_four_times_in_five(entities: int | None) -> None:
    setting = Setting(kind="better", metric="mean_absolute_error", rows=400, entities=entities)
    champion = worse_enough(setting, samples=10)
    assert champion is not None
    tally = compare_again(setting, BETTER, champion, comparisons=150)
    assert tally.share == pytest.approx(0.8, abs=0.15)


def test_fewer_rows_need_a_larger_difference() -> None:
    few, many = (
        worse_enough(Setting(kind="better", metric="mean_absolute_error", rows=rows), samples=3) for rows in (100, 900)
    )
    assert few is not None
    assert many is not None
    ratio = gap("mean_absolute_error", BETTER, few) / gap("mean_absolute_error", BETTER, many)
    assert 2 < ratio < 6


def test_some_differences_are_never_large_enough() -> None:
    assert worse_enough(Setting(kind="better", metric="average_precision", rows=20), samples=3) is None


def test_the_better_model_does_not_see_everything() -> None:
    assert gap("log_loss", Blur(0.01), BETTER) > 0
