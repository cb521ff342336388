"""Reports of drift: Evidently's page about a window into the store, its snapshot into the workspace of all windows."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from include.domain.record import digest
from include.domain.references import ReportRef, Window
from include.domain.spec import ModelSpec
from include.monitoring.drift import Drift
from include.monitoring.report import evidently_report, write_html
from include.monitoring.shelf import window_key
from include.monitoring.workspace import keep_snapshot
from include.storage.store import Store

_log = logging.getLogger(__name__)

DRIFT_REPORT, ANSWERS_REPORT = "input drift", "prediction drift"
"""Kinds of the reports about the inputs of a window, and about the answers to them."""


@dataclass(frozen=True)
class DriftReports:
    """Where the reports about a window go, and whether there shall be any.

    Parameters
    ----------
    spec : ModelSpec
        ``monitoring.report`` says when a report is made.
    store : Store
        Takes pages under ``reports/monitoring/<model>/<window>/``.
    workspace : Path or None
        Folder of Evidently's workspace; no report is made where there is none.
    window : Window
    version : int
        Whose predictions these are.
    """

    spec: ModelSpec
    store: Store
    workspace: Path | None
    window: Window
    version: int

    def asked(self, drift: Drift) -> bool:
        """Return whether somebody wants to see what was measured."""
        when = self.spec.monitoring.report
        there = self.workspace is not None and drift.rows > 0 and bool(drift.columns)
        return there and (when == "always" or (when == "on_alarm" and bool(drift.drifted)))

    def write(self, drift: Drift, reference: Path, current: Path, *, kind: str) -> tuple[ReportRef, ...]:
        """Make the report about one comparison, unless the same was reported before; return where it lies.

        Parameters
        ----------
        drift : Drift
        reference, current : Path
            Rows of both, as Parquet: a sample of them is drawn.
        kind : str
        """
        if self.workspace is None or not self.asked(drift):
            return ()
        name = f"{kind.replace(' ', '-')}-{digest([drift.to_json(), self.version])[:12]}.html"
        key = f"reports/monitoring/{self.spec.name}/{window_key(self.window)}/{name}"
        if not self.store.exists(key) and not self._made(key, drift, reference, current, kind):
            return ()
        return (ReportRef(kind=kind, uri=f"{self.store.uri}/{key}"),)

    def _made(self, key: str, drift: Drift, reference: Path, current: Path, kind: str) -> bool:
        """Make a report; that one cannot be drawn takes no verdict away."""
        assert self.workspace is not None  # noqa: S101 - asked before
        try:
            snapshot = evidently_report(drift, reference, current, at=self._moment, name=self._name)
            project = self.spec.name if kind == DRIFT_REPORT else f"{self.spec.name} predictions"
            keep_snapshot(self.workspace, project, snapshot, name=self._name)
            with TemporaryDirectory(prefix="sluice-") as folder:
                # The page comes last: while it is missing, the snapshot is made again.
                self.store.upload(key, write_html(snapshot, Path(folder, "report.html")))
        except Exception:
            _log.warning("no report of %s in %s", kind, self._name, exc_info=True)
            return False
        return True

    @property
    def _moment(self) -> datetime:
        assert self.window.start is not None  # noqa: S101 - a monitored window has both sides
        return self.window.start

    @property
    def _name(self) -> str:
        return f"{self.window.start:%Y-%m-%d %H:%M} to {self.window.end:%Y-%m-%d %H:%M}, version {self.version}"
