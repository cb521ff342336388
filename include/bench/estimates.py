"""How often the interval of an estimate, made before the labels are known, holds what is realised once they are."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.typing import NDArray

from include.bench.report import Report, Table, Told
from include.bench.served_worlds import SETTINGS, ServedWorld
from include.domain.concerns import ESTIMATED, REALISED
from include.domain.evidence import Observation
from include.statistics.clusters import clusters_of
from include.statistics.sandwich import sandwich
from include.statistics.sums import mean_of
from include.watching.estimated import learn_estimator, observe_estimated
from include.watching.realised import observe_realised
from include.watching.reconciled import observe_estimate_errors

SEED = 7
CONFIDENCE = 0.95
MODELS, WINDOWS = 40, 8
"""Models that are trained and judged anew in each setting, and windows that each of them serves."""

PROMISE = (
    f"Of windows whose labels arrive later, the {100 * CONFIDENCE:g} % interval of the estimate holds the realised "
    f"number in {100 * CONFIDENCE:g} %, up to chance, as long as the labels depend on the inputs as they did."
)

METHOD = (
    f"In each setting {MODELS} models are trained on 2,000 rows each of a new sample, learn their estimate from a "
    f"holdout of its own, and serve {WINDOWS} windows. Each window is estimated without its labels and then judged by "
    "them, by the functions that `<model>.monitoring` runs. Windows of one model share its holdout, so the interval of "
    "the coverage is that of whole models (cluster-robust). *Changed labels*: the inputs stay as they are, and what "
    "the labels are given the inputs does not; no estimate without labels can see that, and none is promised: the "
    "reconciliation says it once the labels are there."
)

Held = dict[str, list[bool]]


def measure_estimates(told: Told, *, quick: bool = False) -> Report:
    """Estimate and judge hundreds of windows in every setting.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        One model and a few windows: enough to see that it works, not to prove anything.
    """
    models, windows = (1, 3) if quick else (MODELS, WINDOWS)
    jobs = [(setting, model, windows) for setting in SETTINGS for model in range(models)]
    found: dict[str, list[Held]] = {setting.name: [] for setting in SETTINGS}
    with ProcessPoolExecutor(max(1, (os.cpu_count() or 1) // 2)) as pool:
        for done, (job, held) in enumerate(zip(jobs, pool.map(_serve, jobs), strict=True), start=1):
            found[job[0].name].append(held)
            told(done, len(jobs), job[0].name)
    return report_of(found)


def _serve(job: tuple[ServedWorld, int, int]) -> Held:
    world, model, windows = job
    rng = np.random.default_rng([SEED, model, sum(map(ord, world.name))])
    champion = world.champion(rng)
    estimator = learn_estimator(world.spec, champion.serve(world.holdout_rows, rng))
    held: Held = {metric: [] for metric in world.metrics}
    for _ in range(windows):
        window = champion.serve(world.window_rows, rng, changed=world.changed)
        estimated = observe_estimated(world.spec, window, estimator, rng=rng)
        realised = observe_realised(world.spec, window, None, rng=rng)
        for metric, inside in _inside(world.metrics, estimated, realised):
            held[metric].append(inside)
    return held


def _inside(
    metrics: Sequence[str], estimated: Sequence[Observation], realised: Sequence[Observation]
) -> Iterator[tuple[str, bool]]:
    named = {f"{kind}.{metric}" for kind in (ESTIMATED, REALISED) for metric in metrics}
    errors = observe_estimate_errors(
        [one for one in estimated if one.name in named], [one for one in realised if one.name in named]
    )
    for error in errors:
        if error.interval is not None:
            yield error.name.partition(".")[2], error.interval.low <= 0 <= error.interval.high


def report_of(found: dict[str, list[Held]]) -> Report:
    """Return coverages beside each other, and every promise that they do not keep."""
    promised = {setting.name: not setting.changed for setting in SETTINGS}
    rows, figures, broken = [], [], []
    for setting, models in found.items():
        for metric in models[0]:
            by_model = [np.array(held[metric], dtype=np.float64) for held in models if held[metric]]
            share, low, high = _coverage(by_model)
            windows = sum(map(len, by_model))
            rows.append((setting, metric, f"{len(by_model)}", f"{windows:,}", _percent(share), _between(low, high)))
            figures.append({"setting": setting, "metric": metric, "windows": windows, "coverage": share})
            if promised[setting] and high < CONFIDENCE:
                broken.append(f"{setting}, {metric}: {_percent(share)}")
    columns = ("setting", "metric", "models", "windows", "held", "95% interval of it")
    table = Table(title="Coverage of the interval of an estimate", columns=columns, rows=tuple(rows))
    return Report(
        promise=PROMISE, method=METHOD, tables=(table,), figures={"cells": figures}, broken=tuple(broken), seed=SEED
    )


def _coverage(by_model: Sequence[NDArray[np.float64]]) -> tuple[float, float, float]:
    whole = np.concatenate(by_model) if by_model else np.zeros(0)
    if not len(whole):
        return float("nan"), 0.0, 1.0
    models = clusters_of(np.repeat(np.arange(len(by_model)), [len(one) for one in by_model]))
    seen = sandwich(float(whole.mean()), mean_of(whole).influence(), models, confidence=0.95)
    between = seen.interval
    return float(whole.mean()), *((max(between.low, 0.0), min(between.high, 1.0)) if between else (0.0, 1.0))


def _between(low: float, high: float) -> str:
    return f"{_percent(low)} to {_percent(high)}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
