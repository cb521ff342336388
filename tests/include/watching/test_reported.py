"""Which windows get a report."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.domain.references import Window
from include.monitoring.drift import Drift, measure_drift
from include.storage.folder import FolderStore
from include.watching.reported import DriftReports
from tests.include.monitoring.frames import WATCHED, frame, summary, written
from tests.include.watching.world import a_watched_spec


def measured(folder: Path, amount: float | None) -> Drift:
    rows = frame(400, seed=1) if amount is None else frame(400, seed=1, amount=amount)
    return measure_drift(summary(folder / "r.parquet", frame(6_000)), written(folder / "w.parquet", rows), WATCHED)


@pytest.mark.parametrize(
    ("when", "of_steady", "of_drifted"), [("always", True, True), ("on_alarm", False, True), ("never", False, False)]
)
def test_the_spec_says_which_windows_get_one(when: str, of_steady: bool, of_drifted: bool, tmp_path: Path) -> None:
    spec, store = a_watched_spec(monitoring={"report": when}), FolderStore(tmp_path)
    reports = DriftReports(spec, store, tmp_path / "ui", Window(), 1)
    assert reports.asked(measured(tmp_path, None)) is of_steady
    assert reports.asked(measured(tmp_path, 0.0)) is of_drifted
    assert not DriftReports(spec, store, None, Window(), 1).asked(measured(tmp_path, 0.0))


def test_a_report_that_cannot_be_drawn_takes_no_verdict_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("no such colour")

    monkeypatch.setattr("include.watching.reported.evidently_report", broken)
    week = Window.model_validate({"start": "2026-01-05T00:00:00Z", "end": "2026-01-12T00:00:00Z"})
    reports = DriftReports(a_watched_spec(), FolderStore(tmp_path), tmp_path / "ui", week, 1)
    files = tmp_path / "r.parquet", tmp_path / "w.parquet"
    assert reports.write(measured(tmp_path, 0.0), *files, kind="input drift") == ()
    assert "no report of input drift" in caplog.text
