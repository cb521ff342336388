"""The home: where one installation keeps its state, and where it finds its specs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from include.domain.record import Record

PROJECT = Path(__file__).resolve().parents[2]
"""Folder that holds `dags/`, `plugins/` and `include/`."""


class Home(Record):
    """Folders of one installation.

    Parameters
    ----------
    root : Path
        Absolute; everything below it may be deleted to start afresh.
    store : str
        URI of the object store for snapshots, ledger, step records and reports.
    tracking : str
        MLflow tracking URI that processes use when no server runs.
    specs : Path
        Folder of the model specs.

    Examples
    --------
    >>> home = Home.from_environment({"SLUICE_HOME": "/srv/sluice"})
    >>> home.store
    'file:///srv/sluice/store'
    """

    root: Path
    store: str
    tracking: str
    specs: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Home:
        """Read ``SLUICE_HOME``, ``SLUICE_STORE``, ``SLUICE_SPECS`` and ``MLFLOW_TRACKING_URI``, each with a default."""
        root = Path(environment.get("SLUICE_HOME") or ".sluice").absolute()
        return cls(
            root=root,
            store=environment.get("SLUICE_STORE") or f"file://{root}/store",
            tracking=environment.get("MLFLOW_TRACKING_URI") or f"sqlite:///{root}/mlflow/mlflow.db",
            specs=Path(environment.get("SLUICE_SPECS") or PROJECT / "include" / "specs").absolute(),
        )

    @property
    def airflow(self) -> Path:
        """Airflow's own home."""
        return self.root / "airflow"

    @property
    def mlflow(self) -> Path:
        """Folder of the embedded MLflow store."""
        return self.root / "mlflow"

    @property
    def evidently(self) -> Path:
        """Evidently's workspace: the reports of all windows, for ``evidently ui``."""
        return self.root / "evidently"

    @property
    def logs(self) -> Path:
        """What the processes of :class:`~include.deployment.services.Service` print."""
        return self.root / "logs"

    def environment(self) -> dict[str, str]:
        """Return what a child process needs in its environment to use the same home."""
        return {
            "SLUICE_HOME": str(self.root),
            "SLUICE_STORE": self.store,
            "SLUICE_SPECS": str(self.specs),
            "MLFLOW_TRACKING_URI": self.tracking,
        }

    def create(self) -> None:
        """Make the folders that servers expect to find."""
        for folder in (self.airflow, self.mlflow / "artifacts", self.logs):
            folder.mkdir(parents=True, exist_ok=True)
