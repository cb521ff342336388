"""How long Airflow takes to parse many specs, beside DAGs of the same shape made of empty operators."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

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
    for kind, tasks in (("training", 9), ("promotion", 4)):
        with DAG(f"model_{{number}}.{{kind}}", schedule="0 3 * * 1"):
            chain(*(EmptyOperator(task_id=f"step_{{task}}") for task in range(tasks)))
"""


def measure_parsing(models: int = 200, repeats: int = 3) -> dict[str, Any]:
    """Return the median seconds to parse the DAGs of many specs and of bare DAGs, and their ratio.

    Parameters
    ----------
    models : int
        Number of specs; each makes two DAGs.
    repeats : int
        Processes for each of the two; both are taken in turn.
    """
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        specs, bare = root / "specs", root / "bare"
        for folder in (specs, bare):
            folder.mkdir()
        for number in range(models):
            (specs / f"model_{number:04d}.yaml").write_text(SPEC.format(number=number))
        (bare / "bare.py").write_text(BARE_DAGS.format(models=models))
        runs = [(_parse(root, specs, PROJECT / "dags"), _parse(root, specs, bare)) for _ in range(repeats)]
    ours, theirs = (statistics.median(run[side]["seconds"] for run in runs) for side in (0, 1))
    return {
        "specs": models,
        "dags": runs[0][0]["dags"],
        "seconds": round(ours, 2),
        "bare_seconds": round(theirs, 2),
        "ratio": round(ours / theirs, 2),
        "heavy_libraries_loaded": runs[0][0]["heavy"],
        "errors": runs[0][0]["errors"],
    }


def _parse(root: Path, specs: Path, dags: Path) -> dict[str, Any]:
    home = Home(root=root, store=f"file://{root}/store", tracking=f"sqlite:///{root}/mlflow.db", specs=specs)
    home.create()
    environment = {**airflow_environment(home, Ports()), **home.environment()}
    command = [sys.executable, "-m", "plugins.parsing", str(dags)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))
