"""What a check of data costs: in the file, beside Great Expectations on pandas and beside SQL written by hand."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from include.bench.check_ways import write_rows
from include.bench.curve import Curve, draw_curves
from include.bench.report import Report, Table, Told
from include.deployment.airflow_settings import QUIET, THREADS
from include.deployment.home import PROJECT

SIZES = (1_000_000, 10_000_000, 20_000_000)
ON_PANDAS_ROWS = 10_000_000
"""The most rows that are given to Great Expectations on pandas, which takes half a gigabyte for a million of them."""

TIMES_FASTER, TIMES_SQL, MEMORY_BYTES = 10, 3, 2 * 10**9
REPEATS = 3

LARGE = 10_000_000
"""Rows from which on the promise holds: what is spent before the first row counts for little then."""

OVERHEAD_SECONDS = 1.0
"""What a check of few rows may take, however fast SQL is."""

PROMISE = (
    f"A suite of 15 expectations on {LARGE:,} rows is judged at least {TIMES_FASTER} times faster than by Great "
    f"Expectations on pandas, loading included, in at most {TIMES_SQL} times the time of SQL written by hand, and "
    f"within {MEMORY_BYTES // 10**9} GB; verdicts and counts are the same."
)

METHOD = (
    "Each figure is the median of processes that read the same Parquet file (20 columns: numbers, texts, flags and "
    "moments, some with gaps; some expectations fail), from the opened file to the last verdict, imports left out. "
    "Memory is the peak of the whole process, imports included. A check has the environment of a task, where libraries "
    "that ask `OMP_NUM_THREADS` take one thread, and takes itself one for each core, 4 at most. *By hand* are "
    "the counts of the same 15 checks in DuckDB, without verdict or failing rows, in the same memory and "
    "with as many threads. Great Expectations on pandas is asked for the failing rows too, and the libraries below it "
    "take as many threads as they like. "
    "Cost against size: [the curves](images/checks.svg)."
)


def measure_checks(told: Told, *, quick: bool = False) -> Report:
    """Measure seconds and memory of a check, at several sizes and by three ways.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        Few rows, once.
    """
    sizes, repeats = ((20_000, 50_000), 1) if quick else (SIZES, REPEATS)
    seen: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, rows in enumerate(sizes):
            told(number, len(sizes), f"{rows:,} rows")
            path = Path(scratch, "rows.parquet")
            write_rows(path, rows)
            ways = ("here", "by hand", "pandas") if rows <= ON_PANDAS_ROWS else ("here", "by hand")
            for _ in range(repeats):
                seen += [_run(way, path, rows) for way in ways]
    told(len(sizes), len(sizes), "measured")
    report = report_of(seen)
    if not quick:
        draw_curves(PROJECT / "docs" / "images" / "checks.svg", "checks of 15 expectations", _curves(seen))
    return report


def report_of(seen: list[dict[str, Any]]) -> Report:
    """Return the figures beside each other, and every promise that they do not keep."""
    sizes = sorted({run["rows"] for run in seen})
    rows: list[tuple[str, ...]] = []
    figures, broken = [], []
    for size in sizes:
        here, by_hand, pandas = (_of(seen, way, size) for way in ("here", "by hand", "pandas"))
        for way, of in (("here", here), ("by hand", by_hand), ("pandas", pandas)):
            rows += [_row(way, of, here)] if of else []
        broken += _broken(here, by_hand, pandas)
        figures.append({"rows": size, **{way: _plain(of) for way, of in (("here", here), ("by_hand", by_hand))}})
        figures[-1]["pandas"] = _plain(pandas) if pandas else None
    columns = ("rows", "way", "seconds", "times as long", "peak memory, MB")
    return Report(
        promise=PROMISE,
        method=METHOD,
        tables=(Table(title="15 expectations, 20 columns", columns=columns, rows=tuple(rows)),),
        figures={"sizes": figures},
        broken=tuple(broken),
    )


def _of(seen: list[dict[str, Any]], way: str, size: int) -> dict[str, Any]:
    """Return the median of the runs of one way at one size; empty if there is none."""
    runs = [run for run in seen if (run["way"], run["rows"]) == (way, size)]
    if not runs:
        return {}
    seconds = statistics.median(run["seconds"] for run in runs)
    return {**runs[0], "seconds": seconds, "peak_bytes": max(run["peak_bytes"] for run in runs)}


def _plain(run: dict[str, Any]) -> dict[str, Any]:
    return {"seconds": round(run["seconds"], 3), "peak_bytes": run["peak_bytes"]}


def _row(way: str, run: dict[str, Any], here: dict[str, Any]) -> tuple[str, ...]:
    ratio = run["seconds"] / here["seconds"]
    return (f"{run['rows']:,}", way, f"{run['seconds']:.2f}", f"{ratio:.2f}", f"{run['peak_bytes'] / 1e6:,.0f}")


def _broken(here: dict[str, Any], by_hand: dict[str, Any], pandas: dict[str, Any]) -> list[str]:
    size, found = f"{here['rows']:,} rows", []
    if here["seconds"] > TIMES_SQL * by_hand["seconds"] and here["seconds"] > OVERHEAD_SECONDS:
        found.append(f"{size} take {here['seconds'] / by_hand['seconds']:.1f} times as long as SQL by hand")
    if here["peak_bytes"] > MEMORY_BYTES:
        found.append(f"{size} take {here['peak_bytes'] / 1e9:.1f} GB")
    if pandas and here["rows"] >= LARGE and pandas["seconds"] < TIMES_FASTER * here["seconds"]:
        found.append(f"{size} are checked only {pandas['seconds'] / here['seconds']:.1f} times faster than on pandas")
    if pandas and pandas["seen"] != here["seen"]:
        other = sorted(name for name, said in here["seen"].items() if pandas["seen"].get(name) != said)
        found.append(f"{size}: pandas says otherwise of {', '.join(other)}")
    return found


def _run(way: str, path: Path, rows: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "include.bench.check_ways", way, str(path)]
    # Whoever calls pandas by himself sets nothing.
    threads = {} if way == "pandas" else THREADS
    inherited = {name: value for name, value in os.environ.items() if name not in THREADS}
    environment = {**inherited, **threads, **QUIET, "PYTHONPATH": str(PROJECT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return {"way": way, "rows": rows, **json.loads(done.stdout.splitlines()[-1])}


def _curves(seen: list[dict[str, Any]]) -> list[Curve]:
    named = {"here": "here", "by hand": "SQL by hand", "pandas": "Great Expectations on pandas"}
    found = []
    for way, name in named.items():
        sizes = sorted({run["rows"] for run in seen if run["way"] == way})
        found.append(Curve(name, sizes, [_of(seen, way, size)["seconds"] for size in sizes]))
    return found
