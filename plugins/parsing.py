"""Parsing, measured: how long Airflow takes to read the DAG files, and which heavy libraries that loads.

Run as ``python -m plugins.parsing [FILE…]`` in the environment of an Airflow process; prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from airflow.dag_processing.dagbag import DagBag

HEAVY = ("mlflow", "great_expectations", "evidently", "sklearn", "pandas", "numpy", "scipy", "pyarrow", "duckdb")


def parse(folder: str) -> dict[str, Any]:
    """Return seconds, number of DAGs, errors, and the heavy libraries that were loaded on the way."""
    started = time.perf_counter()
    bag = DagBag(dag_folder=folder, safe_mode=False)
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "dags": len(bag.dags),
        "errors": bag.import_errors,
        "heavy": [library for library in HEAVY if library in sys.modules],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(parse(sys.argv[1])) + "\n")
