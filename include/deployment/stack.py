"""The stack: the servers of one machine (Airflow's three and MLflow's), ready to be kept running."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

import requests

from include.deployment.airflow_settings import airflow_environment
from include.deployment.home import Home
from include.deployment.ports import Ports
from include.deployment.services import Service, running
from include.domain.errors import SluiceError
from include.domain.record import digest

BIN = Path(sys.executable).parent


def services(home: Home, ports: Ports) -> list[Service]:
    """Return the servers of one installation."""
    airflow = str(BIN / "airflow")
    return [
        Service("mlflow", _mlflow_command(home, ports), f"http://127.0.0.1:{ports.mlflow}/health"),
        Service("api-server", [airflow, "api-server"], f"http://127.0.0.1:{ports.airflow}/api/v2/monitor/health"),
        Service("scheduler", [airflow, "scheduler"]),
        Service("dag-processor", [airflow, "dag-processor"]),
    ]


def _mlflow_command(home: Home, ports: Ports) -> list[str]:
    # Clients write artifacts to the folder themselves, so that a run is readable with and without the server.
    return [
        str(BIN / "mlflow"),
        "server",
        "--host=127.0.0.1",
        f"--port={ports.mlflow}",
        f"--backend-store-uri={home.tracking}",
        f"--default-artifact-root={home.mlflow / 'artifacts'}",
        "--no-serve-artifacts",
        "--workers=1",
        "--x-frame-options=NONE",
    ]


def migrate(environment: dict[str, str], home: Home) -> None:
    """Create or upgrade Airflow's metadata database, once for each database and release of Airflow."""
    database = environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    ready = home.airflow / f"migrated-{digest([database, version('apache-airflow')])[:16]}"
    if ready.exists():
        return
    done = subprocess.run([str(BIN / "airflow"), "db", "migrate"], env=environment, capture_output=True, check=False)
    if done.returncode:
        log = home.logs / "migrate.log"
        log.write_bytes(done.stdout + done.stderr)
        raise SluiceError(f"Airflow's database could not be made ready: see {log}")
    ready.touch()


@contextmanager
def stack(home: Home, ports: Ports, *, clock: bool = True) -> Iterator[None]:
    """Keep the servers running; all of them have ended when the block is left.

    Parameters
    ----------
    home : Home
    ports : Ports
    clock : bool
        Whether runs start by the time of day; without it, only assets and people start them.

    Raises
    ------
    SluiceError
        If a port is taken, or a server does not start; names the port or the log.
    """
    ports.require_free()
    home.create()
    environment = airflow_environment(home, ports)
    migrate(environment, home)
    mlflow = f"http://127.0.0.1:{ports.mlflow}"
    # Links lead to the port that MLflow really took, unless somebody reaches it by another address.
    shared = {"SLUICE_MLFLOW_URL": mlflow, **environment, "MLFLOW_TRACKING_URI": mlflow}
    if not clock:
        shared["SLUICE_CLOCK"] = "off"
    with running(services(home, ports), shared, home.logs):
        warm_up(ports)
        yield


def warm_up(ports: Ports) -> None:
    """Let the API server build what it otherwise builds while the first task waits for it, which takes seconds."""
    with suppress(requests.RequestException):
        requests.get(f"http://127.0.0.1:{ports.airflow}/execution/health", timeout=60)
