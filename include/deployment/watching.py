"""Watching DAG runs through Airflow's REST API until they have ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from include.deployment.airflow_api import AirflowApi
from include.domain.errors import SluiceError

FINAL = ("success", "failed")


def await_dags(api: AirflowApi, dag_ids: list[str], patience_seconds: float) -> None:
    """Return once Airflow has parsed every DAG.

    Raises
    ------
    SluiceError
        If a DAG file cannot be parsed, or the DAGs do not appear in time.
    """

    def all_known() -> bool:
        errors = api.import_errors()
        if errors:
            raise SluiceError("\n".join(f"{error['filename']}: {error['stack_trace']}" for error in errors))
        return all(api.knows(dag_id) for dag_id in dag_ids)

    _await(all_known, f"Airflow has not parsed {', '.join(dag_ids)}", patience_seconds)


def await_started(api: AirflowApi, dag_id: str, source_run: str, patience_seconds: float) -> str:
    """Return the id of the run of a DAG that an asset event of another run has started."""

    def started() -> str | None:
        # Of a run that is still queued, Airflow 3.3 cannot tell what started it: it answers 500.
        for run in (run for run in api.runs(dag_id) if run["start_date"]):
            if source_run in api.started_by(dag_id, run["dag_run_id"]):
                return str(run["dag_run_id"])
        return None

    return str(_await(started, f"{dag_id} was not started by {source_run}", patience_seconds))


def await_promotion(api: AirflowApi, model: str, training_run: str, patience_seconds: float) -> str:
    """Return the id of the promotion run that a training run's asset event has started."""
    return await_started(api, f"{model}.promotion", training_run, patience_seconds)


def watch_run(api: AirflowApi, dag_id: str, run_id: str, patience_seconds: float) -> Iterator[dict[str, Any]]:
    """Yield every task instance of a run as it ends, and return once the run has ended.

    Raises
    ------
    SluiceError
        If the run has not ended in time.
    """
    told: set[str] = set()  # by id: a mapped task has one for each of its parts
    began = time.monotonic()
    while True:
        state = api.run(dag_id, run_id)["state"]
        ended = [task for task in api.tasks(dag_id, run_id) if task["end_date"] and task["id"] not in told]
        for task in sorted(ended, key=lambda task: task["end_date"]):
            if task["state"] != "up_for_retry":
                told.add(task["id"])
                yield task
        if state in FINAL:
            return
        passed = time.monotonic() - began
        if passed > patience_seconds:
            raise SluiceError(f"{dag_id} {run_id} has not ended within {patience_seconds:.0f} s")
        # An answer costs the API server what the tasks could use: who has waited long can wait a little longer.
        time.sleep(min(max(0.5, passed / 10), 3))


def _await(condition: Callable[[], Any], otherwise: str, patience_seconds: float) -> Any:
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        if met := condition():
            return met
        time.sleep(0.5)
    raise SluiceError(f"{otherwise} within {patience_seconds:.0f} s")
