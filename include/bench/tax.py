"""The orchestration tax: an example's training on Airflow beside the same steps called in one plain process."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from include.bench.report import Report, Table, Told
from include.deployment.airflow_api import AirflowApi
from include.deployment.airflow_settings import STOCK, airflow_environment
from include.deployment.home import PROJECT, Home
from include.deployment.ports import Ports, free_ports
from include.deployment.secrets import open_secrets
from include.deployment.stack import stack
from include.deployment.watching import await_dags, await_promotion, watch_run
from include.domain.errors import SluiceError

RATIO, OVERHEAD_SECONDS = 1.25, 4.0
LARGE_ROWS, SLOTS, REPEATS = 1_000_000, 32, 3
PATIENCE_SECONDS = 1_800

PROMISE = (
    f"Airflow adds at most a quarter to the training of an example at {LARGE_ROWS:,} rows, and at most "
    f"{OVERHEAD_SECONDS:g} seconds to that of a tiny one."
)

METHOD = (
    "The DAG `<model>.training` from snapshot to registered challenger, from its place in the queue to its end as "
    "Airflow notes them, on a real scheduler, API server and MLflow (SQLite). *Plain* are the same operators asked one "
    "after the other in one process, with the same MLflow server, all libraries loaded before. *Stock* is the same "
    f"installation with `{STOCK}=true`. Every run has a model of its own, so that nothing is reused; one run goes "
    "before to warm both up. The tiny example is breast cancer (569 rows, median of the runs), the large one is card "
    "fraud. Slots are the workers of a LocalExecutor that has nothing to do; pages that processes share count once."
)


def measure_tax(told: Told, *, quick: bool = False) -> Report:
    """Measure the training of a tiny and of a large example on Airflow and without it.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        The large example with few rows, everything once, no stock Airflow.
    """
    repeats, rows = (1, 20_000) if quick else (REPEATS, LARGE_ROWS)
    ways = ("warm",) if quick else ("warm", "stock")
    seen: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        files = _write_data(Path(scratch), rows)
        for done, way in enumerate(ways):
            told(done, len(ways) + 1, way)
            with _installation(Path(scratch, way), files, repeats, stock=way == "stock") as (api, plain):
                seen[way] = {
                    "tiny": [_on_airflow(api, f"tiny_{number}") for number in range(repeats + 1)][1:],
                    "large": [_on_airflow(api, "large_0")],
                }
                if way == "warm":
                    seen["plain"] = {
                        "tiny": [plain(f"tiny_plain_{number}") for number in range(repeats + 1)][1:],
                        "large": [plain("large_plain_0")],
                    }
        told(len(ways), len(ways) + 1, f"{SLOTS} idle slots")
        slots = {way: _idle(Path(scratch, way), stock=way == "stock") for way in ways}
    told(len(ways) + 1, len(ways) + 1, "measured")
    return report_of(seen, slots, rows)


def report_of(seen: dict[str, dict[str, list[float]]], slots: dict[str, dict[str, int]], rows: int) -> Report:
    """Return the figures beside each other, and every promise that they do not keep."""
    seconds = {way: {size: statistics.median(runs) for size, runs in sizes.items()} for way, sizes in seen.items()}
    plain, warm = seconds["plain"], seconds["warm"]
    ratio, overhead = warm["large"] / plain["large"], warm["tiny"] - plain["tiny"]
    broken = [f"Airflow takes {ratio:.2f} times as long at {rows:,} rows"] if ratio > RATIO else []
    broken += [f"Airflow adds {overhead:.1f} seconds to the tiny example"] if overhead > OVERHEAD_SECONDS else []
    table = tuple(
        (size, way, f"{of[size]:.1f}", f"{of[size] / plain[size]:.2f}", f"{of[size] - plain[size]:.1f}")
        for size in ("tiny", "large")
        for way, of in sorted(seconds.items(), key=lambda item: ("plain", "warm", "stock").index(item[0]))
    )
    memory = tuple(
        (way, str(of["slots"]), *(f"{of[size] / 1e6:,.0f}" if of[size] else "" for size in ("first_bytes", "bytes")))
        for way, of in slots.items()
    )
    return Report(
        promise=PROMISE,
        method=METHOD,
        tables=(
            Table(
                title=f"One training; the large one has {rows:,} rows",
                columns=("example", "way", "seconds", "ratio", "seconds added"),
                rows=table,
            ),
            Table(title="Idle slots", columns=("Airflow", "slots", "MB with one", "MB"), rows=memory),
        ),
        figures={
            "rows": rows,
            "seconds": {way: {size: round(of, 2) for size, of in sizes.items()} for way, sizes in seconds.items()},
            "ratio": round(ratio, 3),
            "overhead_seconds": round(overhead, 2),
            "idle_slots": slots,
        },
        broken=tuple(broken),
    )


def _write_data(folder: Path, rows: int) -> dict[str, Path]:
    from include.simulators.card_fraud import simulate_card_fraud
    from include.simulators.example_data import breast_cancer

    files = {"tiny": folder / "breast_cancer.csv", "large": folder / "card_fraud.parquet"}
    breast_cancer().to_csv(files["tiny"], index=False)
    simulate_card_fraud(rows).to_parquet(files["large"], index=False)
    return files


def _write_specs(folder: Path, files: dict[str, Path], repeats: int) -> list[str]:
    """Write the specs of the examples under other names, without a schedule, and return the names."""
    folder.mkdir(parents=True)
    names = []
    for size, example, count in (("tiny", "breast_cancer", repeats + 1), ("large", "card_fraud", 1)):
        content = yaml.safe_load((PROJECT / "include" / "specs" / f"{example}.yaml").read_text(encoding="utf-8"))
        content.pop("schedule", None)
        content["data"]["source"] = str(files[size])
        for name in (f"{size}_{way}{number}" for way in ("", "plain_") for number in range(count)):
            names.append(name)
            text = yaml.safe_dump({**content, "name": name}, sort_keys=False)
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return names


@contextmanager
def _installation(
    root: Path, files: dict[str, Path], repeats: int, *, stock: bool
) -> Iterator[tuple[AirflowApi, Callable[[str], float]]]:
    """Yield a running Airflow, and what runs a model's training without it."""
    names = _write_specs(root / "specs", files, repeats)
    home, ports = _home(root), free_ports()
    with _switched(stock=stock), stack(home, ports):
        api = AirflowApi(f"http://127.0.0.1:{ports.airflow}", "admin", open_secrets(home.airflow).admin_password)
        await_dags(api, [f"{name}.training" for name in names], PATIENCE_SECONDS)
        environment = {
            **airflow_environment(home, ports),
            "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{ports.mlflow}",
        }
        yield api, lambda name: _plainly(name, environment)


