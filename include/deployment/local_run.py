"""A local run: one model's DAGs in a process of their own, watched from here event by event."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from include.deployment.airflow_settings import airflow_environment
from include.deployment.home import Home
from include.deployment.ports import Ports
from include.deployment.services import stop
from include.deployment.stack import migrate

DATABASE = "local_runs.db"
"""Local runs keep a metadata database of their own: a scheduler that shares it would run their tasks a second time."""


def run_locally(
    home: Home, model: str, parameters: dict[str, Any], log: Path, *, kind: str = "training"
) -> Iterator[dict[str, Any]]:
    """Run one DAG of a model, after its training also its promotion, and yield what every step does.

    Parameters
    ----------
    home : Home
    model : str
    parameters : dict
        What the form of the DAG takes.
    log : Path
        Takes everything that Airflow prints.
    kind : str
        ``training`` or ``scoring``.

    Yields
    ------
    dict
        Events of :mod:`plugins.local_run`; the last one has the key ``returncode``.
    """
    home.create()
    environment = airflow_environment(home, Ports.from_environment(), database=DATABASE)
    migrate(environment, home)
    reader, writer = os.pipe()
    request = json.dumps({"model": model, "parameters": parameters, "kind": kind})
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "plugins.local_run", str(writer), request],
            # Tasks come one after the other here, so that the segments of one may have all cores.
            env={**environment, "SLUICE_ONLY": model, **home.with_processes(os.cpu_count() or 1).environment()},
            pass_fds=[writer],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    os.close(writer)
    try:
        with os.fdopen(reader) as events:
            for line in events:
                yield json.loads(line)
        yield {"event": "end", "returncode": process.wait()}
    finally:
        if process.poll() is None:
            stop([process])
