"""What a fleet costs: a thousand models in one DAG, beside an Airflow task and an MLflow model for each of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from include.bench.curve import Curve, draw_curves
from include.bench.fleet_runs import TIMEOUT_SECONDS, TREES, fleets, one_by_one
from include.bench.fleet_worlds import NUMBERS
from include.bench.page import PAGE
from include.bench.report import Report, Table, Told

SEGMENTS, ROWS, SECONDS_AT_MOST = 1_000, 1_000, 180
ONE_BY_ONE, TIMES_FASTER = 50, 50
POISONED_OF, POISONED, CHANGED = 100, 10, 5
SIZES, SMALL_ROWS = (250, 1_000, 5_000), 200
GROWTH_AT_MOST = 1.3
"""Seconds a segment of the largest fleet, beside those of the middle one, up to which growth counts as linear."""

PICTURE = PAGE.parent / "images" / "fleet.svg"

PROMISE = (
    f"{SEGMENTS:,} segments of {ROWS:,} rows are trained, judged and registered as one version in under "
    f"{SECONDS_AT_MOST // 60} minutes, at least {TIMES_FASTER} times as fast as by an Airflow task a segment; poisoned "
    "segments fail alone and are named; after news about five segments five are trained; the cost grows linearly."
)

METHOD = (
    f"Gradient boosted trees ({TREES} rounds) of {NUMBERS} numbers and a name, 80 % of the rows to learn from. "
    "*Fleet*: the DAG `<model>.training` from the queue to the registered challenger, checks, pooled model, evaluation "
    "included, on a real scheduler, API server and MLflow (SQLite). *A task a segment*: a mapped task for each, "
    "Airflow's own settings, `mlflow.sklearn.log_model` with a registered model, without checks, gates or a champion; "
    f"{ONE_BY_ONE} segments are measured, and {SEGMENTS:,} take as many times longer. Poison raises, kills its "
    f"process, or hangs until the time-out of {TIMEOUT_SECONDS} seconds. Every figure is of one run. "
    "Cost against size: [the curve](images/fleet.svg)."
)


def measure_fleet(told: Told, *, quick: bool = False) -> Report:
    """Train fleets of several sizes, with poison and with news, and an Airflow task a segment.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        Few segments: enough to see that it works, not to prove anything.
    """
    segments, rows, apart = (30, 200, 3) if quick else (SEGMENTS, ROWS, ONE_BY_ONE)
    poisoned_of, sizes = (20, (10, 20)) if quick else (POISONED_OF, SIZES)
    names = ["fleet", "poisoned", *(f"size_{size}" for size in sizes)]
    steps = len(names) + 2
    with tempfile.TemporaryDirectory(prefix="sluice-") as scratch:
        with fleets(Path(scratch, "warm"), names) as warm:
            told(0, steps, f"{segments:,} segments")
            seen = {"fleet": warm.run("fleet", segments, rows)}
            told(1, steps, f"news about {CHANGED}")
            seen["changed"] = warm.run("fleet", segments, rows, changed=CHANGED)
            told(2, steps, f"{POISONED} poisoned")
            seen["poisoned"] = warm.run("poisoned", poisoned_of, SMALL_ROWS, poisoned=POISONED)
            for done, size in enumerate(sizes, start=3):
                told(done, steps, f"{size:,} segments of {SMALL_ROWS} rows")
                seen[f"size_{size}"] = warm.run(f"size_{size}", size, SMALL_ROWS)
        told(steps - 1, steps, f"{apart} tasks")
        seconds = one_by_one(Path(scratch, "stock"), apart, rows)
    told(steps, steps, "measured")
    report = report_of(seen, seconds, apart=apart, segments=segments, rows=rows, sizes=sizes)
    if not quick:
        draw_curves(
            PICTURE,
            f"Fleets of segments of {SMALL_ROWS} rows",
            [Curve("fleet", sizes, [seen[f"size_{size}"]["seconds"] for size in sizes])],
            unit="segments",
        )
    return report


def report_of(
    seen: dict[str, dict[str, Any]],
    one_by_one_seconds: float,
    *,
    apart: int,
    segments: int,
    rows: int,
    sizes: tuple[int, ...],
) -> Report:
    """Return the figures beside each other, and every promise that they do not keep."""
    fleet, extrapolated = seen["fleet"], one_by_one_seconds / apart * segments
    times = extrapolated / fleet["seconds"]
    each = {size: seen[f"size_{size}"]["seconds"] / size for size in sizes}
    growth = each[sizes[-1]] / each[sizes[-2]]
    failed = seen["poisoned"]["failed"]
    broken = (
        [f"{segments:,} segments took {fleet['seconds']:.0f} seconds"] if fleet["seconds"] > SECONDS_AT_MOST else []
    )
    broken += [f"only {times:.0f} times as fast as a task a segment"] if times < TIMES_FASTER else []
    broken += [f"{len(failed)} of {POISONED} poisoned segments are named"] if len(failed) != POISONED else []
    trained = seen["changed"]["trained"]
    broken += [f"news about {CHANGED} segments trained {trained}"] if trained != CHANGED else []
    broken += [f"a segment of the largest fleet takes {growth:.2f} times as long"] if growth > GROWTH_AT_MOST else []
    return Report(
        promise=PROMISE,
        method=METHOD,
        tables=(
            Table(
                title=f"{segments:,} segments of {rows:,} rows",
                columns=("way", "tasks", "segments trained", "promoted", "seconds", "times as long"),
                rows=(
                    _row("fleet", fleet, fleet["seconds"]),
                    _row(f"fleet, news about {CHANGED}", seen["changed"], fleet["seconds"]),
                    ("a task a segment, all", *2 * (f"{segments:,}",), "", f"{extrapolated:,.0f}", f"{times:.0f}"),
                    (f"a task a segment, {apart} measured", *2 * (str(apart),), "", f"{one_by_one_seconds:.0f}", ""),
                ),
            ),
            Table(
                title=f"Segments of {SMALL_ROWS} rows",
                columns=("segments", "tasks", "seconds", "ms a segment"),
                rows=tuple(
                    (
                        f"{size:,}",
                        str(seen[f"size_{size}"]["chunks"]),
                        f"{seen[f'size_{size}']['seconds']:.0f}",
                        f"{1000 * each[size]:.0f}",
                    )
                    for size in sizes
                ),
            ),
            Table(title="Poisoned segments", columns=("segment", "why it failed"), rows=tuple(sorted(failed.items()))),
        ),
        figures={**seen, "one_by_one_seconds": one_by_one_seconds, "times_faster": round(times, 1), "growth": growth},
        broken=tuple(broken),
    )


def _row(way: str, of: dict[str, Any], whole: float) -> tuple[str, ...]:
    chunks, trained, promoted = (f"{of[name]:,}" for name in ("chunks", "trained", "promoted"))
    return (way, chunks, trained, promoted, f"{of['seconds']:.0f}", f"{of['seconds'] / whole:.2f}")
