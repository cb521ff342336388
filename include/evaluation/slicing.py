"""Slicing: numbers of many slices, each bounded so that all bounds hold at once.

What is asked of the worst of many slices is asked of all of them. Every interval here is one of a family that holds
together (:mod:`include.statistics.simultaneous`), so that chance makes any of them speak in one holdout of twenty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from include.domain.metric import METRICS
from include.domain.spec import ModelSpec
from include.evaluation.judged import Judged
from include.evaluation.measured import measured
from include.evaluation.metrics import CONFIDENCE
from include.evaluation.parts_of_rows import Part, parts_by
from include.statistics.clusters import Clusters, Floats
from include.statistics.simultaneous import Family, Parts, columns_of, hold_together, part_of_mean
from include.statistics.statistic import Statistic

_WEIGHTS = 2_000_000


@dataclass(frozen=True, eq=False)
class Slices:
    """The slices of a holdout.

    Parameters
    ----------
    judged : tuple of Part
        Of enough rows.
    too_small : tuple of Part
        The others.
    clusters : Clusters
        Which of all rows belong together.
    rows_at_least : int
        How many rows are enough.
    """

    judged: tuple[Part, ...]
    too_small: tuple[Part, ...]
    clusters: Clusters
    rows_at_least: int


@dataclass(frozen=True, eq=False)
class Seen:
    """A number of several slices, and where each may lie.

    Parameters
    ----------
    parts : tuple of Part
        Those for which the number is defined.
    family : Family
    left_out : tuple of Part
        Those for which it is not.
    """

    parts: tuple[Part, ...]
    family: Family
    left_out: tuple[Part, ...] = ()


def slices_in(spec: ModelSpec, holdout: pd.DataFrame, clusters: Clusters) -> Slices:
    """Divide a holdout as the spec says.

    Raises
    ------
    DataError
        If a column is not there, has no quantiles, or has too many values.
    """
    enough = spec.evaluation.rows_at_least
    found = [part for by in spec.evaluation.slices for part in parts_by(holdout, by)]
    return Slices(
        tuple(part for part in found if len(part) >= enough),
        tuple(part for part in found if len(part) < enough),
        clusters,
        enough,
    )


def bound_together(
    statistics: Sequence[Statistic], slices: Slices, *, rng: np.random.Generator, rounding: float = 0.0
) -> Seen | None:
    """Bound a statistic of each slice, all at once; None where it is not defined for any.

    A value no larger than the rounding is 0: of two models that say the same, neither is better by a last digit.
    """
    values = np.array([statistic.value() for statistic in statistics])
    values = np.where(np.abs(values) <= rounding, 0.0, values)
    several = [len(np.unique(slices.clusters.codes[part.rows])) > 1 for part in slices.judged]
    defined = np.isfinite(values) & np.array(several, dtype=bool)
    kept = [
        (part, statistic) for part, statistic, is_in in zip(slices.judged, statistics, defined, strict=True) if is_in
    ]
    if not kept:
        return None
    columns = [part_of_mean(_influence(statistic), slices.clusters, part.rows) for part, statistic in kept]
    parts = Parts(columns_of(columns, slices.clusters.count))
    family = hold_together(values[defined], parts, confidence=CONFIDENCE, rng=rng)
    left_out = tuple(part for part, is_in in zip(slices.judged, defined, strict=True) if not is_in)
    return Seen(tuple(part for part, _ in kept), family, left_out)


def bound_apart(name: str, seen: Seen, judged: Judged, slices: Slices, *, rng: np.random.Generator) -> Seen | None:
    """Bound by how much each slice is worse than all other rows.

    What the rest adds is taken from the influences in all rows: for means of losses that is the same.
    """
    sign = -1.0 if METRICS[name].greater_is_better else 1.0
    whole = measured(name, judged)
    influence = _influence(whole) if np.isfinite(whole.value()) else np.zeros(len(judged))
    others = _of_the_rest(whole, seen.parts, len(judged))
    shared = np.stack([slices.clusters.sums(influence), slices.clusters.sums(np.ones(len(judged)))], axis=1)
    gaps, columns, factors, kept = [], [], [], []
    for part, value, other in zip(seen.parts, seen.family.values, others, strict=True):
        rest = len(judged) - len(part)
        if rest < slices.rows_at_least or not np.isfinite(other):
            continue
        inside = influence[part.rows]
        middle = -float(inside.sum()) / rest
        places, own = part_of_mean(_influence(measured(name, judged.of_rows(part.rows))), slices.clusters, part.rows)
        codes = np.searchsorted(places, slices.clusters.codes[part.rows])
        back = np.bincount(codes, weights=inside - middle) / rest
        gaps.append(sign * (value - other))
        columns.append((places, sign * (own + back)))
        factors.append([-sign / rest, sign * middle / rest])
        kept.append(part)
    if not gaps:
        return None
    parts = Parts(columns_of(columns, slices.clusters.count), shared, np.array(factors))
    return Seen(tuple(kept), hold_together(np.array(gaps), parts, confidence=CONFIDENCE, rng=rng), seen.left_out)


def _of_the_rest(whole: Statistic, parts: Sequence[Part], rows: int) -> Floats:
    """Return the statistic of all rows but those of each part, by the weights 0 and 1; NaN where it is not defined."""
    chunk = max(1, _WEIGHTS // max(rows, 1))
    found = [np.empty(0)]
    for start in range(0, len(parts), chunk):
        some = parts[start : start + chunk]
        weights = np.ones((len(some), rows))
        for weight, part in zip(weights, some, strict=True):
            weight[part.rows] = 0.0
        with np.errstate(divide="ignore", invalid="ignore"):
            found.append(whole.resampled(weights))
    return np.concatenate(found)


def _influence(statistic: Statistic) -> Floats:
    influence = statistic.influence()
    if influence is None:
        raise ValueError("this statistic has no influence to sum")
    return influence
