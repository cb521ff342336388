"""The home: where one installation keeps its state, and where it finds its specs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from include.domain.errors import SluiceError
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
    fleet_processes : int
        Segments of a fleet that one task works on at the same time.

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
    fleet_processes: int = Field(default=1, ge=1)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Home:
        """Read ``SLUICE_HOME``, ``SLUICE_STORE``, ``MLFLOW_TRACKING_URI`` and the others, each with a default."""
        root = Path(environment.get("SLUICE_HOME") or ".sluice").absolute()
        return cls(
            root=root,
            store=environment.get("SLUICE_STORE") or f"file://{root}/store",
            tracking=environment.get("MLFLOW_TRACKING_URI") or f"sqlite:///{root}/mlflow/mlflow.db",
            specs=Path(environment.get("SLUICE_SPECS") or PROJECT / "include" / "specs").absolute(),
            fleet_processes=_whole(environment, "SLUICE_FLEET_PROCESSES", default=1),
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

    def with_processes(self, at_least: int) -> Home:
        """Return the same home, in which a task works on so many segments of a fleet at once, or more."""
        return self.model_copy(update={"fleet_processes": max(self.fleet_processes, at_least)})

    def environment(self) -> dict[str, str]:
        """Return what a child process needs in its environment to use the same home."""
        return {
            "SLUICE_HOME": str(self.root),
            "SLUICE_STORE": self.store,
            "SLUICE_SPECS": str(self.specs),
            "MLFLOW_TRACKING_URI": self.tracking,
            "SLUICE_FLEET_PROCESSES": str(self.fleet_processes),
        }

    def create(self) -> None:
        """Make the folders that servers expect to find."""
        for folder in (self.airflow, self.mlflow / "artifacts", self.logs):
            folder.mkdir(parents=True, exist_ok=True)


def _whole(environment: Mapping[str, str], name: str, *, default: int) -> int:
    said = environment.get(name) or str(default)
    if not said.isdigit() or int(said) < 1:
        raise SluiceError(f"{name}: expected a whole number from 1 on, got {said!r}")
    return int(said)