def _home(root: Path) -> Home:
    return Home(
        root=root, store=f"file://{root}/store", tracking=f"sqlite:///{root}/mlflow/mlflow.db", specs=root / "specs"
    )


def _on_airflow(api: AirflowApi, model: str) -> float:
    dag = f"{model}.training"
    run_id = api.trigger(dag)
    states = {task["task_id"]: task["state"] for task in watch_run(api, dag, run_id, PATIENCE_SECONDS)}
    if set(states.values()) != {"success"}:
        raise SluiceError(f"{dag} did not succeed: {states}")
    run = api.run(dag, run_id)
    # The promotion that follows would take its cores from the next run.
    promotion = await_promotion(api, model, run_id, PATIENCE_SECONDS)
    list(watch_run(api, f"{model}.promotion", promotion, PATIENCE_SECONDS))
    return (_moment(run["end_date"]) - _moment(run["queued_at"])).total_seconds()


def _plainly(model: str, environment: dict[str, str]) -> float:
    told = _json_of("plugins.plain_run", model, {**environment, "SLUICE_ONLY": model})
    return float(sum(told.values()))


def _idle(root: Path, *, stock: bool) -> dict[str, int]:
    with _switched(stock=stock):
        return _json_of("plugins.idle_slots", str(SLOTS), airflow_environment(_home(root), Ports()))


def _json_of(module: str, argument: str, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", module, argument]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SluiceError(f"{module} {argument} failed: {done.stderr[-2_000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def _switched(*, stock: bool) -> Iterator[None]:
    before = os.environ.get(STOCK)
    os.environ[STOCK] = str(stock).lower()
    try:
        yield
    finally:
        os.environ.pop(STOCK)
        if before is not None:
            os.environ[STOCK] = before


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
