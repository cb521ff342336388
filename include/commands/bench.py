"""`sluice bench`: the measurements, each a report on the screen and in its own section of the page of figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from include.bench.checks import measure_checks
from include.bench.drift import measure_drift_alarms
from include.bench.estimates import measure_estimates
from include.bench.fleet import measure_fleet
from include.bench.gate import measure_gate
from include.bench.loop import measure_loop
from include.bench.machine import machine
from include.bench.page import PAGE, write_section
from include.bench.parse import measure_parsing
from include.bench.report import Report, Told
from include.bench.scoring import measure_scoring
from include.bench.serving import measure_serving
from include.bench.tax import measure_tax
from include.bench.tracking import measure_tracking
from include.commands.screen import complaints, console, print_json, show_table
from include.deployment.services import interruptible
from include.domain.errors import SluiceError


class Measurement(Protocol):
    """What every measurement is."""

    def __call__(self, told: Told, *, quick: bool = False) -> Report:
        """Measure, tell of the progress, and report."""
        ...


BENCHES: dict[str, Measurement] = {
    "checks": measure_checks,
    "drift": measure_drift_alarms,
    "estimates": measure_estimates,
    "fleet": measure_fleet,
    "gate": measure_gate,
    "loop": measure_loop,
    "parse": measure_parsing,
    "scoring": measure_scoring,
    "serving": measure_serving,
    "tax": measure_tax,
    "tracking": measure_tracking,
}


def run_benches(name: str | None, *, quick: bool, page: Path | None, as_json: bool) -> int:
    """Run one measurement, or all of them, print what came out, and keep it in the page of figures.

    Parameters
    ----------
    name : str, optional
        All if left out.
    quick : bool
        Just see that it works; nothing is kept then, because it proves nothing.
    page : Path, optional
        The page that keeps the figures; ``docs/benchmarks.md`` if left out.
    as_json : bool

    Returns
    -------
    int
        0 if every promise was kept, else 1.

    Raises
    ------
    SluiceError
        If there is no measurement of that name, or no such page.
    """
    if name is not None and name not in BENCHES:
        raise SluiceError(f"no measurement {name!r}; expected one of {', '.join(BENCHES)}")
    keeps = None if quick else page or PAGE
    if keeps is not None and not keeps.is_file():
        raise SluiceError(f"no page {keeps} to keep the figures: name another with --page, or measure with --quick")
    reports: dict[str, Report] = {}
    if not as_json:
        console.print(machine())
    for bench in [name] if name else BENCHES:
        began = time.monotonic()
        # Measurements start servers, which have to end with them whatever ends them.
        with interruptible(), _progress(bench) as told:
            reports[bench] = BENCHES[bench](told, quick=quick)
        if keeps is not None:
            write_section(keeps, bench, reports[bench], datetime.now(UTC), seconds=time.monotonic() - began)
        if not as_json:
            _show(reports[bench])
    if as_json:
        print_json({bench: {**report.figures, "broken": report.broken} for bench, report in reports.items()})
    return 1 if any(report.broken for report in reports.values()) else 0


def _show(report: Report) -> None:
    for table in report.tables:
        show_table(table.title, table.columns, table.rows)
    for broken in report.broken:
        complaints.print(f"not kept: {broken}", style="red", markup=False)


@contextmanager
def _progress(bench: str) -> Iterator[Callable[[int, int, str], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # On the error stream, so that --json stays one JSON value.
    with Progress(*columns, console=complaints, transient=True) as progress:
        task = progress.add_task(bench, total=None)
        yield lambda done, total, what: progress.update(
            task, completed=done, total=total, description=f"{bench}: {what}"
        )
