"""An installation whose servers may be killed one by one, and whose tasks stand still at chosen lines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from include.deployment.airflow_api import AirflowApi
from include.deployment.airflow_settings import airflow_environment
from include.deployment.home import PROJECT, Home
from include.deployment.ports import Ports
from include.deployment.secrets import open_secrets
from include.deployment.services import Service, running
from include.deployment.stack import migrate, services

HALTING = Path(__file__).parent / "halting"


class Halt(NamedTuple):
    """A line at which a model's task stands still, once."""

    name: str
    model: str
    dag: str
    task: str
    place: str
    when: str
    call: int


class Reached(NamedTuple):
    """A task that stands still, and since when."""

    halt: str
    pid: int
    parent: int
    task: str
    run: str
    dag: str
    at: float


class Crashable:
    """A running installation."""

    def __init__(
        self,
        home: Home,
        ports: Ports,
        environment: Mapping[str, str],
        halts: Iterable[Halt],
        more: Iterable[Service] = (),
    ) -> None:
        self.home, self.ports, self.environment = home, ports, dict(environment)
        self.halts = {halt.name: halt for halt in halts}
        self.services = [*services(home, ports), *more]
        self.processes: list[subprocess.Popen[bytes]] = []
        self.api: AirflowApi

    def kill(self, name: str, *, group: bool = False) -> None:
        """Kill the process of a server, or all of its processes, with a signal that nobody can catch."""
        place = [service.name for service in self.services].index(name)
        process = until(lambda: self.processes[place].poll() is None and self.processes[place], 60, f"no {name}")
        (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)

    def await_halts(self, names: Iterable[str], patience_seconds: float) -> Iterator[Reached]:
        """Yield every task that stands still at one of the halts, as it comes."""
        left, deadline = set(names), time.monotonic() + patience_seconds
        while left:
            assert time.monotonic() < deadline, f"nobody reached {sorted(left)}"
            for name in sorted(left):
                mark = self.halting / f"{name}.reached"
                if mark.exists():
                    left.remove(name)
                    told = json.loads(mark.read_text())
                    dag = self.halts[name].dag
                    yield Reached(
                        name, told["pid"], told["parent"], told["task"], told["run"], dag, mark.stat().st_mtime
                    )
            time.sleep(0.02)

    def go(self, name: str) -> None:
        """Let a task that stands still go on."""
        (self.halting / f"{name}.go").touch()

    @property
    def halting(self) -> Path:
        """Folder in which tasks say where they stand."""
        return self.home.root / "halts"

    def recovered_seconds(self, reached: Reached) -> float:
        """Return how long after the kill the same task had succeeded."""
        task = next(task for task in self.api.tasks(reached.dag, reached.run) if task["task_id"] == reached.task)
        assert task["state"] == "success", (reached, task["state"])
        return datetime.fromisoformat(task["end_date"]).timestamp() - reached.at


@contextmanager
def crashable(
    home: Home, ports: Ports, halts: list[Halt], settings: Mapping[str, str], more: Iterable[Service] = ()
) -> Iterator[Crashable]:
    """Yield a running installation, all of whose processes have ended when the block is left."""
    ports.require_free()
    home.create()
    folder, scratch = home.root / "halts", home.root / "tmp"
    folder.mkdir()
    scratch.mkdir()
    (folder / "halts.json").write_text(json.dumps([halt._asdict() for halt in halts]))
    environment = {
        **airflow_environment(home, ports),
        "PYTHONPATH": f"{HALTING}{os.pathsep}{PROJECT}",
        "SLUICE_TEST_HALTS": str(folder),
        "TMPDIR": str(scratch),
        "MLFLOW_TRACKING_URI": home.tracking,
        **settings,
    }
    migrate(environment, home)
    shared = {**environment, "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{ports.mlflow}"}
    made = Crashable(home, ports, shared, halts, more)
    with running(made.services, made.environment, home.logs) as made.processes:
        made.api = AirflowApi(f"http://127.0.0.1:{ports.airflow}", "admin", open_secrets(home.airflow).admin_password)
        yield made


def until(condition: Callable[[], Any], patience_seconds: float, otherwise: str) -> Any:
    """Return what the condition returns as soon as it is true."""
    deadline = time.monotonic() + patience_seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.3)
    return found
