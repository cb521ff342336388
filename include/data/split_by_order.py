"""Order by hash: a shuffle without a seed, in which a unit keeps its place whatever other units come."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.errors import DataError
from include.domain.spec import ModelSpec

BINS = 10
"""Parts of equal size into which a numeric target is divided before each of them is split."""


def row_order(row_hashes: Iterable[int], salt: str) -> NDArray[np.uint64]:
    """Return a place in the order for every row hash.

    Parameters
    ----------
    row_hashes : array of uint64, shape (n,)
    salt : str
        Another salt gives an order that has nothing to do with the first.

    Returns
    -------
    array of uint64, shape (n,)

    Notes
    -----
    The finaliser of SplitMix64 (Steele, Lea, Flood 2014, Fast Splittable Pseudorandom Number Generators, OOPSLA),
    which maps 64 bits to 64 bits one to one.
    """
    start = int.from_bytes(hashlib.sha256(salt.encode()).digest()[:8], "big")
    z = np.asarray(row_hashes, dtype=np.uint64) + np.uint64(start)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def entity_column(spec: ModelSpec, rows: pd.DataFrame) -> str:
    """Return the column that tells which rows stay together.

    Raises
    ------
    DataError
        Where it is missing in a row, or has too few values to be divided.
    """
    entity = str(spec.data.entity)
    missing = int(rows[entity].isna().sum())
    if missing:
        raise DataError(
            f"column {entity!r} (data.entity) is missing in {missing} rows: fill it or leave those rows out"
        )
    if rows[entity].nunique() < 3:
        raise DataError(
            f"column {entity!r} (data.entity) has {rows[entity].nunique()} values, expected at least 3, "
            "one for each part: split by stratified or time"
        )
    return entity


def entity_order(entities: Iterable[object], salt: str) -> NDArray[np.uint64]:
    """Return a place in the order for every entity, by the SHA-256 of its spelling.

    Examples
    --------
    >>> bool(entity_order([7], "holdout")[0] == entity_order([7.0], "holdout")[0])
    True
    """
    texts = (f"{salt}|{_spelling(entity)}" for entity in entities)
    return np.array([int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in texts], np.uint64)


def quantile_bins(values: pd.Series) -> NDArray[np.int64]:
    """Return for every number which of ten parts of about equal size it lies in; equal numbers share one."""
    numbers = values.to_numpy(np.float64)
    edges = np.quantile(numbers, np.arange(1, BINS) / BINS, method="inverted_cdf")
    return np.searchsorted(np.unique(edges), numbers)


def share_by_order(
    units: NDArray[np.int64],
    order: NDArray[np.uint64],
    strata: NDArray[np.int64],
    share: float,
    *,
    barred: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Choose about a share of the rows of every stratum: whole units, in their order, none that is barred.

    Parameters
    ----------
    units : array of int, shape (n,)
        Unit of every row; a unit lies in one stratum.
    order : array of uint64, shape (u,)
        Place of every unit in the order.
    strata : array of int, shape (n,)
        Stratum of every row.
    share : float
    barred : array of bool, shape (n,), optional
        Rows that must not be chosen, nor any row of their unit.

    Returns
    -------
    array of bool, shape (n,)
        At least one unit of every stratum stays behind.
    """
    count = len(order)
    sizes = np.bincount(units, minlength=count)
    stratum = np.full(count, -1, dtype=np.int64)
    stratum[units] = strata
    free = sizes > 0
    if barred is not None:
        free[units[barred]] = False
    kinds, rows = np.unique(strata, return_counts=True)
    chosen = np.zeros(count, dtype=bool)
    for kind, wanted in zip(kinds, _quotas(rows, share), strict=True):
        members = np.flatnonzero((stratum == kind) & (sizes > 0))
        candidates = members[free[members]]
        candidates = candidates[np.argsort(order[candidates], kind="stable")]
        chosen[_filling(candidates, sizes, wanted)[: len(members) - 1]] = True
    if not chosen.any():
        _choose_smallest(chosen, sizes, np.flatnonzero(free), order)
    return chosen[units]


def _quotas(rows: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    """Divide the share of all rows among strata by largest remainders (Hamilton's method).

    Examples
    --------
    >>> _quotas(np.array([7, 3]), 0.5).tolist()
    [4, 1]
    """
    exact = rows * share
    quotas = np.floor(exact).astype(np.int64)
    left = round(float(exact.sum())) - int(quotas.sum())
    quotas[np.argsort(quotas - exact, kind="stable")[:left]] += 1
    return quotas


def _filling(candidates: NDArray[np.int64], sizes: NDArray[np.int64], wanted: int) -> list[int]:
    """Return the candidates, in their order, each of which brings the number of rows nearer to the wanted one."""
    taken: list[int] = []
    missing = wanted
    for unit in candidates.tolist():
        if missing == 0:
            break
        after = missing - int(sizes[unit])
        if abs(after) < abs(missing):
            taken.append(unit)
            missing = after
    return taken


def _choose_smallest(
    chosen: NDArray[np.bool_], sizes: NDArray[np.int64], free: NDArray[np.int64], order: NDArray[np.uint64]
) -> None:
    """Choose one unit where each is so large that none comes nearer to the share than none at all."""
    if len(free) and np.count_nonzero(sizes) > 1:
        chosen[free[np.lexsort((order[free], sizes[free]))[0]]] = True


def _spelling(entity: object) -> str:
    if isinstance(entity, float) and entity.is_integer():
        return str(int(entity))
    return str(entity)
