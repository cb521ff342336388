"""`sluice demo`: the examples on a real scheduler, from data to champions."""

from __future__ import annotations

import time
from typing import Any

from include.commands.screen import console, show_table
from include.deployment.airflow_api import AirflowApi
from include.deployment.home import Home
from include.deployment.ports import Ports
from include.deployment.secrets import open_secrets
from include.deployment.stack import stack
from include.domain.errors import SluiceError
from include.simulators.example_data import write_example_data

EXAMPLES = ("breast_cancer", "card_fraud", "grocery_demand")
KINDS = ("training", "promotion")
FINAL = ("success", "failed")
STEPS = ("snapshot_data", "check_data", "clean_data", "check_clean_data", "train_model")
PATIENCE_SECONDS = 600


def run_demo(home: Home, *, once: bool) -> int:
    """Run the examples and return the exit code: 0 if each of them has a champion, else 1."""
    ports = Ports.from_environment()
    console.print("writing the examples' data, starting MLflow and Airflow …")
    write_example_data(home.root / "data")
    with stack(home, ports):
        address = f"http://127.0.0.1:{ports.airflow}"
        password = open_secrets(home.airflow).admin_password
        api = AirflowApi(address, "admin", password)
        await_dags(api, [f"{model}.{kind}" for model in EXAMPLES for kind in KINDS])
        runs = {model: api.trigger(f"{model}.training", reason="make demo") for model in EXAMPLES}
        outcomes = [watch_model(api, model, run) for model, run in runs.items()]
        show_outcomes(outcomes, address, ports)
        if not once:
            console.print(
                f"Airflow {address} (admin / {password}); MLflow http://127.0.0.1:{ports.mlflow}. Ctrl-C stops both."
            )
            _wait_for_interrupt()
    return 0 if all(outcome["champion"] for outcome in outcomes) else 1


def await_dags(api: AirflowApi, dag_ids: list[str]) -> None:
    """Return once Airflow has parsed every DAG.

    Raises
    ------
    SluiceError
        If a DAG file cannot be parsed, or the DAGs do not appear in time.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    missing = list(dag_ids)
    while missing and time.monotonic() < deadline:
        missing = [dag_id for dag_id in missing if not api.knows(dag_id)]
        errors = api.import_errors()
        if errors:
            raise SluiceError("\n".join(f"{e['filename']}: {e['stack_trace']}" for e in errors))
        time.sleep(0.5)
    if missing:
        raise SluiceError(f"Airflow has not parsed {', '.join(missing)} within {PATIENCE_SECONDS} s")


def watch_model(api: AirflowApi, model: str, training_run: str) -> dict[str, Any]:
    """Wait until a model's training, and the promotion it asked for, have ended; return what became of them."""
    console.print(f"[bold]{model}[/]")
    training = _watch_run(api, f"{model}.training", training_run)
    outcome: dict[str, Any] = {"model": model, "training": training, "promotion": "", "champion": None}
    outcome["reused"] = [s for s in STEPS if (api.result(f"{model}.training", training_run, s) or {}).get("reused")]
    if training != "success":
        return outcome
    promotion_run = _await_run(api, f"{model}.promotion", after=api.run(f"{model}.training", training_run)["queued_at"])
    outcome["promotion"] = _watch_run(api, f"{model}.promotion", promotion_run)
    outcome["champion"] = _champion(api, model, promotion_run)
    return outcome


def show_outcomes(outcomes: list[dict[str, Any]], address: str, ports: Ports) -> None:
    """Print the table of models."""
    rows = [
        (
            o["model"],
            o["training"],
            ", ".join(o["reused"]) or "none",
            o["promotion"],
            o["champion"] or "none",
            f"{address}/dags/{o['model']}.training",
            f"http://127.0.0.1:{ports.mlflow}/#/models/{o['model']}",
        )
        for o in outcomes
    ]
    columns = ("model", "data checks and training", "reused", "gates and promotion", "champion", "Airflow", "MLflow")
    show_table("Models", columns, rows)


def _watch_run(api: AirflowApi, dag_id: str, run_id: str) -> str:
    shown: set[str] = set()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        state = api.run(dag_id, run_id)["state"]
        for task in sorted(api.tasks(dag_id, run_id), key=lambda task: task["end_date"] or ""):
            if task["end_date"] and task["task_id"] not in shown:
                shown.add(task["task_id"])
                console.print(f"  {task['state']:>15}  {dag_id}  {task['task_id']:<18} {task['duration'] or 0:5.1f} s")
        if state in FINAL:
            return str(state)
        time.sleep(0.5)
    raise SluiceError(f"{dag_id} {run_id} has not ended within {PATIENCE_SECONDS} s")


def _await_run(api: AirflowApi, dag_id: str, after: str) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        newer = [run for run in api.runs(dag_id) if run["queued_at"] and run["queued_at"] > after]
        if newer:
            return str(newer[0]["dag_run_id"])
        time.sleep(0.5)
    raise SluiceError(f"{dag_id} was not started within {PATIENCE_SECONDS} s")


def _champion(api: AirflowApi, model: str, promotion_run: str) -> str | None:
    entry = api.result(f"{model}.promotion", promotion_run, "promote_model")
    return f"version {entry['to_version']}" if entry else None


def _wait_for_interrupt() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("stopping …")
