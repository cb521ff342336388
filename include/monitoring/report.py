"""The report: Evidently's, with the distances and thresholds of all rows and plots of a sample of them.

Evidently asks a method for a number and says drift where it lies beyond a threshold. Its methods here are those of the
house, which answer with what was measured of all rows; so the report says what the verdict says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from include.domain.errors import DataError
from include.monitoring.drift import ColumnDrift, Drift
from include.monitoring.engine import AT_ONCE, identifier, number, rows_of, text, types_of

if TYPE_CHECKING:
    from evidently.core.report import Snapshot

SAMPLE = 2_000
"""Rows of either side that are drawn; the numbers are those of all rows."""

PLOTTED = 100
"""Columns that have a plot, those with an alarm first; more of them make a page that no browser likes."""

METHODS = {
    "sluice_anderson_darling": "Anderson-Darling distance, calibrated",
    "sluice_jensen_shannon": "Jensen-Shannon distance, calibrated",
    "sluice_null_share": "share of missing values, calibrated",
    "sluice_known_share": "share of values that are not missing, calibrated",
    "sluice_unseen_share": "share of values that the reference does not know, calibrated",
    "sluice_missing_column": "column is missing",
}
"""Methods under which Evidently knows what was measured, and how it names them."""


@dataclass(frozen=True)
class Shown:
    """What the report shows of a column: the question that raised an alarm, or that about its values."""

    method: str
    score: float
    threshold: float
    drifted: bool


def shown_of(column: ColumnDrift) -> Shown:
    """Return what the report shows of a column: score beyond threshold exactly where the column has an alarm."""
    drifted = bool(column.alarms)
    compared = column.distance is not None and column.threshold is not None
    if column.missing:
        return Shown("sluice_missing_column", 1.0, 0.5, drifted)
    if column.unseen_drifted and not column.values_drifted:
        return Shown("sluice_unseen_share", column.unseen_share, column.unseen_high, drifted)
    if column.null_share < column.null_low and not column.values_drifted:
        return Shown("sluice_known_share", 1 - column.null_share, 1 - column.null_low, drifted)
    if not compared or (column.nulls_drifted and not column.values_drifted):
        return Shown("sluice_null_share", column.null_share, column.null_high, drifted)
    method = "sluice_anderson_darling" if column.kind == "numeric" else "sluice_jensen_shannon"
    return Shown(method, float(column.distance or 0.0), float(column.threshold or 0.0), drifted)


def evidently_report(
    drift: Drift,
    reference: Path | Sequence[Path],
    current: Path | Sequence[Path],
    *,
    at: datetime,
    name: str = "",
) -> Snapshot:
    """Let Evidently report what was measured.

    Parameters
    ----------
    drift : Drift
    reference, current : Path or sequence of Path
        Rows of both, as Parquet: a sample of them is drawn.
    at : datetime
        Where the window stands in time.
    name : str
        Of the window.

    Returns
    -------
    Snapshot
        For :func:`write_html`, and for a workspace (:mod:`include.monitoring.workspace`).

    Raises
    ------
    DataError
        Where a window without rows, or without a column to compare, leaves nothing to report.
    """
    if not drift.rows or not drift.columns:
        raise DataError("the window has no row or no column to compare: there is nothing to report")
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import DriftedColumnsCount, ValueDrift

    shown = {column.name: shown_of(column) for column in drift.columns}
    numeric = [name for name, seen in shown.items() if seen.method == "sluice_anderson_darling"]
    named = [name for name in shown if name not in numeric]
    definition = DataDefinition(numerical_columns=numeric, categorical_columns=named)
    frames = [_drawn(drift, shown, _files(files)) for files in (current, reference)]
    ours, theirs = (Dataset.from_pandas(frame, data_definition=definition) for frame in frames)
    ordered = sorted(shown, key=lambda name: not shown[name].drifted)
    metrics = [
        DriftedColumnsCount(
            columns=ordered,
            drift_share=0.5 / len(ordered),
            per_column_method={name: shown[name].method for name in ordered},
            per_column_threshold={name: shown[name].threshold for name in ordered},
        ),
        *(
            ValueDrift(column=name, method=shown[name].method, threshold=shown[name].threshold, nbinsx=_BINS)
            for name in ordered[:PLOTTED]
        ),
    ]
    left_out = {f"left out: {column}": why for column, why in drift.left_out.items()}
    told = {"rows": drift.rows, "reference_rows": drift.reference_rows, "sampled_for_plots": SAMPLE, **left_out}
    with _answering(shown):
        return Report(metrics, include_tests=True).run(ours, theirs, timestamp=at, metadata=told, name=name or None)


def write_html(snapshot: Snapshot, target: Path) -> Path:
    """Write a report as one page that needs no server."""
    target.parent.mkdir(parents=True, exist_ok=True)
    snapshot.save_html(str(target))
    return target


_BINS = 20

_answers: ContextVar[Mapping[str, Shown]] = ContextVar("answers")


@contextmanager
def _answering(shown: Mapping[str, Shown]) -> Iterator[None]:
    _known_to_evidently()
    token = _answers.set(shown)
    try:
        yield
    finally:
        _answers.reset(token)


@cache
def _known_to_evidently() -> None:
    from evidently.legacy.calculations.stattests import StatTest, register_stattest
    from evidently.legacy.core import ColumnType

    for name, words in METHODS.items():
        test = StatTest(
            name=name, display_name=words, allowed_feature_types=[ColumnType.Numerical, ColumnType.Categorical]
        )
        register_stattest(test, default_impl=_answer)


def _answer(reference: pd.Series, current: pd.Series, kind: Any, threshold: float) -> tuple[float, bool]:
    del reference, kind
    seen = _answers.get()[str(current.name)]
    return seen.score, seen.score > threshold


def _drawn(drift: Drift, shown: Mapping[str, Shown], files: Sequence[Path]) -> pd.DataFrame:
    """Return a sample of rows as it is plotted: values, or whether there is one where that is what changed."""
    with rows_of(files) as connection:
        types = types_of(connection)
        rows = connection.execute("SELECT count(*) FROM seen").fetchall()[0][0]
        every = max(1, rows // SAMPLE)
        asked = [f"{_plotted(c, shown[c.name], types.get(c.name))} AS {identifier(c.name)}" for c in drift.columns]
        parts = [
            connection.execute(
                f"SELECT {', '.join(asked[start : start + AT_ONCE])} FROM seen "
                f"WHERE hash(file_row_number) % {every} = 0 ORDER BY file_row_number"
            ).df()
            for start in range(0, len(asked), AT_ONCE)
        ]
    return pd.concat(parts, axis=1)


def _plotted(column: ColumnDrift, shown: Shown, kind: str | None) -> str:
    if kind is None:
        return "'missing'"
    value = number(column.name, kind) if column.kind == "numeric" else text(column.name, kind)
    if shown.method in ("sluice_null_share", "sluice_known_share", "sluice_missing_column"):
        return f"CASE WHEN {value} IS NULL THEN 'missing' ELSE 'known' END"
    return value if column.kind == "numeric" else f"coalesce(left({value}, 60), 'missing')"


def _files(files: Path | Sequence[Path]) -> list[Path]:
    return [files] if isinstance(files, Path) else list(files)
