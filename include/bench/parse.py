"""How long Airflow takes to parse many specs, beside bare DAGs of the same shape, and to come round to all of them."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from include.bench.parse_loop import Round, come_round
from include.bench.report import Report, Table, Told
from include.deployment.airflow_settings import airflow_environment
from include.deployment.home import PROJECT, Home
from include.deployment.ports import Ports

SPEC = """name: model_{number:04d}
owner: bench
task: binary
data: {{source: "data/{number}.parquet", target: y, time: at, window: 90d}}
quality:
  raw:
    expectations:
      - {{type: expect_column_values_to_not_be_null, kwargs: {{column: a}}}}
      - {{type: expect_column_values_to_be_between, kwargs: {{column: a, min_value: 0}}, quarantine: true}}
training: {{estimator: sklearn.linear_model.LogisticRegression, parameters: {{C: 1.0}}}}
gates: {{bounds: [{{observation: roc_auc, at_least: 0.7}}]}}
schedule: "0 3 * * 1"
"""

BARE_DAGS = """from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, chain

for number in range({models}):
    for kind, tasks in (("training", 10), ("promotion", 4), ("scoring", 6), ("monitoring", 8)):
        with DAG(f"model_{{number}}.{{kind}}", schedule="0 3 * * 1"):
            chain(*(EmptyOperator(task_id=f"step_{{task}}") for task in range(tasks)))
"""


DAGS_A_SPEC = 4

MANY, LOOPS, SECONDS = 1_000, 3, 5

PROMISE = (
    f"200 specs are parsed within {SECONDS} seconds, no heavy library is loaded on the way, and with {MANY:,} specs "
    "the DAG processor does not fall behind."
)

METHOD = (
    "Median of processes that parse either folder of DAGs in turn, on the settings of an installation. The bare DAGs "
    "are as many, with as many tasks, all of them empty. The DAG processor is Airflow's, on a database of its own "
    f"(SQLite); it looks {LOOPS} times at every file, again at once, and stores what it finds; the longest way round "
    "counts, beside the interval that the house asks it to keep with so many specs."
)


def measure_parsing(told: Told, *, quick: bool = False) -> Report:
    """Measure the seconds to parse the DAGs of many specs, and those of bare DAGs.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        Few specs, once.
    """
    models, repeats = (10, 1) if quick else (200, 3)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        specs, bare = root / "specs", root / "bare"
        for folder in (specs, bare):
            folder.mkdir()
        for number in range(models):
            (specs / f"model_{number:04d}.yaml").write_text(SPEC.format(number=number))
        (bare / "bare.py").write_text(BARE_DAGS.format(models=models))
        runs = []
        for done in range(repeats):
            told(done, repeats, "parsing")
            runs.append((_parse(root, specs, PROJECT / "dags"), _parse(root, specs, bare)))
        told(repeats, repeats, "the DAG processor")
        around = _come_round(root / "many", 20 if quick else MANY, loops=2 if quick else LOOPS)
    ours, theirs = (statistics.median(run[side]["seconds"] for run in runs) for side in (0, 1))
    return report_of(models, ours, theirs, runs[0][0], around)


def report_of(models: int, ours: float, theirs: float, seen: dict[str, Any], around: tuple[int, Round]) -> Report:
    """Return the figures beside each other, and every promise that they do not keep."""
    heavy, errors = seen["heavy"], seen["errors"]
    loaded = ", ".join(heavy) or "none"
    broken = [*(f"{name} is loaded" for name in heavy), *(f"a DAG file does not parse: {e}" for e in errors)]
    broken += [f"{models} specs take {ours:.1f} seconds"] if ours > SECONDS else []
    many, taken = around
    if taken.seconds > taken.interval_seconds:
        broken.append(f"the DAG processor takes {taken.seconds:.0f} seconds to come round")
    rows = (
        ("DAGs of the specs", str(seen["dags"]), f"{ours:.2f}", f"{ours / theirs:.2f}", loaded),
        ("bare DAGs", str(DAGS_A_SPEC * models), f"{theirs:.2f}", "1.00", ""),
    )
    return Report(
        promise=PROMISE,
        method=METHOD,
        tables=(
            Table(
                title=f"{models} specs",
                columns=("what", "DAGs", "seconds", "ratio", "heavy libraries loaded"),
                rows=rows,
            ),
            Table(
                title=f"The DAG processor with {many:,} specs",
                columns=("DAGs", "seconds from one look at a file to the next", "interval of the house"),
                rows=((f"{DAGS_A_SPEC * many:,}", f"{taken.seconds:.1f}", f"{taken.interval_seconds:.0f}"),),
            ),
        ),
        figures={
            "specs": models,
            "dags": seen["dags"],
            "seconds": round(ours, 2),
            "bare_seconds": round(theirs, 2),
            "ratio": round(ours / theirs, 2),
            "heavy_libraries_loaded": heavy,
            "errors": errors,
            "many_specs": many,
            "loop_seconds": round(taken.seconds, 1),
            "interval_seconds": taken.interval_seconds,
        },
        broken=tuple(broken),
    )


def _come_round(root: Path, specs: int, *, loops: int) -> tuple[int, Round]:
    home = Home(root=root, store=f"file://{root}/store", tracking=f"sqlite:///{root}/mlflow.db", specs=root / "specs")
    home.create()
    home.specs.mkdir()
    for number in range(specs):
        (home.specs / f"model_{number:04d}.yaml").write_text(SPEC.format(number=number))
    return specs, come_round(home, DAGS_A_SPEC * specs, loops=loops)


def _parse(root: Path, specs: Path, dags: Path) -> dict[str, Any]:
    home = Home(root=root, store=f"file://{root}/store", tracking=f"sqlite:///{root}/mlflow.db", specs=specs)
    home.create()
    environment = {**airflow_environment(home, Ports()), **home.environment()}
    command = [sys.executable, "-m", "plugins.parsing", str(dags)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))
