"""What it costs to keep a training run in MLflow, beside logging the same value by value with MLflow's defaults."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from include.bench.report import Report, Table, Told
from include.deployment.airflow_settings import QUIET, THREADS
from include.deployment.home import PROJECT, Home
from include.deployment.ports import free_ports
from include.deployment.services import running
from include.deployment.stack import services

TIMES_FASTER = 10
REPEATS = 3

PROMISE = (
    f"A whole training run is kept in MLflow at least {TIMES_FASTER} times faster than by the calls that first come to "
    "mind with MLflow's defaults, in few requests."
)

METHOD = (
    "Both keep the same parameters, metrics, tags, files and two models on a real MLflow server (SQLite, artifacts in "
    "a folder), in processes that have logged one run before. *Here* is the training of a logistic regression on 2,000 "
    "rows, with its fit, importances and plot; *one by one* only logs: `log_param`, `log_metric`, `set_tag` and "
    "`log_artifact` for each thing, `log_model` without requirements. Medians."
)


def measure_tracking(told: Told, *, quick: bool = False) -> Report:
    """Count the requests and measure the seconds of one training run, kept in two ways.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        Once.
    """
    repeats = 1 if quick else REPEATS
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        home = Home(
            root=root, store=f"file://{root}/store", tracking=f"sqlite:///{root}/mlflow/mlflow.db", specs=root / "specs"
        )
        home.create()
        ports = free_ports()
        environment = {**os.environ, **THREADS, **QUIET, **home.environment(), "PYTHONPATH": str(PROJECT)}
        server = [service for service in services(home, ports) if service.name == "mlflow"]
        told(0, 2 * repeats, "starting MLflow")
        with running(server, environment, home.logs):
            environment["MLFLOW_TRACKING_URI"] = f"http://127.0.0.1:{ports.mlflow}"
            here, apart = [], []
            for done in range(repeats):
                told(2 * done, 2 * repeats, "here")
                here.append(_run("here", root, environment))
                told(2 * done + 1, 2 * repeats, "one by one")
                apart.append(_run("one by one", root, environment))
    told(2 * repeats, 2 * repeats, "measured")
    return report_of(here, apart)


def report_of(here: Sequence[dict[str, Any]], apart: Sequence[dict[str, Any]]) -> Report:
    """Return the figures beside each other, and every promise that they do not keep."""
    ours, theirs = (statistics.median(run["seconds"] for run in runs) for runs in (here, apart))
    calls = sorted({run["calls"] for run in here})
    broken = [f"only {theirs / ours:.1f} times faster"] if theirs < TIMES_FASTER * ours else []
    broken += [f"the number of requests varies: {calls}"] if len(calls) > 1 else []
    rows = (
        ("here", str(calls[-1]), f"{ours:.2f}", "1.0"),
        ("one by one", str(apart[0]["calls"]), f"{theirs:.2f}", f"{theirs / ours:.1f}"),
    )
    return Report(
        promise=PROMISE,
        method=METHOD,
        tables=(Table(title="One training run", columns=("way", "requests", "seconds", "times as long"), rows=rows),),
        figures={
            "requests": calls[-1],
            "seconds": round(ours, 3),
            "requests_one_by_one": apart[0]["calls"],
            "seconds_one_by_one": round(theirs, 2),
            "times_faster": round(theirs / ours, 1),
        },
        broken=tuple(broken),
    )


def _run(way: str, root: Path, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "include.bench.tracking_ways", way, str(root / "records")]
    (root / "records").mkdir(exist_ok=True)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))
