"""Fairness: how differently a binary model treats the groups of a sensitive column, by Fairlearn's measures.

The values are Fairlearn's, the intervals those of :mod:`include.statistics.pairwise`: of a ratio, by the differences of
logarithms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from fairlearn import metrics as fairlearn
from numpy.typing import NDArray
from scipy import sparse

from include.domain.catalogue import FAIRNESS, GROUP_RATES
from include.domain.evidence import Interval, Observation
from include.domain.spec import ModelSpec, SliceSpec
from include.evaluation.judged import Judged
from include.evaluation.metrics import CONFIDENCE
from include.evaluation.parts_of_rows import Part, parts_by
from include.statistics.bootstrap import estimate_all
from include.statistics.clusters import Clusters, Floats
from include.statistics.estimate import around
from include.statistics.pairwise import Grouped, largest_difference
from include.statistics.simultaneous import METHOD, columns_of, part_of_mean
from include.statistics.sums import OfSums

_RATES_OF = {"demographic_parity": GROUP_RATES[:1], "equalized_odds": GROUP_RATES[1:]}
"""Which rates each measure compares."""

_MEASURES: dict[str, Callable[..., float]] = {name: getattr(fairlearn, name) for name in FAIRNESS}


@dataclass(frozen=True, eq=False)
class Rate:
    """One rate of every group.

    Parameters
    ----------
    name : str
    groups : list of Part
    counted : list of array
        Places of the rows that a group's rate is taken over.
    said : array of shape (n,)
        1 where the model says positive.
    """

    name: str
    groups: list[Part]
    counted: list[NDArray[np.intp]]
    said: Floats

    @property
    def values(self) -> Floats:
        """The rate of every group; NaN where it is taken over no row."""
        return np.array([self.said[rows].mean() if len(rows) else np.nan for rows in self.counted])


def observe_fairness(
    spec: ModelSpec, judged: Judged, holdout: pd.DataFrame, clusters: Clusters, *, rng: np.random.Generator
) -> tuple[Observation, ...]:
    """Observe rates by group, their largest differences and their smallest ratios, for every sensitive column.

    Parameters
    ----------
    spec : ModelSpec
    judged : Judged
        Of a binary model; the second class is the positive one.
    holdout : DataFrame of shape (n, anything)
        The same rows; rows without a value are a group of their own.
    clusters : Clusters
        Rows that belong together.
    rng : Generator

    Raises
    ------
    DataError
        If a sensitive column is not there, or has too many values.
    """
    found: list[Observation] = []
    enough = spec.evaluation.rows_at_least
    for column, _ in spec.sensitive_columns:
        groups = parts_by(holdout, SliceSpec(column=column))
        problem = _problem(spec, judged, groups)
        if problem:
            found += [
                Observation(name=f"{name}.{column}", value=None, unit=_unit(name), n=0, detail=problem)
                for name in FAIRNESS
            ]
            continue
        rates = {rate.name: rate for rate in _rates(judged, groups)}
        found += [
            _measure(name, judged, [rates[part] for part in _parts(name)], clusters, rows_at_least=enough, rng=rng)
            for name in FAIRNESS
        ]
        for rate in rates.values():
            found += _of_groups(rate, clusters, enough, rng)
    return tuple(found)


def _problem(spec: ModelSpec, judged: Judged, groups: list[Part]) -> str:
    if judged.problem or not len(judged):
        return judged.problem or "the holdout is empty"
    if spec.task != "binary":
        return f"rates of groups are for binary models, not for {spec.task}"
    return "" if len(groups) > 1 else f"all rows are of one group, {groups[0].name}: there is nothing to compare"


def _rates(judged: Judged, groups: list[Part]) -> list[Rate]:
    said = (judged.predicted == 1).astype(np.float64)
    positive = judged.truth == 1
    taken_over = (np.ones(len(judged), dtype=bool), positive, ~positive)
    return [
        Rate(name, groups, [group.rows[chosen[group.rows]] for group in groups], said)
        for name, chosen in zip(GROUP_RATES, taken_over, strict=True)
    ]


def _measure(
    name: str, judged: Judged, rates: list[Rate], clusters: Clusters, *, rows_at_least: int, rng: np.random.Generator
) -> Observation:
    groups = rates[0].groups
    labels = np.empty(len(judged), dtype=object)
    for group in groups:
        labels[group.rows] = group.label
    value = float(
        _MEASURES[name](
            *(codes.astype(int) for codes in (judged.truth == 1, judged.predicted == 1)), sensitive_features=labels
        )
    )
    smallest, rows, of = min(
        (
            (group, len(counted), rate.name)
            for rate in rates
            for group, counted in zip(groups, rate.counted, strict=True)
        ),
        key=lambda found: found[1],
    )
    interval, why = _interval(name, value, rates, clusters, rng)
    lines = [*(_told(rate) for rate in rates), why]
    lines.append(f"smallest group: {smallest.name}, {rows:,} rows of {of}")
    small = _small(rates, rows_at_least)
    if small:
        lines.append(f"inconclusive, fewer than {rows_at_least:,} rows: {small}")
    return Observation(
        name=f"{name}.{groups[0].column}",
        value=value if np.isfinite(value) else None,
        unit=_unit(name),
        interval=interval,
        n=rows,
        detail="\n".join(line for line in lines if line),
    )


def _interval(
    name: str, value: float, rates: list[Rate], clusters: Clusters, rng: np.random.Generator
) -> tuple[Interval | None, str]:
    """Bound the extreme over all pairs of groups and all rates compared, or say why that cannot be done."""
    is_ratio = name.endswith("ratio")
    if not np.isfinite(value):
        return None, "not defined for these rows"
    empty = [
        f"{group.name} has no rows of {rate.name}" for rate in rates for group, rows in _counted(rate) if not len(rows)
    ]
    if empty:
        return None, f"no interval: {empty[0]}"
    if is_ratio and any((rate.values == 0).any() for rate in rates):
        return None, "no interval: a rate is 0, and a ratio to it may be anything"
    grouped = [
        Grouped(
            np.log(rate.values) if is_ratio else rate.values,
            columns_of([_part(rate, rows, clusters, is_ratio=is_ratio) for rows in rate.counted], clusters.count),
            np.array([_least_error(rate, rows, clusters, is_ratio=is_ratio) for rows in rate.counted]),
        )
        for rate in rates
    ]
    low, high = largest_difference(grouped, confidence=CONFIDENCE, rng=rng)
    low, high = (float(np.exp(-high)), float(np.exp(-low))) if is_ratio else (low, min(high, 1.0))
    return around(value, low, high, confidence=CONFIDENCE, method=METHOD), ""


def _counted(rate: Rate) -> list[tuple[Part, NDArray[np.intp]]]:
    return list(zip(rate.groups, rate.counted, strict=True))


def _part(rate: Rate, rows: NDArray[np.intp], clusters: Clusters, *, is_ratio: bool) -> tuple[NDArray[np.intp], Floats]:
    share = rate.said[rows].mean()
    influence = rate.said[rows] - share
    return part_of_mean(influence / share if is_ratio else influence, clusters, rows)


def _least_error(rate: Rate, rows: NDArray[np.intp], clusters: Clusters, *, is_ratio: bool) -> float:
    """Return the standard error of a rate with one more positive and one more negative.

    A rate of 0 or 1 has no spread in its rows, and is not certain for that (Agresti & Caffo 2000, *Simple and effective
    confidence intervals for proportions and differences of proportions*, The American Statistician 54).
    """
    count, share = len(np.unique(clusters.codes[rows])), float(rate.said[rows].mean())
    eased = (share * count + 1) / (count + 2)
    error = float(np.sqrt(eased * (1 - eased) / (count + 2)))
    return error / share if is_ratio else error


def _of_groups(rate: Rate, clusters: Clusters, rows_at_least: int, rng: np.random.Generator) -> list[Observation]:
    statistics = [_share_of(rate.said, rows) for rows in rate.counted]
    found = []
    for (group, rows), estimate in zip(
        _counted(rate), estimate_all(statistics, clusters, confidence=CONFIDENCE, rng=rng), strict=True
    ):
        small = (
            f"inconclusive: {len(rows):,} rows, {rows_at_least:,} are asked for" if len(rows) < rows_at_least else ""
        )
        found.append(
            Observation(
                name=f"{rate.name}.{group.name}",
                value=estimate.value,
                unit="share",
                interval=None if small else estimate.interval,
                n=len(rows),
                detail=small or estimate.problem,
            )
        )
    return found


def _share_of(said: Floats, rows: NDArray[np.intp]) -> OfSums:
    counts = np.concatenate([said[rows], np.ones(len(rows))])
    places = (np.concatenate([rows, rows]), np.repeat([0, 1], len(rows)))
    return OfSums(sparse.csr_array((counts, places), shape=(len(said), 2)), _ratio)


def _ratio(sums: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(sums[..., 0] / np.where(sums[..., 1].real > 0, sums[..., 1], np.nan))


def _small(rates: list[Rate], rows_at_least: int) -> str:
    found = [
        f"{group.name} ({len(rows):,} of {rate.name})"
        for rate in rates
        for group, rows in _counted(rate)
        if len(rows) < rows_at_least
    ]
    return ", ".join(found)


def _told(rate: Rate) -> str:
    pairs = sorted(zip(rate.values, _counted(rate), strict=True), key=lambda pair: -np.nan_to_num(pair[0], nan=-1.0))
    shown = [f"{group.label} {value:.4g} on {len(rows):,}" for value, (group, rows) in pairs]
    listed = ", ".join(shown) if len(shown) <= 10 else f"{', '.join(shown[:5])}, …, {', '.join(shown[-4:])}"
    return f"{rate.name}: {listed}"


def _parts(name: str) -> tuple[str, ...]:
    return _RATES_OF[name.rpartition("_")[0]]


def _unit(name: str) -> str:
    return "share" if name.endswith("difference") else ""
