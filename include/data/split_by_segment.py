"""The split of a fleet: every segment is divided by itself, so that news about one of them moves no row of another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.data.sources.column_names import check_present
from include.data.split_by_order import entity_column, entity_order, row_order
from include.data.split_by_time import moments_of
from include.domain.errors import DataError
from include.domain.spec import ModelSpec

KEEPS_UP_TO = 1.5
"""Shares of the wanted holdout up to which a cut that the champion was trained with stays where it is."""

SALT = "holdout"


def holdout_by_segment(spec: ModelSpec, rows: pd.DataFrame, seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which rows of a fleet judge; the others train.

    Parameters
    ----------
    spec : ModelSpec
        With ``segment_by``.
    rows : DataFrame of shape (n, anything)
        Labelled rows; the index is the row hash.
    seen : array of bool, shape (n,)
        Rows that the present champion trained on.

    Returns
    -------
    array of bool, shape (n,)

    Raises
    ------
    DataError
        Where a column of the segments is not there, or no row is left to judge.

    Notes
    -----
    By time, all segments share one cut, so that the pooled model knows nothing later than what judges it. It is drawn
    from the distinct moments, not from the rows, and stays right behind what the champion has seen until half as many
    moments again as wanted lie after it. By group and stratified, units come in the order of a hash within each
    segment; classes keep their shares. An entity of several segments is judged or learned from as a whole, and counts
    where most of its rows are.
    """
    check_present(
        [("segment_by", name) for name in spec.segment_columns], list(map(str, rows.columns)), "the clean data"
    )
    chosen = _after_the_cut(spec, rows, seen) if spec.split_by == "time" else _by_order(spec, rows, seen)
    if not chosen.any():
        raise DataError(
            "no row is left to judge the segments by: the champion has trained on all of them; bring new data"
        )
    return chosen


def _after_the_cut(spec: ModelSpec, rows: pd.DataFrame, seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    moments = moments_of(rows, str(spec.data.time))
    distinct = np.unique(moments)
    if len(distinct) < 2:
        raise DataError(f"all {len(rows):,} rows have the same time: they cannot be split by it")
    wanted = max(1, round(spec.training.split.holdout * len(distinct)))
    later = distinct[distinct > moments[seen].max()] if seen.any() else distinct[-wanted:]
    if not len(later):
        return np.zeros(len(rows), dtype=bool)
    return moments >= (later[0] if len(later) <= KEEPS_UP_TO * wanted else later[-wanted])


def _by_order(spec: ModelSpec, rows: pd.DataFrame, seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    segments = rows.groupby(list(spec.segment_columns), dropna=False).ngroup().to_numpy()
    if spec.split_by == "group":
        unit, entities = pd.factorize(rows[entity_column(spec, rows)])
        order, stratum = entity_order(entities, SALT)[unit], _homes(unit, segments)
    else:
        hashes = rows.index.to_numpy(np.uint64)
        unit, order = pd.factorize(hashes)[0], row_order(hashes, SALT)
        classes = None if spec.task == "regression" else pd.factorize(rows[spec.data.target])[0]
        stratum = segments if classes is None else segments * (int(classes.max()) + 1) + classes
    units = pd.DataFrame({"stratum": stratum, "order": order, "unit": unit, "seen": seen})
    grouped = units.groupby(["stratum", "order", "unit"], sort=True)["seen"]
    chosen = _filled(pd.DataFrame({"size": grouped.size(), "free": ~grouped.any()}), spec.training.split.holdout)
    return chosen.reindex(pd.MultiIndex.from_frame(units[["stratum", "order", "unit"]])).to_numpy(dtype=bool)


def _homes(unit: NDArray[np.intp], segments: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for every row the segment in which most rows of its unit are."""
    counts = pd.DataFrame({"unit": unit, "segment": segments}).value_counts().reset_index()
    homes = counts.sort_values(["count", "segment"], ascending=[False, True]).drop_duplicates("unit")
    return np.asarray(homes.set_index("unit")["segment"].reindex(unit).to_numpy(dtype=np.intp))


def _filled(units: pd.DataFrame, share: float) -> pd.Series:
    """Choose units of every stratum, in their order, while each brings the rows nearer to the share; one stays behind.

    Parameters
    ----------
    units : DataFrame of shape (n, 2)
        ``size`` and ``free`` of every unit; the index holds its stratum, its place in the order and itself.
    share : float
    """
    of_stratum = units.groupby(level="stratum")["size"]
    wanted = np.maximum(1, np.round(share * of_stratum.transform("sum")))
    free = units["free"] & (units["size"] <= 2 * wanted)
    before = (units["size"] * free).groupby(level="stratum").cumsum() - units["size"]
    chosen = free & (before + units["size"] / 2 <= wanted)
    is_last = of_stratum.cumcount() == of_stratum.transform("size") - 1
    return chosen & ~(chosen.groupby(level="stratum").transform("all") & is_last)
