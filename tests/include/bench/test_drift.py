from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from include.bench.drift import CHANGES, COLUMNS, LEVELS, ROWS, measure_drift_alarms, report_of, settings
from include.bench.drift_rates import Setting, Tally
from include.bench.drift_speed import Cost
from include.bench.drift_worlds import World, counted, referenced
from include.monitoring.window import count_window

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
)
SMALL = COST.model_copy(update={"rows": 100_000, "preset": 40.0})


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("levels", LEVELS)
def test_windows_are_counted_as_files_are(levels: int, change: str, tmp_path: Path) -> None:
    world, rng = World(levels=levels, columns=3), np.random.default_rng(5)
    reference = referenced(world, rng)
    frame = world.rows(400, rng, change)  # type: ignore[arg-type]
    frame.to_parquet(tmp_path / "w.parquet")
    ours, theirs = counted(reference.summary, frame), count_window(reference.summary, tmp_path / "w.parquet")
    for name, column in theirs.columns.items():
        seen = ours.columns[name]
        assert (seen.known, seen.counts, seen.unseen) == (column.known, column.counts, column.unseen)


def test_every_promised_size_kind_and_number_of_columns_is_measured() -> None:
    wanted = list(settings())
    still = [setting for setting in wanted if setting.change == "none"]
    assert len(still) == len(set(still)) == len(LEVELS) * len(COLUMNS) * 2 * len(ROWS)
    assert {setting.change for setting in wanted} == {"none", *CHANGES}


@pytest.mark.parametrize(("alarms", "kept"), [(40, True), (60, True), (75, False)])
def test_a_rate_that_lies_clearly_above_five_percent_breaks_the_promise(alarms: int, kept: bool) -> None:
    report = report_of({STILL: Tally(windows=1_000, alarms=alarms)}, [COST, SMALL])
    assert (report.broken == ()) == kept


def test_delay_is_one_divided_by_the_rate_and_evidently_stands_beside_it() -> None:
    tally = Tally(windows=100, alarms=40, evidently_windows=5, evidently_alarms=4)
    report = report_of({SHIFTED: tally}, [COST, SMALL])
    assert report.tables[1].rows[0] == ("shift 0.5 sd", "20", "yes", "50", "100", "40.0 %", "2.5", "4 of 5")


def test_a_preset_that_was_not_run_is_extrapolated_and_said_to_be() -> None:
    large, small = report_of({}, [COST, SMALL]).tables[2].rows
    assert (large[7], large[9], large[10]) == ("400.0 s (extrapolated)", "200", "44")
    assert small[7] == "40.0 s"


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


@pytest.mark.integration
def test_a_quick_measurement_goes_through_every_cell() -> None:
    report = measure_drift_alarms(lambda *told: None, quick=True)
    assert len(report.figures["cells"]) == len(list(settings(quick=True)))
    assert [cost["rows"] for cost in report.figures["costs"]] == [1_000, 2_000]
