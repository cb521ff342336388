"""Rows: what training may look at, as features and targets. Of the holdout it sees the names of the rows, no values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.errors import DataError, SpecError
from include.domain.spec import ModelSpec
from include.statistics.payoff import Payoffs, payoffs_of
from include.training.features import FeatureColumns, feature_columns, feature_frame
from include.training.target import check_classes, target_values
from include.training.weights import recency_weights

TRAINING, VALIDATION, HOLDOUT, EMBARGOED = "training", "validation", "holdout", "embargoed"


@dataclass(frozen=True)
class Rows:
    """Rows to learn from.

    Parameters
    ----------
    features : DataFrame of shape (n, number of features)
    target : array of shape (n,)
    hashes : array of shape (n,), uint64
        Names of the rows.
    weights : array of shape (n,) or None
        How much each row counts; None where all count alike.
    """

    features: pd.DataFrame
    target: NDArray[Any]
    hashes: NDArray[np.uint64]
    weights: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.target)

    def where(self, chosen: NDArray[np.bool_]) -> Rows:
        """Return the chosen rows, in their order."""
        weights = None if self.weights is None else self.weights[chosen]
        return Rows(self.features[chosen], self.target[chosen], self.hashes[chosen], weights)


@dataclass(frozen=True)
class DividedRows:
    """The rows of a training.

    Parameters
    ----------
    columns : FeatureColumns
    fitted : Rows
        All rows outside the holdout: what the model is fitted to in the end.
    is_validation : array of shape (number of fitted rows,)
        Which of them guide the search for parameters, and are kept from its fits.
    holdout : array of uint64
        Names of the rows that will judge the model.
    payoffs : Payoffs or None
        What decisions about the fitted rows are worth, where the spec says so.
    """

    columns: FeatureColumns
    fitted: Rows
    is_validation: NDArray[np.bool_]
    holdout: NDArray[np.uint64]
    payoffs: Payoffs | None = None

    @property
    def searching(self) -> Rows:
        """Rows that a trial is fitted to."""
        return self.fitted.where(~self.is_validation)

    @property
    def validation(self) -> Rows:
        """Rows that a trial is scored on."""
        return self.fitted.where(self.is_validation)


def divide(
    spec: ModelSpec, frame: pd.DataFrame, parts: pd.Series, *, half_life: timedelta | None = None
) -> DividedRows:
    """Sort the rows of a frame into what is learned from and what is not looked at.

    Parameters
    ----------
    spec : ModelSpec
    frame : DataFrame of shape (n, anything)
        Cleaned rows, their index the hashes of the rows.
    parts : Series of shape (n,)
        ``training``, ``validation``, ``holdout`` or ``embargoed`` by row hash. Embargoed rows belong to no part.
    half_life : timedelta, optional
        Age at which a row counts half; all count alike if left out.

    Raises
    ------
    SpecError
        If a feature is missing or cannot be read by a model.
    DataError
        If the target is missing, of the wrong kind, or no row is left to learn from.
    """
    target = spec.data.target
    if target not in frame:
        raise DataError(f"target {target!r} is no column of the data: {', '.join(map(str, frame.columns))}")
    part = _aligned(parts, frame)
    chosen = np.isin(part, (TRAINING, VALIDATION)) & _has_label(spec, frame[target], part)
    if not (chosen & (part == TRAINING)).any():
        raise DataError("no row is left to train on: widen the window, or make the holdout smaller")
    columns = feature_columns(spec, frame)
    learned = frame[chosen]
    weights = None if half_life is None else recency_weights(learned[_time_of(spec)], half_life)
    fitted = Rows(feature_frame(columns, learned), target_values(spec, learned[target]), _hashes(learned), weights)
    payoffs = payoffs_of(spec.value, learned, rows=len(learned)) if spec.value else None
    divided = DividedRows(columns, fitted, part[chosen] == VALIDATION, _hashes(frame[part == HOLDOUT]), payoffs)
    if spec.training.tuning and not divided.is_validation.any():
        raise DataError("tuning needs validation rows, and the split has none")
    is_searched = spec.training.tuning or spec.value
    check_classes(spec, divided.searching.target if is_searched else fitted.target)
    return divided


def _time_of(spec: ModelSpec) -> str:
    if spec.data.time is None:
        raise SpecError(["retraining.data: weighted needs data.time: without it no row is older than another"])
    return spec.data.time


def _aligned(parts: pd.Series, frame: pd.DataFrame) -> NDArray[Any]:
    if not parts.index.equals(frame.index):
        # Equal rows have equal hashes, and a split never tears them apart.
        parts = parts[~parts.index.duplicated()].reindex(frame.index)
    unknown = ~parts.isin((TRAINING, VALIDATION, HOLDOUT, EMBARGOED))
    if unknown.any():
        raise DataError(
            f"the split says nothing of {unknown.sum():,} rows, the first of them {parts.index[unknown][0]}"
        )
    return parts.to_numpy(dtype=object)


def _has_label(spec: ModelSpec, target: pd.Series, part: NDArray[Any]) -> NDArray[np.bool_]:
    present: NDArray[np.bool_] = target.notna().to_numpy()
    absent = ~present & np.isin(part, (TRAINING, VALIDATION))
    if absent.any() and not spec.has_label_step:
        raise DataError(
            f"target {target.name!r}: {absent.sum():,} rows to learn from have none, the first of them "
            f"{target.index[absent][0]}: set them aside with expect_column_values_to_not_be_null and quarantine: true"
        )
    return present


def _hashes(frame: pd.DataFrame) -> NDArray[np.uint64]:
    return frame.index.to_numpy(dtype=np.uint64)
