"""Calibrations: how far a window of a certain size may lie from its reference if nothing has changed.

They rest on the reference alone, so they are made once for a reference, a size and a method, and kept.
"""

from __future__ import annotations

import json
import math
import os
import zlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from include.domain.record import canonical_json, digest
from include.monitoring.reference import ReferenceColumn, ReferenceSummary
from include.statistics.predictive import distance_threshold
from include.statistics.two_samples import anderson_darling, jensen_shannon
from include.storage.store import Store

METHOD = {
    "numeric": "Anderson-Darling over quantile cells",
    "categorical": "Jensen-Shannon over levels",
    "null": "Dirichlet-multinomial of the reference's counts",
    "beyond": 10,
    "version": 2,
}
"""How distances are computed and calibrated; another method makes other calibrations."""

SIZES_PER_DOUBLING = 8

EVEN = 1.2
"""Rows of the fullest cell for one of the emptiest up to which the filled cells of a column count as equally full."""

_MANY = 100
"""Simulated distances above a threshold that many columns share, whose errors would not cancel out."""

Asked = tuple[ReferenceColumn, int, float]
"""A column, rows of it that have a value, and the share of false alarms that its distance may spend."""


def distance_of(column: ReferenceColumn, counts: Iterable[int]) -> float:
    """Return how far the counts of a window lie from those of the reference; not a number without a row of either."""
    distance = anderson_darling if column.kind == "numeric" else jensen_shannon
    return float(distance(column.counts, list(counts)))


def size_of(rows: int) -> int:
    """Return the size that a window of so many rows is calibrated for: the next below of eight to every doubling.

    A smaller window lies further from its reference, so the threshold of the smaller size keeps its promise.

    Examples
    --------
    >>> [size_of(rows) for rows in (0, 1, 10, 1_000, 1_024, 1_100, 1_000_000)]
    [0, 1, 9, 939, 1024, 1024, 961548]
    """
    if rows < 1:
        return 0
    size = math.floor(2 ** (math.floor(SIZES_PER_DOUBLING * math.log2(rows) + 1e-9) / SIZES_PER_DOUBLING) + 1e-9)
    return max(1, min(size, rows))


class Calibrations:
    """Thresholds of distances, made when they are first asked for.

    Parameters
    ----------
    reference : ReferenceSummary
    store : Store, optional
        Keeps them under ``monitoring/calibrations/<reference>/<method>/<size>.json``.
    """

    def __init__(self, reference: ReferenceSummary, store: Store | None = None) -> None:
        self.reference = reference
        self._store = store
        self._known: dict[str, float] = {}
        self._read: set[int] = set()

    def thresholds(self, asked: Iterable[Asked]) -> list[float]:
        """Return the threshold of every column; not a number where either side has no row.

        Columns whose cells are filled alike share a simulation.
        """
        questions = [(column, size_of(rows), false_alarms) for column, rows, false_alarms in asked]
        sizes = {size for _, size, _ in questions}
        for size in sizes - self._read:
            self._known |= self._stored(size)
            self._read.add(size)
        names = [_name(*question) for question in questions]
        wanted = dict(zip(names, questions, strict=True))
        new = {name: question for name, question in wanted.items() if name not in self._known}
        if new:
            with ThreadPoolExecutor(min(4, len(os.sched_getaffinity(0)))) as pool:
                beyond = {name: _MANY if names.count(name) > 5 else int(str(METHOD["beyond"])) for name in new}
                made = pool.map(lambda name: _simulated(*new[name], name=name, beyond=beyond[name]), new)
                self._known |= dict(zip(new, made, strict=True))
            for size in {size for _, size, _ in new.values()}:
                self._keep(size)
        return [self._known[name] for name in names]

    def _key(self, size: int) -> str:
        return f"monitoring/calibrations/{self.reference.fingerprint}/{digest(METHOD)[:16]}/{size}.json"

    def _stored(self, size: int) -> dict[str, float]:
        if self._store is None or not self._store.exists(self._key(size)):
            return {}
        try:
            return {str(name): float(value) for name, value in json.loads(self._store.read(self._key(size))).items()}
        except (KeyError, ValueError, TypeError, AttributeError):
            return {}

    def _keep(self, size: int) -> None:
        if self._store is None:
            return
        of_size = {
            name: value for name, value in self._known.items() if name.startswith(f"{size}/") and math.isfinite(value)
        }
        self._store.put(self._key(size), canonical_json(self._stored(size) | of_size).encode())


def _name(column: ReferenceColumn, size: int, false_alarms: float) -> str:
    cells = digest([column.kind, _alike(column).tolist()])[:24]
    return f"{size}/{false_alarms:.6g}/{cells}"


def _alike(column: ReferenceColumn) -> np.ndarray:
    counts = np.asarray(column.counts)
    filled = counts[counts > 0]
    # Edges from a sample of a large reference fill its cells nearly evenly. What that changes of a distance is of
    # second order and cancels out over cells; taken for even, all such columns share one simulation.
    if len(filled) and filled.max() <= EVEN * filled.min():
        counts = np.where(counts > 0, round(filled.mean()), 0)
    # Levels have no order, so columns that differ only in it are alike.
    return counts if column.kind == "numeric" else np.sort(counts)[::-1]


def _simulated(column: ReferenceColumn, size: int, false_alarms: float, *, name: str, beyond: int) -> float:
    counts = _alike(column)
    if not size or not counts.sum():
        return math.nan
    ordered = column.kind == "numeric"
    # Below the lowest and above the highest value of a reference lies as much as between any two neighbours of it.
    ends = np.r_[1, np.zeros(len(counts) - 2), 1] if ordered and len(counts) > 1 else np.zeros(len(counts))
    return distance_threshold(
        anderson_darling if ordered else jensen_shannon,
        counts,
        size,
        predicted=np.maximum(counts, ends),
        false_alarms=false_alarms,
        rng=np.random.default_rng(zlib.crc32(name.encode())),
        beyond=beyond,
    )
