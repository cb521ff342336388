"""Drift: whether the columns of a window are distributed as in the reference, with all false alarms held together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from include.domain.record import Record
from include.monitoring.calibration import Calibrations, distance_of
from include.monitoring.reference import ReferenceColumn, ReferenceSummary
from include.monitoring.watched import WatchedColumn
from include.monitoring.window import CountedWindow, count_window
from include.statistics.family import false_alarms_of
from include.statistics.predictive import count_limits, unseen_limit
from include.storage.store import Store

FALSE_ALARMS = 0.05

_OF_NULLS, _OF_UNSEEN = 0.1, 0.1
"""Parts of a column's false alarms for its nulls and its unseen values; the rest is for the distance."""


class ColumnDrift(Record):
    """How a column of a window differs from the reference.

    Parameters
    ----------
    name : str
    kind : {'numeric', 'categorical'}
    false_alarms : float
        Probability of any alarm about the column if nothing has changed.
    rows, known : int
        Rows of the window, and those with a value.
    distance, threshold : float or None
        Of the values; an alarm above the threshold. None where the window has no value, or the reference.
    null_share, reference_null_share : float
    null_low, null_high : float
        Shares between which the nulls raise no alarm, both included.
    unseen_share, unseen_high : float
        Share of the window's rows whose value the reference does not know, and the highest without alarm.
    examples : tuple of str
        Some of those values.
    missing : bool
        Whether the window has no such column.
    """

    name: str
    kind: str
    false_alarms: float
    rows: int = Field(ge=0)
    known: int = Field(ge=0)
    distance: float | None
    threshold: float | None
    null_share: float
    reference_null_share: float
    null_low: float
    null_high: float
    unseen_share: float = 0.0
    unseen_high: float = 0.0
    examples: tuple[str, ...] = ()
    missing: bool = False

    @property
    def values_drifted(self) -> bool:
        """Whether the values are distributed otherwise."""
        return self.distance is not None and self.threshold is not None and self.distance > self.threshold

    @property
    def nulls_drifted(self) -> bool:
        """Whether more values are missing than chance explains, or fewer."""
        return not self.null_low <= self.null_share <= self.null_high

    @property
    def unseen_drifted(self) -> bool:
        """Whether there are more unknown values than chance explains."""
        return self.unseen_share > self.unseen_high

    @property
    def alarms(self) -> tuple[str, ...]:
        """What is wrong with the column, in words; empty if nothing is."""
        seen = (
            (self.missing, "missing"),
            (self.values_drifted, "values"),
            (self.nulls_drifted and not self.missing, "nulls"),
            (self.unseen_drifted, "unseen values"),
        )
        return tuple(word for alarm, word in seen if alarm)


class Drift(Record):
    """How a window differs from the reference.

    Parameters
    ----------
    rows, reference_rows : int
    false_alarms : float
        Probability of any alarm if nothing has changed.
    columns : tuple of ColumnDrift
        Those that are compared.
    left_out : dict of str to str
        Why a watched column is not compared.
    missing, new, retyped : tuple of str
        How the columns of the window differ from those of the reference.
    """

    rows: int = Field(ge=0)
    reference_rows: int = Field(ge=0)
    false_alarms: float
    columns: tuple[ColumnDrift, ...]
    left_out: dict[str, str] = {}
    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    retyped: tuple[str, ...] = ()

    @property
    def drifted(self) -> tuple[ColumnDrift, ...]:
        """Columns with an alarm, the furthest above their threshold first."""
        return tuple(sorted((c for c in self.columns if c.alarms), key=_excess, reverse=True))


def measure_drift(
    reference: ReferenceSummary,
    current: Path | Sequence[Path] | CountedWindow,
    columns: Sequence[WatchedColumn],
    *,
    false_alarms: float = FALSE_ALARMS,
    store: Store | None = None,
    calibrations: Calibrations | None = None,
) -> Drift:
    """Measure how a window differs from the reference.

    The false alarms are shared out among the columns by weight, and within a column among its values, its nulls and
    the values that the reference does not know; so all alarms together are false with at most that probability,
    whatever the columns have to do with each other.

    Parameters
    ----------
    reference : ReferenceSummary
    current : Path, sequence of Path or CountedWindow
        Rows of the window, as Parquet.
    columns : sequence of WatchedColumn
        Those of the reference, whose weights count.
    false_alarms : float
        Probability of any alarm if nothing has changed.
    store : Store, optional
        Keeps calibrations.
    calibrations : Calibrations, optional
        Instead of the store, for many windows in one process.
    """
    window = current if isinstance(current, CountedWindow) else count_window(reference, current)
    weights = {column.name: column.weight for column in columns}
    compared = reference.compared
    shares = false_alarms_of([weights.get(column.name, 0.0) for column in compared], false_alarms).tolist()
    counted = [window.columns.get(column.name) for column in compared]
    known = calibrations or Calibrations(reference, store)
    thresholds = known.thresholds(
        (column, sum(seen.counts) if seen else 0, share * _of_values(column))
        for column, seen, share in zip(compared, counted, shares, strict=True)
    )
    return Drift(
        rows=window.rows,
        reference_rows=reference.rows,
        false_alarms=false_alarms,
        columns=tuple(
            _column(reference, column, window, false_alarms=share, threshold=threshold)
            for column, share, threshold in zip(compared, shares, thresholds, strict=True)
        ),
        left_out={column.name: column.left_out for column in reference.columns if column.left_out},
        missing=window.missing,
        new=window.new,
        retyped=window.retyped,
    )


def _of_values(column: ReferenceColumn) -> float:
    return 1 - _OF_NULLS - (_OF_UNSEEN if column.kind == "categorical" else 0.0)


def _column(
    reference: ReferenceSummary,
    column: ReferenceColumn,
    window: CountedWindow,
    *,
    false_alarms: float,
    threshold: float,
) -> ColumnDrift:
    seen = window.columns.get(column.name)
    rows = max(window.rows, 1)
    nulls = reference.rows - column.known
    low, high = count_limits(nulls, reference.rows, window.rows, false_alarms=_OF_NULLS * false_alarms)
    unseen = 0
    if column.kind == "categorical" and seen is not None:
        unseen = unseen_limit(
            column.once, column.twice, column.known, seen.known, false_alarms=_OF_UNSEEN * false_alarms
        )
    distance = math.nan if seen is None else distance_of(column, seen.counts)
    return ColumnDrift(
        name=column.name,
        kind=str(column.kind),
        false_alarms=false_alarms,
        rows=window.rows,
        known=0 if seen is None else seen.known,
        distance=distance if math.isfinite(distance) else None,
        threshold=threshold if math.isfinite(threshold) else None,
        null_share=(window.rows - (seen.known if seen else 0)) / rows,
        reference_null_share=nulls / reference.rows,
        null_low=low / rows,
        null_high=high / rows,
        unseen_share=0.0 if seen is None else seen.unseen / rows,
        unseen_high=unseen / rows,
        examples=() if seen is None else seen.examples,
        missing=seen is None,
    )


def _excess(column: ColumnDrift) -> float:
    if column.missing or column.distance is None or not column.threshold:
        return math.inf
    return column.distance / column.threshold
