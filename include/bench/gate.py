"""How often the gate promotes a model that is no better, and how often one that is better by a stated amount."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from typing import Any

from include.bench.comparisons import CONFIDENCE, SEED, Kind, Setting, Tally, compare_again
from include.bench.effects import BETTER, worse_enough
from include.bench.pairs import Blur, equally_good, gap
from include.bench.report import Report, Table, Told
from include.statistics.power import POWER

METRICS = ("log_loss", "roc_auc", "average_precision", "mean_absolute_error")
ROWS = (200, 1_000, 5_000)
ROWS_PER_ENTITY = 10
COMPARISONS: dict[Kind, int] = {"unlike": 2_000, "better": 300}

EQUALS_AT_MOST = 0.05
SHORT_OF_POWER = 0.2
"""How far below the power that it claims an outlook may lie and still be told from nothing better."""

SIGHT = Blur(1.0)
"""Through which the champion sees that nobody beats."""

SAMPLES = 15
"""Of which the median says how many rows an inconclusive verdict names."""

_OUTLIERS = 0.1
_PART = 50

PROMISE = (
    "Of comparisons of equally good models at most 5 % promote the challenger, whatever the metric, the rows and "
    "the entities; and the number of rows that an inconclusive verdict names tells the difference about as often as it "
    "says."
)

METHOD = (
    "Every comparison goes through `compare_models` and the model gate of a spec with default terms "
    f"({100 * CONFIDENCE:g} % confidence, margin 0), on new rows, with predictions of two models that see the truth "
    "through noise; half of each model's noise is common to both. Rows of entities (about "
    f"{ROWS_PER_ENTITY} rows each, of unequal number) share half of everything. 30 % of the rows are positive, 10 % "
    "for average precision; numbers have Student's t with three degrees of freedom around them. *Equally "
    "good*: the challenger is better on nine rows of ten and badly wrong on the tenth, by just so much that "
    "both are equally good in the long run. *Better*: the champion is so much worse that an inconclusive verdict on so "
    f"many rows would name this number of rows (power {POWER:g}); the promise counts as broken below "
    f"{POWER - SHORT_OF_POWER:g}. Intervals are exact (Clopper-Pearson, 95 %). `>=` promotes whichever challenger "
    "scores at least as well as the champion."
)


def measure_gate(told: Told, *, quick: bool = False) -> Report:
    """Compare thousands of pairs of models, on all cores.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        Few comparisons on few rows: enough to see that it works, not to prove anything.
    """
    sizes = ROWS[:1] if quick else ROWS
    comparisons: dict[Kind, int] = dict.fromkeys(COMPARISONS, 20) if quick else COMPARISONS
    settings = [
        Setting(kind=kind, metric=metric, rows=rows, entities=entities)
        for kind in comparisons
        for metric in METRICS
        for rows in sizes
        for entities in (None, rows // ROWS_PER_ENTITY)
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        try:
            samples = 3 if quick else SAMPLES
            models = dict(zip(settings, pool.map(partial(models_of, samples=samples), settings), strict=True))
            told(0, 1, "effects found")
            tallies = _tally(pool, {s: m for s, m in models.items() if m}, comparisons, told)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return report_of(models, tallies)


def models_of(setting: Setting, *, samples: int) -> tuple[Blur, Blur] | None:
    """Return what challenger and champion see through; None where no champion is bad enough."""
    if setting.kind == "alike":
        return SIGHT, SIGHT
    if setting.kind == "unlike":
        return equally_good(setting.metric, SIGHT, outliers=_OUTLIERS), SIGHT
    champion = worse_enough(setting, samples=samples)
    return None if champion is None else (BETTER, champion)


def _tally(
    pool: ProcessPoolExecutor,
    models: dict[Setting, tuple[Blur, Blur]],
    comparisons: dict[Kind, int],
    told: Told,
) -> dict[Setting, Tally]:
    tallies = dict.fromkeys(models, Tally())
    # The largest first, so that no core is left alone with one of them at the end.
    parts = sorted(_parts(models, comparisons), key=lambda part: -part[0].rows)
    running = {
        pool.submit(compare_again, setting, *models[setting], comparisons=count, part=part): setting
        for setting, part, count in parts
    }
    for done, future in enumerate(as_completed(running), start=1):
        setting = running[future]
        tallies[setting] += future.result()
        told(done, len(running), f"{setting.kind}, {setting.metric}, {setting.rows:,} rows")
    return tallies


def _parts(
    models: dict[Setting, tuple[Blur, Blur]], comparisons: dict[Kind, int]
) -> Iterator[tuple[Setting, int, int]]:
    for setting in models:
        wanted = comparisons[setting.kind]
        for part, start in enumerate(range(0, wanted, _PART)):
            yield setting, part, min(_PART, wanted - start)


def report_of(models: dict[Setting, tuple[Blur, Blur] | None], tallies: dict[Setting, Tally]) -> Report:
    """Return the figures beside each other, and every promise that they do not keep."""
    titles: dict[Kind, str] = {
        "unlike": "Equally good",
        "better": "Better by a stated amount",
    }
    tables = tuple(
        Table(
            title=title,
            columns=_columns(kind),
            rows=tuple(_row(s, models[s], tallies.get(s)) for s in models if s.kind == kind),
        )
        for kind, title in titles.items()
    )
    return Report(
        promise=PROMISE,
        method=METHOD,
        tables=tables,
        figures={"cells": [_figures(s, m, tallies.get(s)) for s, m in models.items()]},
        broken=tuple(text for s, tally in tallies.items() if (text := _broken(s, tally))),
        seed=SEED,
    )


def _columns(kind: Kind) -> tuple[str, ...]:
    last = ("effect", "power claimed") if kind == "better" else ()
    return ("metric", "rows", "entities", *last, "comparisons", "promoted", "95% interval", "promoted by >=")


def _row(setting: Setting, models: tuple[Blur, Blur] | None, tally: Tally | None) -> tuple[str, ...]:
    where = (setting.metric, f"{setting.rows:,}", "none" if setting.entities is None else f"{setting.entities:,}")
    if models is None or tally is None:
        return (*where, "none is so large", "-", "-", "-", "-", "-")
    effect = (f"{gap(setting.metric, *models):.4f}", _percent(POWER)) if setting.kind == "better" else ()
    low, high = tally.interval
    naively = tally.promoted_naively / tally.comparisons
    seen = (f"{tally.comparisons:,}", _percent(tally.share), f"{_percent(low)} to {_percent(high)}", _percent(naively))
    return (*where, *effect, *seen)


def _figures(setting: Setting, models: tuple[Blur, Blur] | None, tally: Tally | None) -> dict[str, Any]:
    if models is None or tally is None:
        return {**setting.to_json(), "effect": None}
    effect = gap(setting.metric, *models) if setting.kind == "better" else 0.0
    rates = {"share": tally.share, "interval": list(tally.interval)}
    return {**setting.to_json(), "effect": effect, **tally.to_json(), **rates}


def _broken(setting: Setting, tally: Tally) -> str:
    low, high = tally.interval
    where = f"{setting.metric} on {setting.rows:,} rows ({setting.entities or 'no'} entities, {setting.kind})"
    if setting.kind == "better":
        return f"{where}: power {_percent(tally.share)}" if high < POWER - SHORT_OF_POWER else ""
    return f"{where}: {_percent(tally.share)} promoted" if low > EQUALS_AT_MOST else ""


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
