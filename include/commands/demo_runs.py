"""The demo's runs: each is followed task by task, on the screen, until it has ended."""

from __future__ import annotations

from typing import Any

from include.commands.screen import STYLES, console
from include.deployment.airflow_api import AirflowApi
from include.deployment.watching import await_started, watch_run

PATIENCE_SECONDS = 600

Seen = dict[str, Any]
"""State and result of each task of a run, by its id."""


def follow_run(api: AirflowApi, dag_id: str, run_id: str) -> Seen:
    """Show every task of a run as it ends; return state and result of each by its id."""
    seen: Seen = {}
    for task in watch_run(api, dag_id, run_id, PATIENCE_SECONDS):
        result = api.result(dag_id, run_id, task["task_id"])
        seen[task["task_id"]] = {"state": task["state"], "result": result}
        told = "reused" if isinstance(result, dict) and result.get("reused") else task["state"]
        line = f"[{STYLES.get(told, '')}]{told:>15}[/]  {dag_id:<25} {task['task_id']:<22}"
        console.print(f"{line} {task['duration'] or 0:6.1f} s")
    return seen


def follow_started(api: AirflowApi, dag_id: str, source_run: str) -> tuple[str, Seen]:
    """Wait for the run that an asset event of another run starts, and follow it; return its id beside what was seen."""
    run_id = await_started(api, dag_id, source_run, PATIENCE_SECONDS)
    return run_id, follow_run(api, dag_id, run_id)
