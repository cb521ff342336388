from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import DataError
from include.monitoring.drift import Drift, measure_drift
from include.monitoring.report import METHODS, evidently_report, shown_of, write_html
from include.monitoring.workspace import keep_snapshot
from tests.include.monitoring.frames import WATCHED, frame, summary, written

AT = datetime(2026, 1, 1, tzinfo=UTC)

CHANGES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "values": {"amount": 0.0},
    "nulls": {"amount": np.nan, "paid": np.where(np.arange(400) % 10 < 9, np.nan, 1.0)},
    "unseen": {"colour": np.where(np.arange(400) % 40 == 0, "mauve", "red")},
}


def measured(folder: Path, rows: pd.DataFrame) -> tuple[Drift, Path, Path]:
    reference = summary(folder / "r.parquet", frame(6_000))
    window = written(folder / "w.parquet", rows)
    return measure_drift(reference, window, WATCHED), folder / "r.parquet", window


@pytest.mark.parametrize("change", CHANGES)
def test_a_score_lies_beyond_its_threshold_exactly_where_a_column_drifted(change: str, tmp_path: Path) -> None:
    drift, _, _ = measured(tmp_path, frame(400, seed=1, **CHANGES[change]))
    for column in drift.columns:
        shown = shown_of(column)
        assert shown.method in METHODS
        assert (shown.score > shown.threshold) == shown.drifted == bool(column.alarms)


def test_a_window_without_rows_leaves_nothing_to_report(tmp_path: Path) -> None:
    drift, reference, window = measured(tmp_path, frame(10).iloc[:0])
    with pytest.raises(DataError, match="nothing to report"):
        evidently_report(drift, reference, window, at=AT)


@pytest.mark.integration
@pytest.mark.parametrize("change", [*CHANGES, "missing column"])
def test_evidently_reports_the_numbers_of_all_rows_and_the_verdict(change: str, tmp_path: Path) -> None:
    rows = frame(400, seed=1, **CHANGES.get(change, {}))
    drift, reference, window = measured(tmp_path, rows.drop(columns="paid") if change == "missing column" else rows)
    snapshot = evidently_report(drift, reference, window, at=AT, name="w")
    results = {result.metric_value_location.metric.params.get("column"): result for result in _results(snapshot)}
    for column in drift.columns:
        shown = shown_of(column)
        told = results[column.name]
        assert told.value == pytest.approx(shown.score)
        assert told.metric_value_location.metric.params["threshold"] == pytest.approx(shown.threshold)
        assert [test.status.value for test in told.tests] == ["FAIL" if column.alarms else "SUCCESS"]
    (count,) = (result.count.value for result in _results(snapshot) if hasattr(result, "count"))
    assert count == len(drift.drifted)


@pytest.mark.integration
def test_the_page_is_small_and_the_workspace_keeps_one_report_a_window(tmp_path: Path) -> None:
    from evidently.ui.workspace import Workspace

    drift, reference, window = measured(tmp_path, frame(400, seed=1))
    page = write_html(evidently_report(drift, reference, window, at=AT), tmp_path / "pages" / "w.html")
    assert page.stat().st_size < 10_000_000
    for name in ("january", "february", "january"):
        keep_snapshot(tmp_path / "ui", "shop", evidently_report(drift, reference, window, at=AT), name=name)
    workspace = Workspace(str(tmp_path / "ui"))
    (project,) = workspace.search_project("shop")
    assert workspace.list_runs(project.id)
    kept = [workspace.get_run(project.id, run) for run in workspace.list_runs(project.id)]
    assert sorted(run.name for run in kept) == ["february", "january"]


def _results(snapshot: Any) -> list[Any]:
    return [snapshot._metrics[metric] for metric in snapshot._top_level_metrics]
