"""Slices: parts of the holdout as observations: each by itself, the worst of them, and those that are surely worse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from include.domain.catalogue import (
    SLICE,
    WORST_SLICE,
    WORST_SLICE_GAP,
    worse_slices_name,
    worst_slice_improvement_name,
)
from include.domain.evidence import Interval, Observation
from include.domain.metric import METRICS
from include.domain.requirement import SLICES_TOO_SMALL
from include.domain.spec import ModelSpec
from include.evaluation.improvement import problem_of
from include.evaluation.judged import Judged
from include.evaluation.measured import measured, unanswerable
from include.evaluation.metrics import unit_of
from include.evaluation.pair import Pair
from include.evaluation.parts_of_rows import Part
from include.evaluation.slicing import Seen, Slices, bound_apart, bound_together
from include.statistics.estimate import around
from include.statistics.simultaneous import METHOD
from include.statistics.statistic import Combination

SHOWN = 5
"""Slices that a detail names before it counts the others."""


def observe_slices(
    spec: ModelSpec, slices: Slices, judged: Judged, *, rng: np.random.Generator
) -> tuple[Observation, ...]:
    """Observe every slice, the worst of them, and how much worse than the rest it is.

    Parameters
    ----------
    spec : ModelSpec
    slices : Slices
    judged : Judged
    rng : Generator

    Returns
    -------
    tuple of Observation
        None if the spec names no slices.
    """
    if not spec.evaluation.slices:
        return ()
    found = [_too_small(slices)]
    for metric in spec.slice_metrics:
        found += _of_metric(spec, metric, slices, judged, rng)
    return tuple(found)


def observe_slice_improvements(
    spec: ModelSpec, slices: Slices, pair: Pair, *, rng: np.random.Generator
) -> tuple[Observation, ...]:
    """Observe the least gain over a rival in any slice, and in how many slices the candidate is surely worse.

    Parameters
    ----------
    spec : ModelSpec
    slices : Slices
    pair : Pair
    rng : Generator
    """
    if not spec.evaluation.slices:
        return ()
    found: list[Observation] = []
    for name in spec.slice_metrics:
        metric = METRICS[name]
        gain = Observation(
            name=worst_slice_improvement_name(pair.rival_name, name), value=None, unit=unit_of(spec, metric)
        )
        count = Observation(name=worse_slices_name(pair.rival_name, name), value=None, unit="count")
        problem = problem_of(name, pair)
        gains = [] if problem else [_gain(name, pair, part) for part in slices.judged]
        seen = bound_together(gains, slices, rng=rng, rounding=_rounding(name, pair)) if gains else None
        if seen is None:
            found += _unseen([gain, count], problem, slices)
            continue
        order, worse = np.argsort(seen.family.values), np.flatnonzero(seen.family.high < 0)
        found.append(_extreme(gain, seen, order, "gain", least=True))
        found.append(_counted(count, seen, worse, int(order[0]), f"gain over the {pair.rival_name}"))
    return tuple(found)


def _gain(name: str, pair: Pair, part: Part) -> Combination:
    own, other = (measured(name, model.of_rows(part.rows)) for model in (pair.candidate, pair.rival))
    sign = 1.0 if METRICS[name].greater_is_better else -1.0
    return Combination((own, other), (sign, -sign))


def _rounding(name: str, pair: Pair) -> float:
    values = [abs(measured(name, model).value()) for model in (pair.candidate, pair.rival)]
    return 1e-12 * max(filter(np.isfinite, values), default=0.0)


def _of_metric(
    spec: ModelSpec, name: str, slices: Slices, judged: Judged, rng: np.random.Generator
) -> list[Observation]:
    metric = METRICS[name]
    unit = unit_of(spec, metric)
    worst = Observation(name=f"{WORST_SLICE}.{name}", value=None, unit=unit)
    gap = Observation(name=f"{WORST_SLICE_GAP}.{name}", value=None, unit=unit)
    count = Observation(name=worse_slices_name("rest", name), value=None, unit="count")
    problem = unanswerable(name, judged)
    statistics = [] if problem else [measured(name, judged.of_rows(part.rows)) for part in slices.judged]
    seen = bound_together(statistics, slices, rng=rng) if statistics else None
    small = [_of_small(name, part, unit, judged, slices) for part in slices.too_small]
    if seen is None:
        return [*_unseen([worst, gap, count], problem, slices), *small]
    order = np.argsort(seen.family.values * (1 if metric.greater_is_better else -1))
    found = [_extreme(worst, seen, order, name, least=metric.greater_is_better)]
    apart = bound_apart(name, seen, judged, slices, rng=rng)
    if apart is None:
        found += _unseen([gap, count], f"no slice leaves a rest of {slices.rows_at_least:,} rows or more", slices)
    else:
        worse = np.flatnonzero(apart.family.low > 0)
        found.append(_extreme(gap, apart, np.argsort(-apart.family.values), "gap", least=False))
        found.append(_counted(count, apart, worse, int(np.argmax(apart.family.values)), "gap to the rest"))
    return [*found, *(_of_slice(name, seen, i, unit) for i in range(len(seen.parts))), *small]


def _extreme(blank: Observation, seen: Seen, order: NDArray[np.intp], what: str, *, least: bool) -> Observation:
    """Return the worst of all slices: the extreme of the values, within the extremes of the intervals' ends.

    Where all intervals hold, the extreme of the true numbers lies between the extremes of their lower and upper ends.
    """
    family = seen.family
    extreme = np.min if least else np.max
    value, low, high = (float(extreme(numbers)) for numbers in (family.values, family.low, family.high))
    shown = [_told(seen, int(i), what) for i in order[:SHOWN]]
    return blank.model_copy(
        update={
            "value": value,
            "interval": around(value, low, high, confidence=family.confidence, method=METHOD),
            "n": len(seen.parts[int(order[0])]),
            "detail": "\n".join([*shown, *_others(seen, len(shown))]),
        }
    )


def _counted(blank: Observation, seen: Seen, worse: NDArray[np.intp], worst: int, what: str) -> Observation:
    """Count slices whose whole interval speaks against them, the surest first; where there is none, name the worst."""
    order = sorted((int(i) for i in worse), key=lambda i: seen.family.p_values[i])
    lines = [_told(seen, i, f"worse, {what}") for i in order[:SHOWN]] or [_told(seen, worst, f"at worst, {what}")]
    if len(order) > SHOWN:
        lines.append(f"and {len(order) - SHOWN:,} more")
    detail = "\n".join([*lines, *_others(seen, len(seen.parts))])
    return blank.model_copy(update={"value": float(len(order)), "n": _rows_in(seen.parts), "detail": detail})


def _told(seen: Seen, i: int, what: str) -> str:
    family, part = seen.family, seen.parts[i]
    numbers = f"{family.values[i]:.6g} [{family.low[i]:.6g}, {family.high[i]:.6g}]"
    return f"{part.name}: {what} {numbers}, adjusted p {family.p_values[i]:.2g}, {len(part):,} rows"


def _others(seen: Seen, shown: int) -> list[str]:
    more = len(seen.parts) - shown
    lines = [f"{more:,} other slices are less bad"] if more > 0 else []
    lines.append(f"{len(seen.parts):,} slices, whose {100 * seen.family.confidence:g}% intervals hold together")
    if seen.left_out:
        lines.append(f"not defined for {_listed(seen.left_out)}")
    return lines


def _of_slice(name: str, seen: Seen, i: int, unit: str) -> Observation:
    family, part = seen.family, seen.parts[i]
    value, low, high = (float(numbers[i]) for numbers in (family.values, family.low, family.high))
    interval: Interval | None = around(value, low, high, confidence=family.confidence, method=METHOD)
    return Observation(name=f"{SLICE}.{name}.{part.name}", value=value, unit=unit, interval=interval, n=len(part))


def _of_small(name: str, part: Part, unit: str, judged: Judged, slices: Slices) -> Observation:
    small = f"inconclusive: {len(part):,} rows, {slices.rows_at_least:,} are asked for"
    own = judged.of_rows(part.rows)
    value = float("nan") if unanswerable(name, own) else measured(name, own).value()
    known = value if np.isfinite(value) else None
    return Observation(name=f"{SLICE}.{name}.{part.name}", value=known, unit=unit, n=len(part), detail=small)


def _too_small(slices: Slices) -> Observation:
    detail = f"fewer than {slices.rows_at_least:,} rows: {_listed(slices.too_small)}" if slices.too_small else ""
    count = len(slices.too_small)
    rows = _rows_in((*slices.judged, *slices.too_small))
    return Observation(name=SLICES_TOO_SMALL, value=count, unit="count", n=rows, detail=detail)


def _unseen(blanks: Sequence[Observation], problem: str, slices: Slices) -> list[Observation]:
    nothing = (
        f"no slice has {slices.rows_at_least:,} rows or more" if not slices.judged else "not defined for any slice"
    )
    return [blank.model_copy(update={"n": 0, "detail": problem or nothing}) for blank in blanks]


def _rows_in(parts: Sequence[Part]) -> int:
    return len(np.unique(np.concatenate([part.rows for part in parts]))) if parts else 0


def _listed(parts: Sequence[Part]) -> str:
    named = ", ".join(f"{part.name} ({len(part):,})" for part in parts[:20])
    return named if len(parts) <= 20 else f"{named} and {len(parts) - 20:,} more"
