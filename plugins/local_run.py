"""One run of a model's DAGs without a scheduler: the same operators, one after the other, in this process.

Started by `sluice run` as ``python -m plugins.local_run FD REQUEST``; writes a JSON line per event to the descriptor.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any, cast

from airflow.dag_processing.dagbag import DagBag
from airflow.listeners import hookimpl
from airflow.sdk import DAG
from airflow.sdk.listener import get_listener_manager

from include.deployment.home import PROJECT
from include.domain.errors import SluiceError

if TYPE_CHECKING:
    from plugins.operators.gate import GateOperator
    from plugins.operators.promote_model import PromoteModelOperator


class StepEvents:
    """A listener that tells what every step did, as JSON lines."""

    def __init__(self, descriptor: int) -> None:
        self._out = os.fdopen(descriptor, "w", buffering=1)
        self._started: dict[str, float] = {}

    @hookimpl
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
        """Tell that a step has begun."""
        self._started[task_instance.task_id] = time.monotonic()
        self._tell(task_instance, "running")

    @hookimpl
    def on_task_instance_success(self, previous_state: Any, task_instance: Any) -> None:
        """Tell that a step is done, with what it returned."""
        result = task_instance.xcom_pull(task_ids=task_instance.task_id)
        self._tell(task_instance, "success", result=result)

    @hookimpl
    def on_task_instance_skipped(self, previous_state: Any, task_instance: Any) -> None:
        """Tell that a step had nothing to do."""
        self._tell(task_instance, "skipped")

    @hookimpl
    def on_task_instance_failed(self, previous_state: Any, task_instance: Any, error: Any) -> None:
        """Tell that a step has failed, and with which exit code the run should end."""
        known = isinstance(error, SluiceError)
        verdict = getattr(error, "verdict", None)
        self._tell(
            task_instance,
            "failed",
            message=str(error) if known else f"{type(error).__name__}: {error}",
            known=known,
            exit_code=error.exit_code if isinstance(error, SluiceError) else 1,
            verdict=verdict.to_json() if verdict else None,
        )

    def finished(self, dag_id: str, run_id: str, state: str) -> None:
        """Tell that a DAG run has ended."""
        self._write({"event": "run", "dag": dag_id, "run": run_id, "state": state})

    def _tell(self, task_instance: Any, state: str, **more: Any) -> None:
        seconds = time.monotonic() - self._started.get(task_instance.task_id, time.monotonic())
        self._write(
            {
                "event": "step",
                "dag": task_instance.dag_id,
                "task": task_instance.task_id,
                "state": state,
                "seconds": round(seconds, 3),
                **more,
            }
        )

    def _write(self, event: dict[str, Any]) -> None:
        self._out.write(json.dumps(event) + "\n")


def find_dag(model: str, kind: str) -> DAG:
    """Return the DAG ``<model>.<kind>``, parsed as Airflow parses it."""
    bag = DagBag(dag_folder=str(PROJECT / "dags" / f"{kind}.py"), safe_mode=False)
    if bag.import_errors:
        raise SluiceError("\n".join(bag.import_errors.values()))
    return bag.dags[f"{model}.{kind}"]


def promotion_without_people(model: str) -> DAG:
    """Return the DAG ``<model>.promotion`` as far as it goes without a person: up to its gate where one has to approve.

    Nobody can answer a local run: an approval is given in the Airflow UI, on a scheduler. So an inconclusive gate fails
    here, whoever might override it there.
    """
    dag = find_dag(model, "promotion")
    promote = cast("PromoteModelOperator", dag.get_task("promote_model"))
    part = dag.partial_subset("gate_model") if promote.spec.promotion.by == "approval" else dag
    cast("GateOperator", part.get_task("gate_model")).inconclusive_goes_on = False
    return part


def main() -> None:
    """Run one DAG of a model; after ``<model>.training`` also ``<model>.promotion``, if a challenger came out of it."""
    events = StepEvents(int(sys.argv[1]))
    request = json.loads(sys.argv[2])
    get_listener_manager().add_listener(events)  # type: ignore[no-untyped-call]
    state = _run(find_dag(request["model"], request["kind"]), request["parameters"], events)
    if request["kind"] == "training" and state == "success" and not request["parameters"].get("dry_run"):
        _run(promotion_without_people(request["model"]), {}, events)


def _run(dag: DAG, parameters: dict[str, Any], events: StepEvents) -> str:
    run = dag.test(logical_date=None, run_conf=parameters)
    events.finished(dag.dag_id, run.run_id, str(run.state))
    return str(run.state)


if __name__ == "__main__":
    main()
