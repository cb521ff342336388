"""The split: which rows train, which guide the tuning and which judge, the same again as long as the data are the same.

What a champion has trained on never comes back to judge its challenger. Rows with one hash stay together.
"""

from __future__ import annotations

import logging
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.data.split_by_order import entity_column, entity_order, quantile_bins, row_order, share_by_order
from include.data.split_by_segment import holdout_by_segment
from include.data.split_by_time import Moments, cut_after, cut_at_share, moments_of
from include.domain.errors import DataError
from include.domain.spec import ModelSpec

TRAINING, VALIDATION, HOLDOUT, EMBARGOED = "training", "validation", "holdout", "embargoed"

ROWS_AT_LEAST = 10
"""With fewer labelled rows no part of them says anything."""

_log = logging.getLogger(__name__)


def split_rows(spec: ModelSpec, frame: pd.DataFrame, trained_on: NDArray[np.uint64] | None = None) -> pd.Series:
    """Say for every row which part it belongs to.

    Parameters
    ----------
    spec : ModelSpec
    frame : DataFrame of shape (n, columns)
        Clean rows; the index is the row hash.
    trained_on : array of uint64, optional
        Hashes of the rows that the present champion trained on.

    Returns
    -------
    Series of shape (n,)
        ``training``, ``validation``, ``holdout`` or ``embargoed``, with the index of the frame. Embargoed rows belong
        to no part: their label is missing, or would not have been known when the holdout begins.

    Raises
    ------
    DataError
        Where a part would be empty or hold one class only, or the rows cannot be told apart as the split asks.

    Notes
    -----
    By time, the holdout begins where about its share of the rows lies at or after, and not before the end of what the
    champion trained on as long as half of the wanted rows remain after that. By group and stratified, rows come in the
    order of a hash, so that the parts hardly move when data are added; what the champion trained on stays in training.
    """
    target = _target_of(spec, frame)
    labelled = target.notna().to_numpy()
    _check_target(spec, target[labelled])
    rows = frame[labelled]
    if len(rows) < len(frame):
        _log.info("%d of %d rows have no %s yet and are left out", len(frame) - len(rows), len(frame), spec.data.target)
    hashes = rows.index.to_numpy(np.uint64)
    known = np.asarray([] if trained_on is None else trained_on, dtype=np.uint64)
    seen = np.isin(hashes, known)
    parts = np.full(len(frame), EMBARGOED, dtype=object)
    if spec.segment_by is not None:
        # A segment that is too small, or has one class only, is no reason to stop: the pooled model serves it.
        parts[labelled] = _split_by_segment(spec, rows, seen)
        return pd.Series(parts, index=frame.index, name="part", dtype="str")
    parts[labelled] = _split_by_time(spec, rows, seen) if spec.split_by == "time" else _split_by_order(spec, rows, seen)
    _check_parts(spec, target, parts)
    return pd.Series(parts, index=frame.index, name="part", dtype="str")


def _split_by_segment(spec: ModelSpec, rows: pd.DataFrame, seen: NDArray[np.bool_]) -> NDArray[np.object_]:
    judges = holdout_by_segment(spec, rows, seen)
    parts = np.where(judges, HOLDOUT, TRAINING).astype(object)
    if spec.split_by == "time":
        moments = moments_of(rows, str(spec.data.time))
        parts[~judges & _unknown_at(moments[judges].min(), moments, spec.data.label_delay)] = EMBARGOED
    return parts


def _unknown_at(cut: np.datetime64, moments: Moments, delay: timedelta | None) -> NDArray[np.bool_]:
    """Return which rows have a label that was not known yet when the holdout begins."""
    return moments + np.timedelta64(delay or timedelta()) > cut


def _split_by_time(spec: ModelSpec, rows: pd.DataFrame, seen: NDArray[np.bool_]) -> NDArray[np.object_]:
    split = spec.training.split
    moments = moments_of(rows, str(spec.data.time))
    cut = cut_after(moments, cut_at_share(moments, split.holdout), split.holdout, moments[seen])
    parts = np.full(len(rows), TRAINING, dtype=object)
    parts[moments >= cut] = HOLDOUT
    parts[(moments < cut) & _unknown_at(cut, moments, spec.data.label_delay)] = EMBARGOED
    training = np.flatnonzero(parts == TRAINING)
    if not len(training):
        raise DataError(
            f"every row before the holdout ({cut}) is less than data.label_delay away from it, so none may train: "
            "bring older data, or a smaller training.split.holdout"
        )
    within = cut_at_share(moments[training], split.validation)
    parts[training[moments[training] >= within]] = VALIDATION
    return parts


def _split_by_order(spec: ModelSpec, rows: pd.DataFrame, seen: NDArray[np.bool_]) -> NDArray[np.object_]:
    split = spec.training.split
    if spec.split_by == "group":
        units, strata = rows[entity_column(spec, rows)], np.zeros(len(rows), dtype=np.int64)
    else:
        target = rows[spec.data.target]
        units = pd.Series(rows.index.to_numpy(np.uint64))
        strata = quantile_bins(target) if spec.task == "regression" else pd.factorize(target, sort=True)[0]
    order = entity_order if spec.split_by == "group" else row_order
    parts = np.full(len(rows), TRAINING, dtype=object)
    codes, uniques = pd.factorize(units)
    holdout = share_by_order(codes, order(uniques, HOLDOUT), strata, split.holdout, barred=seen)
    if not holdout.any():
        raise DataError(
            "the champion has trained on every row or on rows of every entity, so none is left to judge a challenger: "
            "bring new data"
        )
    parts[holdout] = HOLDOUT
    training = np.flatnonzero(~holdout)
    within = share_by_order(codes[training], order(uniques, VALIDATION), strata[training], split.validation)
    parts[training[within]] = VALIDATION
    return parts


def _target_of(spec: ModelSpec, frame: pd.DataFrame) -> pd.Series:
    if spec.data.target not in frame:
        raise DataError(f"the frame has no column {spec.data.target!r}, which data.target names")
    return frame[spec.data.target]


def _check_target(spec: ModelSpec, known: pd.Series) -> None:
    name = spec.data.target
    if len(known) < ROWS_AT_LEAST:
        raise DataError(f"{len(known)} rows have a value of the target {name!r}, expected at least {ROWS_AT_LEAST}")
    if known.nunique() < 2:
        raise DataError(
            f"the target {name!r} is {known.iloc[0]!r} in all rows, expected two values or more: "
            "name another data.target, or widen the window or the source"
        )


def _check_parts(spec: ModelSpec, target: pd.Series, parts: NDArray[np.object_]) -> None:
    for part in (TRAINING, VALIDATION, HOLDOUT):
        values = target[parts == part]
        if not len(values):
            raise DataError(f"the {part} part is empty: bring more rows, or change the shares in training.split")
        if spec.task != "regression" and values.nunique() < 2:
            raise DataError(
                f"the {part} part ({len(values)} rows) holds one class only ({values.iloc[0]!r}): bring more rows, "
                "or change training.split (by: stratified keeps the shares of the classes)"
            )
