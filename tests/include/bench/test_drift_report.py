from __future__ import annotations

import pytest

from include.bench.drift_rates import LEVELS, Setting, Tally
from include.bench.drift_report import curves_of, report_of
from include.bench.drift_speed import Cost
from include.bench.drift_worlds import World

STILL = Setting(world=World(levels=0, columns=20), rows=50)
SHIFTED = Setting(world=World(levels=0, columns=20), rows=50, change="shift 0.5 sd", important=0.3)
COST = Cost(
    rows=1_000_000,
    summarise=3.0,
    calibrate=4.0,
    verdict=2.0,
    report=7.0,
    peak_bytes=6 * 10**8,
    page_bytes=7 * 10**6,
    stable=True,
    processor={"verdict": 3.0, "report": 5.0},
)
SMALL = COST.model_copy(update={"rows": 100_000, "preset": 40.0, "processor": {**COST.processor, "preset": 48.0}})


@pytest.mark.parametrize(("alarms", "kept"), [(40, True), (60, True), (75, False)])
def test_a_rate_that_lies_clearly_above_five_percent_breaks_the_promise(alarms: int, kept: bool) -> None:
    report = report_of({STILL: Tally(windows=1_000, alarms=alarms)}, [COST, SMALL])
    assert (report.broken == ()) == kept


def test_rates_that_are_too_high_only_together_break_the_promise() -> None:
    tallies = {
        STILL.model_copy(update={"world": World(levels=levels, columns=20)}): Tally(windows=400, alarms=28)
        for levels in LEVELS
    }
    assert report_of(tallies, [COST, SMALL]).broken == ("all windows of 50 rows: 7.0 % false alarms",)


def test_cells_of_one_size_are_pooled() -> None:
    other = STILL.model_copy(update={"world": World(levels=10, columns=20)})
    report = report_of({STILL: Tally(windows=100, alarms=2), other: Tally(windows=100, alarms=4)}, [COST, SMALL])
    assert report.tables[0].rows[0] == ("50", "200", "3.0 %", "1.1 % to 6.4 %", "-")


def test_delay_is_one_divided_by_the_rate_and_evidently_stands_beside_it() -> None:
    tally = Tally(windows=100, alarms=40, evidently_windows=5, evidently_alarms=4)
    report = report_of({SHIFTED: tally}, [COST, SMALL])
    assert report.tables[2].rows[0] == ("shift 0.5 sd", "20", "yes", "50", "100", "40.0 %", "2.5", "4 of 5")


def test_a_preset_that_was_not_run_is_extrapolated_and_said_to_be() -> None:
    large, small = report_of({}, [COST, SMALL]).tables[4].rows
    assert large == ("1,000,000", "400.0 s (extrapolated)", "-", "200", "44", "29")
    assert small[1] == "40.0 s"


def test_seconds_of_a_processor_are_compared_where_the_preset_was_run() -> None:
    large, small = report_of({}, [COST, SMALL]).tables[5].rows
    assert large == ("1,000,000", "3.0 s", "5.0 s", "-", "-", "-")
    assert small == ("100,000", "3.0 s", "5.0 s", "48.0 s", "16", "6")


def test_curves_show_what_was_measured_alone() -> None:
    verdict, report, preset = curves_of([SMALL, COST])
    assert (verdict.seconds, report.seconds) == ([2.0, 2.0], [9.0, 9.0])
    assert (preset.sizes, preset.seconds) == ([100_000], [40.0])


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"verdict": 5.0, "report": 4.0}, "1,000,000 rows: verdict in 5.0 s"),
        ({"report": 12.0}, "1,000,000 rows: report in 12.0 s"),
        ({"peak_bytes": 2 * 10**9}, "1,000,000 rows: 2.00 GB"),
        ({"page_bytes": 2 * 10**7}, "1,000,000 rows: a page of 20.0 MB"),
        ({"stable": False}, "1,000,000 rows: another verdict at every repeat"),
    ],
)
def test_each_promise_about_cost_may_break(change: dict[str, float], broken: str) -> None:
    assert report_of({}, [COST.model_copy(update=change), SMALL]).broken == (broken,)
