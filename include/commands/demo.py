"""`sluice demo`: the examples on a real scheduler, from data to champions."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from include.commands.demo_loop import LOOPED, answered_request, form_of, run_loop, window_to_train
from include.commands.demo_loop_told import loop_told
from include.commands.demo_runs import PATIENCE_SECONDS, follow_run, follow_started
from include.commands.screen import console, show_table
from include.deployment.airflow_api import AirflowApi
from include.deployment.home import Home
from include.deployment.pages import mlflow_page
from include.deployment.ports import Ports
from include.deployment.secrets import open_secrets
from include.deployment.services import interruptible
from include.deployment.stack import stack
from include.deployment.watching import await_dags
from include.registry.audit import history
from include.registry.entry import LedgerEntry
from include.registry.rules import champion_of
from include.simulators.example_data import write_example_data
from include.spec_files import load_specs
from include.storage.store import Store, open_store

EXAMPLES = ("breast_cancer", "card_fraud", "grocery_demand")
EXAMPLE_DATA = Path(".sluice/data")
"""Where the example specs read, wherever the home is."""

GOOD = ("passed", "nothing new to judge")
"""How the gates of an example may end."""

KINDS = ("training", "promotion", "scoring", "monitoring")


class Outcome(NamedTuple):
    """What became of one example."""

    model: str
    data_check: str
    training: str
    gate: str


def run_demo(home: Home, *, once: bool) -> int:
    """Run the examples, then the loop of one of them.

    Returns
    -------
    int
        Exit code: 0 if each of them has a champion and the loop has made a better one, else 1.
    """
    ports = Ports.from_environment()
    ports.require_free()
    console.print("writing the examples' data, starting MLflow and Airflow …")
    write_example_data(EXAMPLE_DATA)
    # The demo starts every run itself: by the clock, some would have been due before a reader looks.
    with interruptible(), stack(home, ports, clock=False):
        address, password = f"http://127.0.0.1:{ports.airflow}", open_secrets(home.airflow).admin_password
        mlflow, store = f"http://127.0.0.1:{ports.mlflow}", open_store(home.store)
        api = AirflowApi(address, "admin", password)
        await_dags(api, [f"{model}.{kind}" for model in EXAMPLES for kind in KINDS], PATIENCE_SECONDS)
        runs = {model: api.trigger(f"{model}.training", **_form(model, store)) for model in EXAMPLES}
        outcomes = [_follow(api, model, run) for model, run in runs.items()]
        have_champions = all(o.gate in GOOD and champion(history(store, o.model)) is not None for o in outcomes)
        if have_champions:
            run_loop(api, store)
        _show(outcomes, store, address, mlflow)
        if have_champions:
            (spec,) = load_specs(home.specs, only=LOOPED)
            show_table(f"Loop of {LOOPED}", ("what", "how"), loop_told(store, spec.deciding_metric, address, mlflow))
        if not once:
            console.print(f"Airflow: {address} (admin / {password}); Ctrl-C stops everything")
            _wait_for_interrupt()
        return 0 if have_champions and answered_request(store) else 1


def _form(model: str, store: Store) -> dict[str, str]:
    """Return what the form of a first training says; the same as before, where a loop has trained already."""
    return {"reason": "demo", **(form_of(window_to_train(store)) if model == LOOPED else {})}


def _follow(api: AirflowApi, model: str, training_run: str) -> Outcome:
    seen = follow_run(api, f"{model}.training", training_run)
    judged: dict[str, Any] = {}
    if seen["register_model"]["state"] == "success":
        _, judged = follow_started(api, f"{model}.promotion", training_run)
    return Outcome(
        model=model,
        data_check=data_check(seen),
        training=training(seen["train_model"]),
        gate=gate({**seen, **judged}),
    )


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
    return {"success": GOOD[0], "failed": "blocked", "skipped": GOOD[1]}.get(state, state)


def champion(entries: Sequence[LedgerEntry]) -> int | None:
    """Return the version that a model's ledger calls champion by now."""
    return champion_of(entries[-1]) if entries else None


def _show(outcomes: Sequence[Outcome], store: Store, airflow: str, mlflow: str) -> None:
    rows = [
        (
            *outcome,
            f"version {champion(history(store, outcome.model)) or 'none'}",
            f"{airflow}/dags/{outcome.model}.training\n{mlflow_page(f'models/{outcome.model}', mlflow)}",
        )
        for outcome in outcomes
    ]
    show_table("Models", ("model", "data check", "training", "gate", "champion", "links"), rows)


def _wait_for_interrupt() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("stopping …")
