"""`sluice demo`: the examples on a real scheduler, from data to champions."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

from include.commands.screen import STYLES, console, show_table
from include.deployment.airflow_api import AirflowApi
from include.deployment.home import Home
from include.deployment.ports import Ports
from include.deployment.secrets import open_secrets
from include.deployment.stack import stack
from include.deployment.watching import await_dags, await_promotion, watch_run
from include.simulators.example_data import write_example_data

EXAMPLES = ("breast_cancer", "card_fraud", "grocery_demand")
EXAMPLE_DATA = Path(".sluice/data")
"""Where the example specs read, wherever the home is."""

PATIENCE_SECONDS = 600


class Outcome(NamedTuple):
    """What became of one example."""

    model: str
    data_check: str
    training: str
    gate: str
    champion: str


def run_demo(home: Home, *, once: bool) -> int:
    """Run the examples and return the exit code: 0 if each of them has a champion, else 1."""
    ports = Ports.from_environment()
    ports.require_free()
    console.print("writing the examples' data, starting MLflow and Airflow …")
    write_example_data(EXAMPLE_DATA)
    with stack(home, ports):
        address, password = f"http://127.0.0.1:{ports.airflow}", open_secrets(home.airflow).admin_password
        api = AirflowApi(address, "admin", password)
        kinds = ("training", "promotion")
        await_dags(api, [f"{model}.{kind}" for model in EXAMPLES for kind in kinds], PATIENCE_SECONDS)
        runs = {model: _start(api, f"{model}.training") for model in EXAMPLES}
        outcomes = [_follow(api, model, run) for model, run in runs.items()]
        _show(outcomes, address, f"http://127.0.0.1:{ports.mlflow}")
        if not once:
            console.print(f"Airflow: {address} (admin / {password}); Ctrl-C stops everything")
            _wait_for_interrupt()
    return 0 if all(outcome.champion != "none" for outcome in outcomes) else 1


def _start(api: AirflowApi, dag_id: str) -> str:
    """Return the run that the schedule has just started, or start one."""
    active = [run["dag_run_id"] for run in api.runs(dag_id) if run["state"] in ("queued", "running")]
    return str(active[-1]) if active else api.trigger(dag_id, reason="demo")


def _follow(api: AirflowApi, model: str, training_run: str) -> Outcome:
    seen = _watch(api, f"{model}.training", training_run)
    judged: dict[str, Any] = {}
    if seen["register_model"]["state"] == "success":
        promotion_run = await_promotion(api, model, training_run, PATIENCE_SECONDS)
        judged = _watch(api, f"{model}.promotion", promotion_run)
    return Outcome(
        model=model,
        data_check=data_check(seen),
        training=training(seen["train_model"]),
        gate=gate({**seen, **judged}),
        champion=champion(seen["register_model"], judged),
    )


def _watch(api: AirflowApi, dag_id: str, run_id: str) -> dict[str, Any]:
    """Show every task of a run as it ends; return state and result of each by its id."""
    seen: dict[str, Any] = {}
    for task in watch_run(api, dag_id, run_id, PATIENCE_SECONDS):
        result = api.result(dag_id, run_id, task["task_id"])
        seen[task["task_id"]] = {"state": task["state"], "result": result}
        told = "reused" if isinstance(result, dict) and result.get("reused") else task["state"]
        line = f"[{STYLES.get(told, '')}]{told:>15}[/]  {dag_id:<24} {task['task_id']:<17}"
        console.print(f"{line} {task['duration'] or 0:6.1f} s")
    return seen


def data_check(seen: dict[str, Any]) -> str:
    """Return how a training run's raw data check ended."""
    if seen["gate_data"]["state"] != "success":
        return "blocked"
    checked = seen["check_data"]["result"]
    aside = (checked["quarantined"] or {"rows": 0})["rows"]
    return f"passed: {checked['accepted']['rows']:,} rows, {aside:,} set aside"


def training(train: dict[str, Any]) -> str:
    """Return whether a model was trained, and why."""
    if train["state"] != "success":
        return str(train["state"])
    return f"{'reused' if train['result']['reused'] else 'trained'}: {train['result']['cause']}"


def gate(judged: dict[str, Any]) -> str:
    """Return how the gates of a model ended: that of the candidate, then that of the promotion."""
    if judged.get("gate_candidate", {"state": ""})["state"] == "failed":
        return "blocked"
    state = judged.get("gate_model", {"state": "not reached"})["state"]
    return {"success": "passed", "failed": "blocked", "skipped": "nothing new to judge"}.get(state, state)


def champion(registered: dict[str, Any], judged: dict[str, Any]) -> str:
    """Return the champion that a promotion run left behind."""
    promoted = judged.get("promote_model", {"state": "not reached"})
    if promoted["state"] == "success":
        return f"version {promoted['result']['to_version']}"
    if promoted["state"] == "skipped":
        return f"version {registered['result']['version']}"
    return "none"


def _show(outcomes: list[Outcome], airflow: str, mlflow: str) -> None:
    models = f"{mlflow}/?workflowType=machine_learning#/models"
    links = [(f"{airflow}/dags/{o.model}.training", f"{models}/{o.model}") for o in outcomes]
    columns = ("model", "data check", "training", "gate", "champion", "Airflow", "MLflow")
    show_table("Models", columns, [(*outcome, *pair) for outcome, pair in zip(outcomes, links, strict=True)])


def _wait_for_interrupt() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("stopping …")
