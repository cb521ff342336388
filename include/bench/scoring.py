"""How fast a million rows are scored, in how much memory, and what a kill in the middle leaves of them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from include.bench.report import Report, Table, Told
from include.bench.scoring_steps import SEED, the_spec
from include.domain.errors import SluiceError

ROWS, FEWER = 1_000_000, 250_000
GROWTH = 1.25
"""A process that scores four times the rows may take that much more memory, and no more."""

PROMISE = (
    "A million rows are scored in memory that does not grow with their number, and after a kill in the middle and a "
    "retry every id is predicted exactly once."
)

METHOD = (
    "Logistic regression on 9 numbers and 2 columns of names, every step a process of its own, one thread. Scoring "
    "includes bringing the model from MLflow and asking it about its golden rows; it keeps class, probability and "
    "where they come from. The naive way reads the same clean rows into one pandas frame, asks "
    "mlflow.pyfunc.predict, which gives the class alone, and writes the frame. Before scoring, rows are read into a "
    "snapshot, checked and cleaned, which the naive way leaves out. Medians of the repeats; seconds without the start "
    "of Python and its imports, memory is the largest resident set of the process. Then a scoring process is killed "
    "with SIGKILL once half of its parts are written, and started again."
)


def measure_scoring(told: Told, *, quick: bool = False) -> Report:
    """Measure rows per second and peak memory of batch scoring beside one large frame.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        Few rows, once.
    """
    sizes, repeats = ((20_000,), 1) if quick else ((FEWER, ROWS), 3)
    seen: dict[int, dict[str, list[dict[str, Any]]]] = {}
    killed: dict[str, Any] = {}
    steps = len(sizes) * (1 + 3 * repeats) + 1
    done = 0
    for rows in sizes:
        with tempfile.TemporaryDirectory(prefix="sluice-bench-") as scratch:
            folder = Path(scratch)
            seen[rows] = {"prepare": [], "score": [], "naive": []}
            told(done, steps, f"training for {rows:,} rows")
            _step("train", folder, rows)
            done += 1
            for _ in range(repeats):
                _forget(folder)
                for step in seen[rows]:
                    told(done, steps, f"{step}, {rows:,} rows")
                    seen[rows][step].append(_step(step, folder, rows))
                    done += 1
            if rows == sizes[-1]:
                told(done, steps, "killed in the middle, and again")
                killed = _killed(folder, rows)
    told(steps, steps, "measured")
    return report_of(seen, killed)


def report_of(seen: dict[int, dict[str, list[dict[str, Any]]]], killed: dict[str, Any]) -> Report:
    """Return the figures beside each other, and every promise that they do not keep."""
    names = {"prepare": "read, check, clean", "score": "score", "naive": "naive: one frame, pyfunc"}
    cells = [
        {
            "rows": rows,
            "what": step,
            "seconds": (seconds := statistics.median(run["seconds"] for run in runs)),
            "rows_per_second": rows / seconds,
            "peak_bytes": statistics.median(run["peak_bytes"] for run in runs),
        }
        for rows, steps in seen.items()
        for step, runs in steps.items()
    ]
    table = Table(
        title="Batches",
        columns=("rows", "what", "seconds", "rows per second", "peak memory"),
        rows=tuple(
            (
                f"{cell['rows']:,}",
                names[cell["what"]],
                f"{cell['seconds']:.1f}",
                f"{cell['rows_per_second']:,.0f}",
                f"{cell['peak_bytes'] / 2**20:,.0f} MB",
            )
            for cell in cells
        ),
    )
    after = Table(
        title="Killed in the middle, and started again",
        columns=("parts at the kill", "parts in all", "predictions", "ids"),
        rows=((*(f"{killed[name]:,}" for name in ("parts_at_kill", "parts", "predictions", "ids")),),),
    )
    peaks = [cell["peak_bytes"] for cell in cells if cell["what"] == "score"]
    broken = []
    if len(peaks) > 1 and peaks[-1] > GROWTH * peaks[0]:
        broken.append(
            f"scoring took {peaks[-1] / peaks[0]:.2f} times the memory for {max(seen) // min(seen)} times the rows"
        )
    if not killed["predictions"] == killed["ids"] == max(seen):
        broken.append(f"{killed['predictions']:,} predictions of {killed['ids']:,} ids after the retry")
    figures = {"cells": cells, "killed": killed}
    return Report(
        promise=PROMISE, method=METHOD, tables=(table, after), figures=figures, broken=tuple(broken), seed=SEED
    )


def _killed(folder: Path, rows: int) -> dict[str, Any]:
    shutil.rmtree(folder / "store" / "predictions", ignore_errors=True)
    parts = -(-rows // the_spec(folder).scoring.chunk_rows)
    with subprocess.Popen(
        _command("score", folder, rows), env=_environment(folder), stdout=subprocess.DEVNULL
    ) as first:
        while _parts(folder) < max(parts // 2, 1) and first.poll() is None:
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL)
    at_kill = _parts(folder)
    _step("score", folder, rows)
    return {"parts_at_kill": at_kill, "parts": _parts(folder), **_step("count", folder, rows)}


def _parts(folder: Path) -> int:
    return len(list((folder / "store" / "predictions").rglob("part-*.parquet")))


def _forget(folder: Path) -> None:
    """Let everything that was made of the rows to score be made again."""
    for name in ("steps", "predictions", "reports", "quarantine"):
        shutil.rmtree(folder / "store" / name, ignore_errors=True)


def _step(step: str, folder: Path, rows: int) -> dict[str, Any]:
    done = subprocess.run(
        _command(step, folder, rows), env=_environment(folder), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SluiceError(f"the step {step} of the measurement failed: {done.stderr.strip().splitlines()[-1]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _command(step: str, folder: Path, rows: int) -> list[str]:
    return [sys.executable, "-m", "include.bench.scoring_steps", step, str(folder), str(rows)]


def _environment(folder: Path) -> dict[str, str]:
    quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MLFLOW_DISABLE_TELEMETRY": "true"}
    own = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}", "GX_ANALYTICS_ENABLED": "false"}
    return {**os.environ, **quiet, **own}
