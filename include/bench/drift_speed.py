"""How long a verdict about a window takes, with and without its report, beside Evidently's preset on the same rows."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from include.domain.errors import SluiceError
from include.domain.record import Record
from include.monitoring.drift import Drift, measure_drift
from include.monitoring.evidently_defaults import preset_page
from include.monitoring.reference import ReferenceSummary, reference_summary
from include.monitoring.report import evidently_report, write_html
from include.monitoring.watched import WatchedColumn
from include.storage.store import open_store
from include.training.step_costs import peak_memory_bytes

NUMBERS, CATEGORIES = 80, 20
"""Columns of each kind."""

SIZES = (10_000, 100_000, 1_000_000)
PRESET_ROWS = "SLUICE_BENCH_PRESET_ROWS"
"""Variable with the most rows that are given to Evidently's preset: a million take it ten minutes and 4 GB."""

REPEATS = 3


class Cost(Record):
    """What windows of a size cost, in seconds.

    Parameters
    ----------
    rows : int
        Of the reference and of the window.
    summarise, calibrate, verdict, report : float
        Once for a reference; the first verdict for a reference and a size; every other one; the page about a window.
    peak_bytes : int
        Of the process that did all of it.
    page_bytes : int
    stable : bool
        Whether all repeats measured the same.
    preset : float or None
        Evidently's DataDriftPreset on the same rows, with its page; None where it was not run.
    preset_peak_bytes : int
    processor : dict of str to float
        Seconds of all cores together for ``verdict``, ``report`` and ``preset``; whatever else the machine has to do,
        they stay about the same.
    """

    rows: int
    summarise: float
    calibrate: float
    verdict: float
    report: float
    peak_bytes: int
    page_bytes: int
    stable: bool
    preset: float | None = None
    preset_peak_bytes: int = 0
    processor: dict[str, float] = {}

    @property
    def from_nothing(self) -> float:
        """Seconds from the files to the first verdict and its report, if nothing was kept before."""
        return self.summarise + self.calibrate + self.report


def preset_rows() -> int:
    """Return the most rows that Evidently's preset is given: those of the variable, or all but the largest size."""
    told = os.environ.get(PRESET_ROWS) or str(SIZES[-2])
    if not told.isdecimal():
        raise SluiceError(f"{PRESET_ROWS}={told}: expected a number of rows, as in {PRESET_ROWS}={SIZES[-1]}")
    return int(told)


def cost_of(rows: int, *, with_preset: bool) -> Cost:
    """Measure what windows of a size cost, each side in a process of its own in which its libraries are loaded.

    Parameters
    ----------
    rows : int
        Of both sides.
    with_preset : bool
        Whether Evidently's preset is measured too.
    """
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for seed, name in enumerate(("reference", "current")):
            write_rows(root / f"{name}.parquet", rows, seed)
        seen = _alone(_ours, root)
        theirs = _alone(_theirs, root) if with_preset else {"processor": {}}
    processor = seen.pop("processor") | theirs.pop("processor")
    return Cost(rows=rows, **seen, **theirs, processor=processor)


def write_rows(path: Path, rows: int, seed: int) -> None:
    """Write rows of numbers, and of categories with 10 and 50 levels of unequal frequency."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {f"n{i:02d}": rng.normal(size=rows) for i in range(NUMBERS)}
    for i in range(CATEGORIES):
        levels = [f"level {level}" for level in range(50 if i % 2 else 10)]
        shares = 1 / (np.arange(len(levels)) + 3.0)
        codes = rng.choice(len(levels), rows, p=shares / shares.sum()).astype("int32")
        columns[f"c{i:02d}"] = pa.DictionaryArray.from_arrays(codes, levels).cast(pa.string())
    pq.write_table(pa.table(columns), path, row_group_size=122_880, compression="zstd")


def _ours(folder: str) -> dict[str, Any]:
    root = Path(folder)
    _warm_up(root)
    reference, current = root / "reference.parquet", root / "current.parquet"
    columns = [WatchedColumn(name=name) for name in pq.read_schema(reference).names]
    store = open_store(str(root / "store"))
    page, at = root / "report.html", datetime(2026, 1, 1, tzinfo=UTC)
    times: dict[str, list[Spent]] = {"summarise": [], "calibrate": [], "verdict": [], "report": []}

    def kept() -> ReferenceSummary:
        return reference_summary(reference, columns, fingerprint="of", store=store)

    def verdict() -> Drift:
        return measure_drift(kept(), current, columns, store=store)

    _timed(times["summarise"], kept)
    seen: list[Drift] = [_timed(times["calibrate"], verdict)]
    for _ in range(REPEATS):
        seen.append(_timed(times["verdict"], verdict))
        _timed(times["report"], lambda: write_html(evidently_report(seen[0], reference, current, at=at), page))
    return {
        **{name: statistics.median(spent.seconds for spent in each) for name, each in times.items()},
        "processor": {
            name: statistics.median(spent.processor for spent in times[name]) for name in ("verdict", "report")
        },
        "peak_bytes": peak_memory_bytes(),
        "page_bytes": page.stat().st_size,
        "stable": all(each == seen[0] for each in seen),
    }


def _theirs(folder: str) -> dict[str, Any]:
    root = Path(folder)
    _warm_up(root)
    spent: list[Spent] = []
    frames = [pq.read_table(root / f"{name}.parquet").to_pandas() for name in ("current", "reference")]
    _timed(spent, lambda: preset_page(frames[0], frames[1], root / "preset.html"))
    return {
        "preset": spent[0].seconds,
        "preset_peak_bytes": peak_memory_bytes(),
        "processor": {"preset": spent[0].processor},
    }


def _warm_up(folder: Path) -> None:
    """Let Evidently make a page, as it has in a worker that is not new; the first one takes seconds longer."""
    # Not the first rows of the file that is measured: to read a hundred of them takes the memory of a whole group.
    write_rows(folder / "few.parquet", 100, 0)
    rows = pq.read_table(folder / "few.parquet").to_pandas()
    preset_page(rows, rows, folder / "warm.html")


class Spent(NamedTuple):
    """Seconds on the clock, and those of all cores together."""

    seconds: float
    processor: float


def _timed(times: list[Spent], work: Callable[[], Any]) -> Any:
    began, used = time.perf_counter(), time.process_time()
    done = work()
    times.append(Spent(time.perf_counter() - began, time.process_time() - used))
    return done


def _alone(work: Callable[[str], dict[str, Any]], root: Path) -> dict[str, Any]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, str(root)).result()
