"""Run files: what a run keeps beside parameters and metrics, each file under a name that writers and readers share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

SPEC_FILE = "spec.yaml"
DATASET_FILE = "dataset.json"
IMPORTANCES_FILE = "importances.json"
EVIDENCE_FILE = "evidence/evidence.json"
TRAINED_ROWS_FILE, HOLDOUT_ROWS_FILE = "rows/training.parquet", "rows/holdout.parquet"
FLEET_FOLDER = "fleet"
PLAN_FILE, ANSWERS_FILE = f"{FLEET_FOLDER}/plan.json", f"{FLEET_FOLDER}/answers.npz"
SEGMENTS_FILE, FLEET_REPORT_FILE = f"{FLEET_FOLDER}/segments.csv", f"{FLEET_FOLDER}/report.html"
FLEET_SUMMARY_FILE = f"{FLEET_FOLDER}/summary.json"
PLOTS_FOLDER = "plots"
CHECKS_FOLDER = "checks"

HASH_COLUMN = "row_hash"


def write_hashes(hashes: NDArray[np.uint64], path: Path) -> None:
    """Write hashes of rows as a Parquet file with one column."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({HASH_COLUMN: pa.array(hashes, type=pa.uint64())}), path)


def read_hashes(path: Path) -> NDArray[np.uint64]:
    """Return the hashes of rows that :func:`write_hashes` wrote."""
    hashes: NDArray[np.uint64] = pq.read_table(path).column(HASH_COLUMN).to_numpy()
    return hashes
