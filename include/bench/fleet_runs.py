"""Runs of fleets on a real scheduler: the DAG of a spec, and beside it an Airflow task a segment."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from include.bench.fleet_one_by_one import DAG, write_dag
from include.bench.fleet_worlds import write_segments
from include.deployment.airflow_api import AirflowApi
from include.deployment.airflow_settings import STOCK
from include.deployment.home import Home
from include.deployment.ports import free_ports
from include.deployment.secrets import open_secrets
from include.deployment.stack import stack
from include.deployment.watching import await_dags, await_promotion, watch_run
from include.domain.errors import SluiceError
from include.domain.fleet import SegmentResult

TREES = 30
TIMEOUT_SECONDS, PATIENCE_SECONDS = 20, 3_600


class Fleets:
    """An Airflow with a model for every fleet that is measured.

    Parameters
    ----------
    root : Path
        Folder of the installation.
    api : AirflowApi
    home : Home
    """

    def __init__(self, root: Path, api: AirflowApi, home: Home) -> None:
        self._root, self._api, self._home = root, api, home

    def run(self, name: str, segments: int, rows: int, *, poisoned: int = 0, changed: int = 0) -> dict[str, Any]:
        """Train a fleet and return the seconds from the queue to the end, and what became of its segments."""
        write_segments(data_of(self._root, name), segments, rows, poisoned=poisoned, changed=changed)
        dag = f"{name}.training"
        run_id = self._api.trigger(dag)
        tasks = list(watch_run(self._api, dag, run_id, PATIENCE_SECONDS))
        states = {task["task_id"]: task["state"] for task in tasks}
        if set(states.values()) != {"success"}:
            raise SluiceError(f"{dag} did not succeed: {states}")
        seconds = seconds_of(self._api.run(dag, run_id))
        promotion = await_promotion(self._api, name, run_id, PATIENCE_SECONDS)
        list(watch_run(self._api, f"{name}.promotion", promotion, PATIENCE_SECONDS))
        kept = self._home.store.removeprefix("file://")
        found = json.loads(Path(kept, "fleets", name, "latest.json").read_text(encoding="utf-8"))
        results = [SegmentResult.model_validate(one) for one in found]
        return {
            "seconds": seconds,
            "chunks": sum(task["task_id"] == "train_segments" for task in tasks),
            "trained": sum(one.trained for one in results),
            "promoted": sum(one.served_by == "challenger" for one in results),
            "failed": {one.segment: one.reason for one in results if one.outcome == "failed"},
        }


@contextmanager
def fleets(root: Path, names: list[str]) -> Iterator[Fleets]:
    """Yield an Airflow, as this project sets it up, that knows these models."""
    home, ports = _home(root), free_ports()
    home.specs.mkdir(parents=True)
    for name in names:
        (home.specs / f"{name}.yaml").write_text(yaml.safe_dump(_spec(root, name)), encoding="utf-8")
    with stack(home, ports):
        api = AirflowApi(f"http://127.0.0.1:{ports.airflow}", "admin", open_secrets(home.airflow).admin_password)
        await_dags(api, [f"{name}.training" for name in names], PATIENCE_SECONDS)
        yield Fleets(root, api, home)


def one_by_one(root: Path, segments: int, rows: int) -> float:
    """Return the seconds of as many segments, a task each, on an Airflow with its own settings."""
    home, ports = _home(root), free_ports()
    home.specs.mkdir(parents=True)
    write_segments(data_of(root, DAG), segments, rows)
    write_dag(root / "dags", data_of(root, DAG), segments, TREES)
    with _set({STOCK: "true", "AIRFLOW__CORE__DAGS_FOLDER": str(root / "dags")}), stack(home, ports):
        api = AirflowApi(f"http://127.0.0.1:{ports.airflow}", "admin", open_secrets(home.airflow).admin_password)
        await_dags(api, [DAG], PATIENCE_SECONDS)
        run_id = api.trigger(DAG)
        states = [task["state"] for task in watch_run(api, DAG, run_id, PATIENCE_SECONDS)]
        if set(states) != {"success"}:
            raise SluiceError(f"{DAG} did not succeed: {states}")
        return seconds_of(api.run(DAG, run_id))


def data_of(root: Path, name: str) -> Path:
    """Return where the rows of a fleet lie."""
    return root / f"{name}.parquet"


def seconds_of(run: dict[str, Any]) -> float:
    """Return how long a DAG run took, from the queue to its end."""
    queued, ended = (datetime.fromisoformat(run[moment]) for moment in ("queued_at", "end_date"))
    return (ended - queued).total_seconds()


def _spec(root: Path, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "owner": "bench",
        "task": "regression",
        "data": {"source": str(data_of(root, name)), "target": "y"},
        "segment_by": {"columns": ["segment"], "failed_at_most": 0.2, "timeout": f"{TIMEOUT_SECONDS}s"},
        "training": {
            "build": "include.bench.fleet_worlds.build",
            "parameters": {"max_iter": TREES, "early_stopping": False},
            "trusted_types": ["include.bench.fleet_worlds.Taster"],
        },
    }


def _home(root: Path) -> Home:
    return Home(
        root=root, store=f"file://{root}/store", tracking=f"sqlite:///{root}/mlflow/mlflow.db", specs=root / "specs"
    )


@contextmanager
def _set(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
