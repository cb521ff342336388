"""How many single rows a second the prediction service answers, beside MLflow's own server with the same model."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import requests

from include.bench.report import Report, Table, Told
from include.bench.served_models import LOGISTIC, STEPS, TREES, a_spec, payments, tracking_at, train_champion
from include.deployment.airflow_settings import QUIET, THREADS
from include.deployment.home import Home
from include.deployment.services import Service, running

AT_LEAST = 6.0
CONNECTIONS = (1, 8)
BIN = Path(sys.executable).parent
MODELS = {"logistic": "LogisticRegression", "trees": "HistGradientBoosting"}

PROMISE = (
    f"Of single rows the service answers at least {AT_LEAST:g} times as many a second as `mlflow models serve` with "
    "the same model, at a lower 99th percentile, whether over one connection or over several."
)

METHOD = (
    "Both servers run at the same time, one process each, with one thread for numbers, and are asked in turn by the "
    "same generator (aiohttp, a process of its own), which sends the next request over a connection as soon as it has "
    "the answer to the one before. Every request holds one row, as `dataframe_records` to `/invocations`; both have to "
    "say the same. The service validates, logs every prediction and looks after its alias meanwhile. "
    "HistGradientBoosting has 100 trees. *With cleaning* is the service alone, with four steps between the row and the "
    "model. Medians of the repeats; ratios are of neighbouring measurements."
)


@dataclass(frozen=True)
class Pressed:
    """What a server withstood: requests a second, and percentiles in milliseconds."""

    per_second: float
    p50: float
    p99: float
    failed: int

    @classmethod
    def of(cls, done: dict[str, Any]) -> Pressed:
        """Read what the generator printed."""
        p50, p99 = np.percentile(done["milliseconds"] or [float("nan")], [50, 99])
        rate = len(done["milliseconds"]) / done["seconds"]
        return cls(rate, float(p50), float(p99), sum(done["failed"].values()))


Cell = tuple[str, str, int]
"""Server, model and number of connections."""


def measure_serving(told: Told, *, quick: bool = False) -> Report:
    """Measure both servers under the same load.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        Once, for a second.
    """
    seconds, repeats = (1.0, 1) if quick else (4.0, 3)
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as scratch:
        root = Path(scratch)
        home = Home(
            root=root, store=f"file://{root}/store", tracking=f"sqlite:///{root}/mlflow.db", specs=root / "specs"
        )
        home.create()
        bodies = _prepare(home, told)
        with _servers(home) as addresses:
            differ = _differences(addresses, bodies)
            seen = _press_all(addresses, bodies, told, seconds=seconds, repeats=repeats)
    return report_of(seen, differ)


def report_of(seen: dict[Cell, list[Pressed]], differ: int) -> Report:
    """Return the figures beside each other, and every promise that they do not keep."""
    rows, broken, figures = [], [], []
    for (server, model, connections), found in seen.items():
        mine = _median(found)
        theirs = seen.get(("mlflow models serve", model, connections))
        ratio = None
        if server == "sluice serve" and theirs:
            ratio = statistics.median(a.per_second / b.per_second for a, b in zip(found, theirs, strict=True))
            where = f"{MODELS[model]} over {connections} connections"
            broken += [f"{where}: {ratio:.1f} times as many requests"] if ratio < AT_LEAST else []
            broken += [f"{where}: a higher 99th percentile"] if mine.p99 >= _median(theirs).p99 else []
        broken += [f"{server}, {model}: {mine.failed} requests failed"] if mine.failed else []
        shown = "-" if ratio is None else f"{ratio:.1f}"
        cells = (f"{mine.per_second:,.0f}", f"{mine.p50:.2f}", f"{mine.p99:.2f}", shown)
        rows.append((MODELS.get(model, "HistGradientBoosting with cleaning"), server, str(connections), *cells))
        numbers = {"per_second": mine.per_second, "p50_ms": mine.p50, "p99_ms": mine.p99, "ratio": ratio}
        figures.append({"server": server, "model": model, "connections": connections, **numbers})
    broken += [f"{differ} answers differ"] if differ else []
    columns = ("model", "server", "connections", "requests a second", "p50 ms", "p99 ms", "ratio")
    table = Table(title="Single rows over HTTP", columns=columns, rows=tuple(rows))
    return Report(promise=PROMISE, method=METHOD, tables=(table,), figures={"cells": figures}, broken=tuple(broken))


def _median(found: list[Pressed]) -> Pressed:
    return Pressed(
        per_second=statistics.median(one.per_second for one in found),
        p50=statistics.median(one.p50 for one in found),
        p99=statistics.median(one.p99 for one in found),
        failed=sum(one.failed for one in found),
    )


def _prepare(home: Home, told: Told) -> dict[str, Path]:
    """Train the models, and return a file of bodies for each."""
    frame = payments()
    frame.to_parquet(home.root / "payments.parquet")
    specs = [
        a_spec("logistic", home.root / "payments.parquet", LOGISTIC),
        a_spec("trees", home.root / "payments.parquet", TREES),
        a_spec("cleaned", home.root / "payments.parquet", TREES, STEPS),
    ]
    files = {}
    with tracking_at(home):
        for number, spec in enumerate(specs):
            told(number, len(specs), f"training {spec.name}")
            train_champion(home, spec)
            names = [n for n in spec.data.feature_columns(()) if n in frame] + (["event_time"] if spec.cleaning else [])
            rows = frame[names].head(200)
            records = json.loads(rows.to_json(orient="records", date_format="iso", double_precision=15))
            files[spec.name] = home.root / f"{spec.name}.jsonl"
            lines = [json.dumps({"dataframe_records": [record]}) for record in records]
            files[spec.name].write_text("\n".join(lines), encoding="utf-8")
    return files


@contextmanager
def _servers(home: Home) -> Iterator[dict[tuple[str, str], str]]:
    """Run all servers, and yield where each answers about which model."""
    environment = {**os.environ, **THREADS, **QUIET, **home.environment()}
    # Where a caller's environment compiles nothing, imports would be measured.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    ports = dict(zip(("sluice", *MODELS), _free_ports(3), strict=True))
    addresses = {
        ("sluice serve", name): f"http://127.0.0.1:{ports['sluice']}/models/{name}/invocations"
        for name in (*MODELS, "cleaned")
    }
    addresses |= {("mlflow models serve", name): f"http://127.0.0.1:{ports[name]}/invocations" for name in MODELS}
    serve = [str(BIN / "sluice"), "serve", *MODELS, "cleaned", "--port", str(ports["sluice"])]
    services = [Service("sluice-serve", serve, f"http://127.0.0.1:{ports['sluice']}/ready")]
    for name in MODELS:
        command = [str(BIN / "mlflow"), "models", "serve", "--model-uri", f"models:/{name}@champion", "--workers", "1"]
        command += ["--env-manager", "local", "--host", "127.0.0.1", "--port", str(ports[name])]
        services.append(Service(f"mlflow-{name}", command, f"http://127.0.0.1:{ports[name]}/ping"))
    # MLflow looks for its programs on the path.
    environment["PATH"] = f"{BIN}{os.pathsep}{environment.get('PATH', '')}"
    with running(services, environment, home.logs):
        yield addresses


def _differences(addresses: dict[tuple[str, str], str], bodies: dict[str, Path]) -> int:
    differ = 0
    for name in MODELS:
        for line in bodies[name].read_text(encoding="utf-8").splitlines()[:50]:
            said = [
                requests.post(
                    addresses[server, name], data=line, headers={"Content-Type": "application/json"}, timeout=30
                ).json()["predictions"]
                for server in ("sluice serve", "mlflow models serve")
            ]
            differ += said[0] != said[1]
    return differ


def _press_all(
    addresses: dict[tuple[str, str], str], bodies: dict[str, Path], told: Told, *, seconds: float, repeats: int
) -> dict[Cell, list[Pressed]]:
    order = [("mlflow models serve", name) for name in MODELS] + [("sluice serve", n) for n in (*MODELS, "cleaned")]
    cells = [(*one, connections) for connections in CONNECTIONS for one in sorted(order, key=lambda one: one[1])]
    seen: dict[Cell, list[Pressed]] = {
        cell: [] for cell in sorted(cells, key=lambda c: (c[1] == "cleaned", c[1], c[2]))
    }
    for done in range(repeats):
        for at, (server, name, connections) in enumerate(cells):
            told(done * len(cells) + at, repeats * len(cells), f"{server}, {name}, {connections} connections")
            pressed = _press(addresses[server, name], bodies[name], connections, seconds)
            seen[server, name, connections].append(pressed)
    return seen


def _press(address: str, bodies: Path, connections: int, seconds: float) -> Pressed:
    command = [sys.executable, "-m", "include.bench.load", address, str(bodies), str(connections), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Pressed.of(json.loads(done.stdout))


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
