"""The split of a fleet: every segment is divided by itself, so that news about one of them moves no row of another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.data.sources.column_names import check_present
from include.data.split_by_order import entity_order, row_order
from include.data.split_by_time import moments_of
from include.domain.errors import DataError
from include.domain.spec import ModelSpec

KEEPS_BETWEEN = (0.5, 1.5)
"""Shares of the wanted holdout between which a cut that the champion was trained with stays where it is."""

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
    from the distinct moments, not from the rows, and stays behind what the champion has seen while about the wanted
    share of the moments lies after it. By group and stratified, units come in the order of a hash within each segment;
    classes keep their shares.
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
    wanted = spec.training.split.holdout * len(distinct)
    if len(distinct) < 2:
        raise DataError(f"all {len(rows):,} rows have the same time: they cannot be split by it")
    if seen.any():
        later = distinct[distinct > moments[seen].max()]
        low, high = (share * wanted for share in KEEPS_BETWEEN)
        if low <= len(later) <= high:
            return moments >= later[0]
        if len(later) > high:
            return moments >= later[-max(1, round(wanted))]
    return (moments >= distinct[-max(1, round(wanted))]) & ~seen


def _by_order(spec: ModelSpec, rows: pd.DataFrame, seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    segments = rows.groupby(list(spec.segment_columns), dropna=False, sort=False).ngroup().to_numpy()
    if spec.split_by == "group":
        values = rows[str(spec.data.entity)]
        spelled, entities = pd.factorize(values)
        order, unit, stratum = entity_order(entities, SALT)[spelled], spelled, segments
    else:
        hashes = rows.index.to_numpy(np.uint64)
        order, unit = row_order(hashes, SALT), pd.factorize(hashes)[0]
        classes = None if spec.task == "regression" else pd.factorize(rows[spec.data.target])[0]
        stratum = segments if classes is None else segments * (int(classes.max()) + 1) + classes
    units = pd.DataFrame({"stratum": stratum, "order": order, "unit": unit, "seen": seen})
    grouped = units.groupby(["stratum", "order", "unit"], sort=True)["seen"]
    told = pd.DataFrame({"size": grouped.size(), "free": ~grouped.any()})
    by_stratum = told.groupby(level="stratum")["size"]
    wanted = np.maximum(1, np.round(spec.training.split.holdout * by_stratum.transform("sum")))
    taken = told["size"].where(told["free"], 0).groupby(level="stratum").cumsum()
    judges = told["free"] & (taken <= wanted) & (by_stratum.transform("size") > 1)
    return judges.reindex(pd.MultiIndex.from_frame(units[["stratum", "order", "unit"]])).to_numpy(dtype=bool)
