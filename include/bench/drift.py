"""How often drift is seen where there is none, how soon where there is some, and what seeing it costs."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from include.bench.curve import draw_curves
from include.bench.drift_rates import (
    CHANGES,
    COLUMNS,
    IMPORTANT,
    LEVELS,
    ROWS,
    Setting,
    Tally,
    judge_windows,
)
from include.bench.drift_report import curves_of, report_of
from include.bench.drift_speed import SIZES, Cost, cost_of, preset_rows
from include.bench.drift_worlds import Change, World
from include.bench.report import Report, Told
from include.deployment.home import PROJECT

WINDOWS, EVIDENTLY_WINDOWS = 450, 6
"""Windows of every setting, parted among its references, and those of them that Evidently judges too."""


def measure_drift_alarms(told: Told, *, quick: bool = False) -> Report:
    """Measure costs, with nothing else on the machine, and then rates on all cores.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        Few windows and rows: enough to see that it works, not to prove anything.
    """
    costs: list[Cost] = []
    sizes, preset_up_to = ((1_000, 2_000), 1_000) if quick else (SIZES, preset_rows())
    for done, rows in enumerate(sizes):
        told(done, len(sizes), f"cost of {rows:,} rows")
        costs.append(cost_of(rows, with_preset=rows <= preset_up_to))
    report = report_of(_tally(list(settings(quick=quick)), told, quick=quick), costs)
    if not quick:
        draw_curves(PROJECT / "docs" / "images" / "drift.svg", "drift of 100 columns", curves_of(costs))
    return report


def settings(*, quick: bool = False) -> Iterable[Setting]:
    """Yield all that is measured: first what changes nothing."""
    sizes, widths = (ROWS[:2], COLUMNS[:1]) if quick else (ROWS, COLUMNS)
    for levels in LEVELS:
        for columns in widths:
            for correlated in (False, True):
                world = World(levels=levels, columns=columns, correlated=correlated)
                yield from (Setting(world=world, rows=rows) for rows in sizes)
    for change in CHANGES:
        for columns in widths:
            world = World(levels=10 if change == "unseen 2 %" else 0, columns=columns)
            for important in (None, IMPORTANT):
                yield from (Setting(world=world, rows=rows, change=change, important=important) for rows in sizes)


def _tally(wanted: Sequence[Setting], told: Told, *, quick: bool) -> dict[Setting, Tally]:
    """Let every core judge the windows of some settings, those of one world beside the same references."""
    together: dict[tuple[World, Change, float | None], list[Setting]] = defaultdict(list)
    for setting in wanted:
        together[setting.world, setting.change, setting.important].append(setting)
    # The longest first, so that no core is left alone with one of them at the end.
    ordered = sorted(together.values(), key=lambda some: -some[0].drawn.columns * (some[0].world.levels + 10))
    windows, evidently = (10, 2) if quick else (WINDOWS, EVIDENTLY_WINDOWS)
    tallies = dict.fromkeys(wanted, Tally())
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        try:
            running = {
                pool.submit(
                    judge_windows, some, windows=windows // parts, evidently=evidently // parts, part=part
                ): some[0]
                for some in ordered
                for parts in (1 if quick else some[0].references,)
                for part in range(parts)
            }
            for done, future in enumerate(as_completed(running), start=1):
                for setting, tally in future.result().items():
                    tallies[setting] += tally
                told(done, len(running), f"{running[future].world.kind}, {running[future].world.columns} columns")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return tallies
