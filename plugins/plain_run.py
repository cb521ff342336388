"""The steps of a model's training without Airflow: one after the other in this process, each asked as Airflow asks it.

Run as ``python -m plugins.plain_run MODEL`` in the environment of an Airflow process; prints the seconds of each step
as JSON. It is what a run on the scheduler is measured against; `sluice run` is the one for people.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from include.deployment.airflow_settings import PRELOADED
from plugins.local_run import find_dag

if TYPE_CHECKING:
    from airflow.sdk import DAG


class PlainTask:
    """What a step needs of a task instance: a name, and a place for what it hands on."""

    def __init__(self, dag: DAG, task_id: str, handed_on: dict[tuple[str, str], Any]) -> None:
        self.dag_id, self.run_id, self.task_id = dag.dag_id, "plain", task_id
        self.map_index, self.try_number, self.log_url = -1, 1, None
        self._handed_on = handed_on

    def xcom_push(self, key: str, value: Any) -> None:
        """Keep something for later steps."""
        self._handed_on[self.task_id, key] = value

    def xcom_pull(self, task_ids: str, key: str = "return_value", **_: Any) -> Any:
        """Return what a step kept."""
        return self._handed_on[task_ids, key]


def run_plainly(dag: DAG) -> dict[str, float]:
    """Run every step of a DAG in its order and return the seconds of each."""
    handed_on: dict[tuple[str, str], Any] = {}
    seconds = {}
    run = SimpleNamespace(run_after=datetime.now(UTC), run_id="plain", conf={})
    for task in dag.topological_sort():  # type: ignore[no-untyped-call]
        began = time.perf_counter()
        context: Any = {"ti": PlainTask(dag, task.task_id, handed_on), "params": {}, "dag_run": run}
        task.render_template_fields(context)
        result = task.execute(context)
        handed_on[task.task_id, "return_value"] = json.loads(json.dumps(result))
        if isinstance(result, dict):
            handed_on |= {(task.task_id, key): value for key, value in result.items()}
        seconds[task.task_id] = time.perf_counter() - began
    return seconds


def main() -> None:
    """Run the training of a model, every library being loaded, and print what each step took."""
    for name in PRELOADED:
        importlib.import_module(name)
    sys.stdout.write(json.dumps(run_plainly(find_dag(sys.argv[1], "training"))) + "\n")


if __name__ == "__main__":
    main()
