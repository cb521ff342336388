"""Crashes: whoever is killed, wherever, the installation ends up as if nobody had been.

Everybody is killed in five rounds, each a model of its own and each at another line.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
import psutil
import pytest
from mlflow import MlflowClient

from include.data.frames import read_frame
from include.deployment.home import Home
from include.deployment.ports import Ports
from include.deployment.watching import await_dags
from include.registry import aliases
from include.storage.store import open_store
from include.training.models import load_model, predict
from include.training.tracking import trained_dataset, trained_spec
from tests.e2e.conftest import free_port, write_customers
from tests.e2e.crash_databases import Databases, databases
from tests.e2e.crash_halts import (
    DATABASE_HALTS,
    EVERY_HALT,
    LATE_HALTS,
    MLFLOW_HALTS,
    SCHEDULER_HALTS,
    STOPPED_HALTS,
    SUPERVISOR_HALTS,
    TASK_HALTS,
    TUNED,
)
from tests.e2e.crash_witnesses import amiss_in_mlflow, stored_objects_that_are_not_whole
from tests.e2e.crashable import Crashable, Halt, Reached, crashable, until

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("crashes")]

PATIENCE_SECONDS = 300

SPEC = """
name: {name}
owner: growth
task: binary
data: {{source: "{folder}/churn.csv", target: left, positive: 1}}
cleaning: [{{do: trim, columns: [plan]}}]
quality:
  raw:
    expectations:
      - type: expect_column_values_to_be_between
        kwargs: {{column: calls, min_value: 0, max_value: 100}}
        quarantine: true
  quarantine: {{at_most_share: 0.01}}
