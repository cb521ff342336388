"""How often drift is seen where there is none, how soon where there is some, and what seeing it costs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed

from include.bench.drift_rates import SEED, Setting, Tally, judge_windows
from include.bench.drift_speed import CATEGORIES, NUMBERS, Cost, cost_of
from include.bench.drift_worlds import REFERENCE_ROWS, Change, World
from include.bench.report import Report, Table, Told

ROWS = (50, 100, 200, 500, 1_000, 5_000)
COLUMNS = (20, 100)
LEVELS = (0, 10, 50)
CHANGES: tuple[Change, ...] = ("shift 0.3 sd", "shift 0.5 sd", "90 % nulls", "unseen 2 %")
IMPORTANT = 0.3
"""Share of all importance that the changed column holds, where it is important."""

FALSE_ALARMS = 0.05
VERDICT_RATIO, REPORT_RATIO, PEAK_BYTES, PAGE_BYTES = 100, 40, 10**9, 10**7
LARGE = 1_000_000

PROMISE = (
    "Without drift at most 5 % of the windows raise any alarm, whatever their size, the kind of columns, their number "
    "and what they have in common; and a verdict about a million rows of a hundred columns comes at least 100 times as "
    "fast as Evidently's preset, with the report 40 times, in less than 1 GB."
)

METHOD = (
    f"Rates: references of {REFERENCE_ROWS:,} rows and fresh windows beside them, judged by `measure_drift`. Numbers "
    "are normal; levels are of unequal frequency; correlated columns have 60 % of their variance in common. An alarm "
    "without drift is one about any column, else one about the changed column. *Important*: the changed column holds "
    f"{100 * IMPORTANT:g} % of all importance, else all are alike. Delay: windows up to the first alarm, on average "
    "(one divided by the rate). Evidently: its default test and threshold of every column, on the first of the same "
    "windows. Intervals are exact (Clopper-Pearson, 95 %); a rate breaks the promise if its whole interval lies above "
    f"5 %. Cost: {NUMBERS} columns of numbers and {CATEGORIES} of categories, reference and window of the same size, "
    "Parquet; each side in a process of its own whose libraries are loaded, the preset with its frames in memory. "
    "Summary and calibration are made once and kept. Where the preset was not run, its seconds are those of the "
    "largest size at which it was, times the rows; measured, it grows faster than that."
)


def measure_drift_alarms(told: Told, *, quick: bool = False) -> Report:
    """Measure rates on all cores, and then costs.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        Few windows and rows: enough to see that it works, not to prove anything.
    """
    windows, parts, evidently = (10, 1, 2) if quick else (400, 2, 15)
    tallies = _tally(list(settings(quick=quick)), windows, parts, evidently, told)
    sizes = {1_000: True, 2_000: False} if quick else {10_000: True, 100_000: True, LARGE: False}
    costs = []
    for done, (rows, with_preset) in enumerate(sizes.items()):
        told(done, len(sizes), f"cost of {rows:,} rows")
        costs.append(cost_of(rows, with_preset=with_preset))
    return report_of(tallies, costs)


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


def _tally(wanted: list[Setting], windows: int, parts: int, evidently: int, told: Told) -> dict[Setting, Tally]:
    tallies = dict.fromkeys(wanted, Tally())
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        try:
            # The widest first, so that no core is left alone with one of them at the end.
            ordered = sorted(wanted, key=lambda setting: -setting.world.columns * (setting.world.levels + 10))
            running = {
                pool.submit(judge_windows, setting, windows=windows, evidently=evidently, part=part): setting
                for setting in ordered
                for part in range(parts if setting.change == "none" else 1)
            }
            for done, future in enumerate(as_completed(running), start=1):
                tallies[running[future]] += future.result()
                told(done, len(running), f"{running[future].world.kind}, {running[future].rows:,} rows")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return tallies


def report_of(tallies: dict[Setting, Tally], costs: list[Cost]) -> Report:
    """Return the figures beside each other, and every promise that they do not keep."""
    still = {setting: tally for setting, tally in tallies.items() if setting.change == "none"}
    changed = {setting: tally for setting, tally in tallies.items() if setting.change != "none"}
    preset = _preset_seconds(costs)
    cells = [
        {**setting.to_json(), **tally.to_json(), "share": tally.share, "interval": list(tally.interval)}
        for setting, tally in tallies.items()
    ]
    return Report(
        promise=PROMISE,
        method=METHOD,
        tables=(
            Table(
                title="Windows without drift",
                columns=("columns", "number", "correlated", "rows", "windows", "alarms", "95% interval", "Evidently"),
                rows=tuple(_still_row(setting, tally) for setting, tally in still.items()),
            ),
            Table(
                title="Windows in which one column drifts",
                columns=("change", "columns", "important", "rows", "windows", "found", "delay", "Evidently"),
                rows=tuple(_changed_row(setting, tally) for setting, tally in changed.items()),
            ),
            Table(
                title="Cost",
                columns=(
                    *("rows", "summary, once", "calibration, once", "verdict", "verdict and report", "peak", "page"),
                    *("preset", "its peak", "verdict faster by", "with report by"),
                ),
                rows=tuple(_cost_row(cost, preset[cost.rows]) for cost in costs),
            ),
        ),
        figures={"cells": cells, "costs": [{**c.to_json(), "preset_taken": preset[c.rows]} for c in costs]},
        broken=(
            *(text for setting, tally in still.items() if (text := _broken_rate(setting, tally))),
            *_broken_costs(costs, preset),
        ),
        seed=SEED,
    )


def _preset_seconds(costs: list[Cost]) -> dict[int, float]:
    run = {cost.rows: cost.preset for cost in costs if cost.preset is not None}
    largest = max(run)
    return {cost.rows: run.get(cost.rows) or run[largest] * cost.rows / largest for cost in costs}


def _still_row(setting: Setting, tally: Tally) -> tuple[str, ...]:
    low, high = tally.interval
    world = setting.world
    where = (world.kind, str(world.columns), "yes" if world.correlated else "no", f"{setting.rows:,}")
    rates = (_percent(tally.share), f"{_percent(low)} to {_percent(high)}")
    return (*where, f"{tally.windows:,}", *rates, _evidently(tally))


def _changed_row(setting: Setting, tally: Tally) -> tuple[str, ...]:
    where = (setting.change, str(setting.world.columns), "yes" if setting.important else "no", f"{setting.rows:,}")
    delay = f"{1 / tally.share:.1f}" if tally.alarms else f"over {tally.windows}"
    return (*where, f"{tally.windows:,}", _percent(tally.share), delay, _evidently(tally))


def _evidently(tally: Tally) -> str:
    return f"{tally.evidently_alarms} of {tally.evidently_windows}" if tally.evidently_windows else "-"


def _cost_row(cost: Cost, preset: float) -> tuple[str, ...]:
    both = cost.verdict + cost.report
    taken = "" if cost.preset is not None else " (extrapolated)"
    theirs = (f"{preset:,.1f} s{taken}", f"{cost.preset_peak_bytes / 1e9:.1f} GB" if cost.preset else "-")
    ours = (cost.summarise, cost.calibrate, cost.verdict, both)
    sizes = (f"{cost.peak_bytes / 1e9:.2f} GB", f"{cost.page_bytes / 1e6:.1f} MB")
    ratios = (f"{preset / cost.verdict:,.0f}", f"{preset / both:,.0f}")
    return (f"{cost.rows:,}", *(f"{seconds:.1f} s" for seconds in ours), *sizes, *theirs, *ratios)


def _broken_rate(setting: Setting, tally: Tally) -> str:
    world = setting.world
    where = f"{world.kind}, {world.columns} columns{', correlated' if world.correlated else ''}, {setting.rows:,} rows"
    return f"{where}: {_percent(tally.share)} false alarms" if tally.interval[0] > FALSE_ALARMS else ""


def _broken_costs(costs: list[Cost], preset: dict[int, float]) -> list[str]:
    broken = [f"{cost.rows:,} rows: another verdict at every repeat" for cost in costs if not cost.stable]
    for cost in (cost for cost in costs if cost.rows >= LARGE):
        seen = (
            (preset[cost.rows] / cost.verdict >= VERDICT_RATIO, f"verdict in {cost.verdict:.1f} s"),
            (preset[cost.rows] / (cost.verdict + cost.report) >= REPORT_RATIO, f"report in {cost.report:.1f} s"),
            (cost.peak_bytes < PEAK_BYTES, f"{cost.peak_bytes / 1e9:.2f} GB"),
            (cost.page_bytes < PAGE_BYTES, f"a page of {cost.page_bytes / 1e6:.1f} MB"),
        )
        broken += [f"{cost.rows:,} rows: {what}" for kept, what in seen if not kept]
    return broken


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
