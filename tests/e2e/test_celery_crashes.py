"""On Celery a worker may be killed like anybody else: another takes its place, and the run ends as if nothing were."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.deployment.home import Home
from include.deployment.ports import Ports
from include.deployment.services import Service, stop
from include.deployment.stack import BIN
from include.deployment.watching import await_dags
from tests.e2e.conftest import free_port, write_customers
from tests.e2e.crash_databases import databases
from tests.e2e.crash_halts import WORKER_HALTS
from tests.e2e.crashable import Crashable, Reached, crashable
from tests.e2e.test_crashes import SOONER, SPEC, answers_of, check, finish, kill_in_rounds

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("crashes")]

CALM = "calm"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a Redis of its own."""
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("no redis-server")
    port, folder = free_port(), tmp_path_factory.mktemp("redis")
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop([process])


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, broker: str) -> Iterator[Crashable]:
    root: Path = tmp_path_factory.mktemp("celery")
    (root / "specs").mkdir()
    (root / "data").mkdir()
    write_customers(root / "data" / "churn.csv", broken_rows=5)
    models = [*sorted({halt.model for halt in WORKER_HALTS}), CALM]
    for model in models:
        text = SPEC.format(name=model, folder=root / "data", tuning="", step="2h")
        (root / "specs" / f"{model}.yaml").write_text(text)
    with databases(root) as made, pytest.MonkeyPatch.context() as patched:
        home = Home(root=root, store=f"file://{root}/store", tracking=made.mlflow, specs=root / "specs")
        ports = Ports(airflow=free_port(), mlflow=free_port(), worker_logs=free_port(), trigger_logs=free_port())
        settings = {
            **SOONER,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": made.airflow,
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__CELERY__BROKER_URL": broker,
            "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{made.airflow}",
            "AIRFLOW__CELERY__WORKER_CONCURRENCY": "3",
            # A task that the dead worker had fetched and not begun: ten minutes by Airflow's own settings.
            "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "45",
            "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "5",
        }
        worker = Service("worker", [str(BIN / "airflow"), "celery", "worker", "--without-mingle", "--without-gossip"])
        with crashable(home, ports, WORKER_HALTS, settings, [worker]) as running:
            patched.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{ports.mlflow}")
            await_dags(running.api, [f"{model}.{kind}" for model in models for kind in ("training", "promotion")], 240)
            yield running


def test_a_worker_that_is_killed_takes_no_run_with_it(installation: Crashable) -> None:
    finish(installation, CALM, installation.api.trigger(f"{CALM}.training"))
    calm = {CALM: answers_of(installation, CALM)}

    def strike(halt: Reached) -> None:
        # Now the worker alone, now whatever it had forked as well.
        installation.kill("worker", group=int(halt.halt[-1]) % 2 == 0)
        installation.go(halt.halt)

    assert len(kill_in_rounds(installation, WORKER_HALTS, strike)) == len(WORKER_HALTS)
    check(installation, WORKER_HALTS, calm)
