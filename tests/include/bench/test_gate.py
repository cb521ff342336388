from __future__ import annotations

import pytest

from include.bench.comparisons import Setting, Tally
from include.bench.gate import SIGHT, measure_gate, models_of, report_of
from include.bench.pairs import Blur, gap

EQUAL = Setting(kind="unlike", metric="roc_auc", rows=200)
BETTER = Setting(kind="better", metric="roc_auc", rows=200, entities=20)
MODELS = {EQUAL: (SIGHT, SIGHT), BETTER: (Blur(0.3), Blur(2.0))}


def tally(promoted: int, comparisons: int = 2_000) -> Tally:
    return Tally(
        comparisons=comparisons, promoted=promoted, inconclusive=comparisons - promoted, promoted_naively=1_000
    )


def test_rates_stand_beside_the_plain_comparison_with_their_intervals() -> None:
    report = report_of(MODELS, {EQUAL: tally(50), BETTER: tally(1_600)})
    equal, better = (table.rows[0] for table in report.tables)
    assert equal == ("roc_auc", "200", "none", "2,000", "2.5 %", "1.9 % to 3.3 %", "50.0 %")
    assert better[3:6] == (f"{gap('roc_auc', *MODELS[BETTER]):.4f}", "80.0 %", "2,000")
    assert report.broken == ()
    assert [cell["share"] for cell in report.figures["cells"]] == [0.025, 0.8]


@pytest.mark.parametrize(("promoted", "kept"), [(100, True), (115, True), (125, False)])
def test_a_rate_that_lies_clearly_above_five_percent_breaks_the_promise(promoted: int, kept: bool) -> None:
    assert (report_of(MODELS, {EQUAL: tally(promoted)}).broken == ()) == kept


def test_power_far_below_the_claim_breaks_the_promise() -> None:
    (broken,) = report_of(MODELS, {BETTER: tally(1_000)}).broken
    assert broken == "roc_auc on 200 rows (20 entities, better): power 50.0 %"


def test_a_difference_that_no_model_makes_is_shown_as_such() -> None:
    report = report_of({BETTER: None}, {})
    assert "none is so large" in report.tables[-1].rows[0]
    assert report.broken == ()


def test_equal_models_are_of_two_kinds() -> None:
    made = models_of(EQUAL, samples=1)
    assert made is not None
    assert made[0] != made[1]
    assert gap("roc_auc", *made) == pytest.approx(0, abs=1e-8)


@pytest.mark.integration
def test_a_quick_measurement_goes_through_every_cell_and_tells_how_far_it_is() -> None:
    steps: list[tuple[int, int]] = []
    report = measure_gate(lambda done, total, what: steps.append((done, total)), quick=True)
    cells = report.figures["cells"]
    assert len(cells) == 16
    assert sum(cell["comparisons"] for cell in cells if cell["effect"] is not None) == 20 * 16
    assert steps[-1] == (16, 16)
