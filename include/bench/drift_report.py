"""What the measurement of drift shows: rates and costs beside each other, and every promise that they do not keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from include.bench.curve import Curve
from include.bench.drift_rates import IMPORTANT, REFERENCES, SEED, Setting, Tally
from include.bench.drift_speed import CATEGORIES, NUMBERS, PRESET_ROWS, REPEATS, Cost
from include.bench.drift_worlds import REFERENCE_ROWS
from include.bench.report import Report, Table

FALSE_ALARMS = 0.05
VERDICT_RATIO, REPORT_RATIO, PEAK_BYTES, PAGE_BYTES = 100, 40, 10**9, 10**7
LARGE = 1_000_000

PROMISE = (
    "Without drift at most 5 % of the windows raise any alarm, whatever their size, the kind of columns, their number "
    "and what they have in common; and a verdict about a million rows of a hundred columns comes at least 100 times as "
    "fast as Evidently's preset, with the report 40 times, in less than 1 GB."
)

METHOD = (
    f"Rates: {REFERENCES} references of {REFERENCE_ROWS:,} rows for every world (one, where a hundred columns have "
    "levels) and fresh windows beside each, judged by `measure_drift`. Numbers "
    "are normal; levels are of unequal frequency; correlated columns have 60 % of their variance in common. An alarm "
    "without drift is one about any column, else one about the changed column. *Important*: the changed column holds "
    f"{100 * IMPORTANT:g} % of all importance, else all are alike. Delay: windows up to the first alarm, on average "
    "(one divided by the rate). Evidently: its default test and threshold of every column, on the first of the same "
    "windows. Intervals are exact (Clopper-Pearson, 95 %); a rate breaks the promise if its whole interval lies above "
    f"5 %. Cost: {NUMBERS} columns of numbers and {CATEGORIES} of categories, reference and window of the same size. "
    "Each side has a process of its own in which Evidently has made a page before the clock runs; the house reads "
    f"Parquet, the preset has its frames in memory. Medians of {REPEATS}, the preset once. Summary and calibration are "
    "made once and kept; *from nothing* is both, a verdict and its report. Where the preset was not run, its seconds "
    f"are those of the largest size at which it was, times the rows; `{PRESET_ROWS}=1000000` lets it run on a million. "
    "Seconds of a processor are those of all cores together, whatever else the machine had to do. "
    "Cost against size: [the curves](images/drift.svg)."
)


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
                title="Windows without drift, by size",
                columns=("rows", "windows", "alarms", "95% interval", "Evidently"),
                rows=tuple(_pooled_row(rows, tally) for rows, tally in _by_size(still).items()),
            ),
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
                columns=("rows", "summary, once", "calibration, once", "verdict", "verdict and report", "peak", "page"),
                rows=tuple(_cost_row(cost) for cost in costs),
            ),
            Table(
                title="Beside Evidently's preset",
                columns=("rows", "preset", "its peak", "verdict faster by", "with report by", "from nothing by"),
                rows=tuple(_preset_row(cost, preset[cost.rows]) for cost in costs),
            ),
            Table(
                title="In seconds of a processor",
                columns=("rows", "verdict", "report", "preset", "verdict cheaper by", "with report by"),
                rows=tuple(_processor_row(cost) for cost in costs),
            ),
        ),
        figures={"cells": cells, "costs": [{**c.to_json(), "preset_taken": preset[c.rows]} for c in costs]},
        broken=(
            *_broken_rates(still),
            *_broken_costs(costs, preset),
        ),
        seed=SEED,
    )


def curves_of(costs: Sequence[Cost]) -> list[Curve]:
    """Return what each way costs against the rows, as far as it was measured."""
    sizes = [cost.rows for cost in costs]
    preset = {cost.rows: cost.preset for cost in costs if cost.preset is not None}
    return [
        Curve("verdict", sizes, [cost.verdict for cost in costs]),
        Curve("verdict and report", sizes, [cost.verdict + cost.report for cost in costs]),
        Curve("Evidently's preset and its page", list(preset), list(preset.values())),
    ]


def _preset_seconds(costs: list[Cost]) -> dict[int, float]:
    run = {cost.rows: cost.preset for cost in costs if cost.preset is not None}
    largest = max(run)
    return {cost.rows: run.get(cost.rows) or run[largest] * cost.rows / largest for cost in costs}


def _by_size(still: dict[Setting, Tally]) -> dict[int, Tally]:
    sizes = sorted({setting.rows for setting in still})
    return {rows: sum((each for setting, each in still.items() if setting.rows == rows), Tally()) for rows in sizes}


def _pooled_row(rows: int, tally: Tally) -> tuple[str, ...]:
    low, high = tally.interval
    rates = (_percent(tally.share), f"{_percent(low)} to {_percent(high)}", _evidently(tally))
    return (f"{rows:,}", f"{tally.windows:,}", *rates)


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


def _cost_row(cost: Cost) -> tuple[str, ...]:
    seconds = (cost.summarise, cost.calibrate, cost.verdict, cost.verdict + cost.report)
    sizes = (f"{cost.peak_bytes / 1e9:.2f} GB", f"{cost.page_bytes / 1e6:.1f} MB")
    return (f"{cost.rows:,}", *(f"{each:.1f} s" for each in seconds), *sizes)


def _preset_row(cost: Cost, preset: float) -> tuple[str, ...]:
    taken = "" if cost.preset is not None else " (extrapolated)"
    theirs = (f"{preset:,.1f} s{taken}", f"{cost.preset_peak_bytes / 1e9:.1f} GB" if cost.preset else "-")
    ours = (cost.verdict, cost.verdict + cost.report, cost.from_nothing)
    return (f"{cost.rows:,}", *theirs, *(f"{preset / seconds:,.0f}" for seconds in ours))


def _processor_row(cost: Cost) -> tuple[str, ...]:
    used = cost.processor
    ours, both, preset = used["verdict"], used["verdict"] + used["report"], used.get("preset")
    ratios = (f"{preset / ours:,.0f}", f"{preset / both:,.0f}") if preset else ("-", "-")
    return (
        f"{cost.rows:,}",
        f"{ours:.1f} s",
        f"{used['report']:.1f} s",
        f"{preset:,.1f} s" if preset else "-",
        *ratios,
    )


def _broken_rates(still: dict[Setting, Tally]) -> Iterable[str]:
    for setting, tally in still.items():
        if tally.interval[0] > FALSE_ALARMS:
            world = setting.world
            where = f"{world.kind}, {world.columns} columns{', correlated' if world.correlated else ''}"
            yield f"{where}, {setting.rows:,} rows: {_percent(tally.share)} false alarms"
    for rows, tally in _by_size(still).items():
        if tally.interval[0] > FALSE_ALARMS:
            yield f"all windows of {rows:,} rows: {_percent(tally.share)} false alarms"


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
