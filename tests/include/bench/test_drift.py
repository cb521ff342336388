from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from include.bench.drift import measure_drift_alarms, settings
from include.bench.drift_rates import CHANGES, COLUMNS, LEVELS, ROWS
from include.bench.drift_worlds import World, counted, referenced
from include.monitoring.window import count_window


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


@pytest.mark.integration
def test_a_quick_measurement_goes_through_every_cell() -> None:
    report = measure_drift_alarms(lambda *told: None, quick=True)
    assert len(report.figures["cells"]) == len(list(settings(quick=True)))
    assert [cost["rows"] for cost in report.figures["costs"]] == [1_000, 2_000]