training: {{estimator: sklearn.linear_model.LogisticRegression{tuning}}}
gates: {{bounds: [{{observation: roc_auc, at_least: 0.6}}]}}
retries: {{attempts: 8, delay: 1s}}
timeouts: {{step: {step}}}
"""
TUNING = ", tuning: {trials: 3, space: {C: {kind: float, low: 0.01, high: 10, log: true}}}"
TUNED_MODELS = {f"round_{number}" for number in TUNED} | {"calm_tuned"}
CALM = ("calm", "calm_tuned")

SOONER = {
    "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "8",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
}
"""Airflow notices the dead after seconds here, which the house's own settings leave at half a minute to a minute."""


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with databases(tmp_path_factory.mktemp("databases")) as made:
        yield made


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, cut: Databases) -> Iterator[Crashable]:
    root = tmp_path_factory.mktemp("crashes")
    (root / "specs").mkdir()
    (root / "data").mkdir()
    write_customers(root / "data" / "churn.csv", broken_rows=5)
    models = sorted({halt.model for halt in EVERY_HALT}) + list(CALM)
    for model in models:
        tuning, step = TUNING if model in TUNED_MODELS else "", "25s" if model.startswith("late") else "2h"
        text = SPEC.format(name=model, folder=root / "data", tuning=tuning, step=step)
        (root / "specs" / f"{model}.yaml").write_text(text)
    home = Home(root=root, store=f"file://{root}/store", tracking=cut.mlflow, specs=root / "specs")
    ports = Ports(airflow=free_port(), mlflow=free_port(), worker_logs=free_port(), trigger_logs=free_port())
    settings = {**SOONER, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": cut.airflow}
    with crashable(home, ports, EVERY_HALT, settings) as made, pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{ports.mlflow}")
        await_dags(made.api, [f"{model}.{kind}" for model in models for kind in ("training", "promotion")], 240)
        yield made


@pytest.fixture(scope="module")
def calm(installation: Crashable) -> dict[str, np.ndarray]:
    """Return what the models say that nobody has interrupted."""
    started = {model: installation.api.trigger(f"{model}.training") for model in CALM}
    for model, run in started.items():
        finish(installation, model, run)
    return {model: answers_of(installation, model) for model in CALM}


def finish(installation: Crashable, model: str, training_run: str) -> None:
    """Wait until a training and the promotion that it asks for have succeeded."""
    api, training, promotion = installation.api, f"{model}.training", f"{model}.promotion"
    state = until(lambda: _ended(api.run(training, training_run)), PATIENCE_SECONDS, f"{model} is still in training")
    assert state == "success", (model, api.tasks(training, training_run))
    state = until(lambda: (runs := api.runs(promotion)) and _ended(runs[0]), PATIENCE_SECONDS, f"{model} is not judged")
    assert state == "success", (model, api.tasks(promotion, api.runs(promotion)[0]["dag_run_id"]))


def _ended(run: dict[str, str]) -> str | None:
    return run["state"] if run["state"] in ("success", "failed") else None


def answers_of(installation: Crashable, model: str) -> np.ndarray:
    """Return what a champion says of all clean rows."""
    version = MlflowClient().get_model_version_by_alias(model, "champion")
    frame = read_frame(trained_dataset(version.run_id), open_store(installation.home.store))
    said = predict(trained_spec(version.run_id), load_model(f"models:/{model}@champion"), frame)
    return np.asarray(said.probabilities)


def kill_in_rounds(
    installation: Crashable, halts: list[Halt], strike: Callable[[Reached], None]
) -> list[tuple[Reached, float]]:
    """Train all models, strike whenever one reaches a halt, and return each halt with the seconds to its recovery."""
    begun = time.monotonic()
    runs = {model: installation.api.trigger(f"{model}.training") for model in sorted({halt.model for halt in halts})}
    reached = []
    for halt in installation.await_halts([halt.name for halt in halts], PATIENCE_SECONDS):
        reached.append(halt)
        strike(halt)
    for model, run in runs.items():
        finish(installation, model, run)
    told = [(halt, installation.recovered_seconds(halt)) for halt in reached]
    for halt, seconds in sorted(told):
        print(f"\n{halt.halt}: killed in {halt.task}, made good after {seconds:.1f} s", end="")  # noqa: T201
    print(f"\n{len(told)} kills, all made good within {time.monotonic() - begun:.0f} s", flush=True)  # noqa: T201
    return told


def check(installation: Crashable, halts: list[Halt], calm: dict[str, np.ndarray]) -> None:
    """Assert that every model is what it would have been, and that nobody left anything behind."""
    store = open_store(installation.home.store)
    amiss = {}
    for model in sorted({halt.model for halt in halts}):
        found = amiss_in_mlflow(MlflowClient(), store, model)
        last = aliases.history(store, model)[-1]
        if aliases.reconcile(store, model) != last:
            found.append("reconciling found something to do")
        expected = calm["calm_tuned" if model in TUNED_MODELS else "calm"]
        if not np.array_equal(answers_of(installation, model), expected):
            found.append("it answers otherwise than a model that nobody interrupted")
        if found:
            amiss[model] = found
    assert amiss == {}
    assert stored_objects_that_are_not_whole(store) == []
    assert left_behind(installation) == []


def left_behind(installation: Crashable) -> list[str]:
    """Return what nobody needs any more."""
    root = installation.home.root
    until(lambda: not _scratch(installation), 30, f"left behind: {_scratch(installation)}")
    return [path.name for path in (root / "store" / ".incoming").iterdir()]


def _scratch(installation: Crashable) -> list[str]:
    # Airflow's scheduler keeps the socket of its fork server there.
    return [path.name for path in (installation.home.root / "tmp").iterdir() if not path.name.startswith("pymp-")]


def test_a_task_killed_at_any_point_is_made_good_by_its_retry(
    installation: Crashable, calm: dict[str, np.ndarray]
) -> None:
    told = kill_in_rounds(installation, TASK_HALTS, lambda halt: os.kill(halt.pid, signal.SIGKILL))
    assert len(told) == 30
    check(installation, TASK_HALTS, calm)


def test_a_task_whose_supervisor_is_gone_that_is_told_to_stop_or_whose_time_is_up_is_tried_again(
    installation: Crashable, calm: dict[str, np.ndarray]
) -> None:
    def strike(halt: Reached) -> None:
        if halt.halt.startswith("supervisor"):
            os.kill(halt.parent, signal.SIGKILL)
            until(lambda: not _lives(halt.pid), 10, f"the task of {halt.halt} lives on without its supervisor")
        elif halt.halt.startswith("stopped"):
            # The supervisor hands on what it is told. Nobody needs to be told that time is up.
            os.kill(halt.parent, signal.SIGTERM)

    halts = [*SUPERVISOR_HALTS, *STOPPED_HALTS, *LATE_HALTS]
    assert len(kill_in_rounds(installation, halts, strike)) == len(halts)
    check(installation, halts, calm)


def test_a_scheduler_that_is_killed_takes_no_run_with_it(installation: Crashable, calm: dict[str, np.ndarray]) -> None:
    def strike(halt: Reached) -> None:
        number = int(halt.halt[-1])
        # Now the scheduler alone, now whatever it had started as well.
        installation.kill("scheduler", group=number % 2 == 0)
        if number != 5:
            installation.go(halt.halt)

    assert len(kill_in_rounds(installation, SCHEDULER_HALTS, strike)) == len(SCHEDULER_HALTS)
    check(installation, SCHEDULER_HALTS, calm)


def test_an_mlflow_server_that_is_killed_is_asked_again(installation: Crashable, calm: dict[str, np.ndarray]) -> None:
    def strike(halt: Reached) -> None:
        installation.kill("mlflow", group=True)
        installation.go(halt.halt)

    assert len(kill_in_rounds(installation, MLFLOW_HALTS, strike)) == len(MLFLOW_HALTS)
    check(installation, MLFLOW_HALTS, calm)


def test_databases_may_drop_every_connection(
    installation: Crashable, calm: dict[str, np.ndarray], cut: Databases
) -> None:
    def strike(halt: Reached) -> None:
        cut.cut_off()
        installation.go(halt.halt)

    assert len(kill_in_rounds(installation, DATABASE_HALTS, strike)) == len(DATABASE_HALTS)
    check(installation, DATABASE_HALTS, calm)


def _lives(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False
