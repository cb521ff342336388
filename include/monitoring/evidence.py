"""Evidence of drift: what was measured of a window, under the names that a gate asks by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from include.domain.evidence import Evidence, Observation
from include.monitoring.drift import FALSE_ALARMS, ColumnDrift, Drift, measure_drift
from include.monitoring.reference import ReferenceSummary
from include.monitoring.watched import WatchedColumn
from include.storage.store import Store

DISTANCES = {"numeric": "Anderson-Darling distance", "categorical": "Jensen-Shannon distance"}


def observe_drift(
    reference: ReferenceSummary,
    current: Path | Sequence[Path],
    columns: Sequence[WatchedColumn],
    *,
    subject: str,
    false_alarms: float = FALSE_ALARMS,
    store: Store | None = None,
) -> Evidence:
    """Measure how a window differs from the reference, and return it as evidence.

    Parameters
    ----------
    reference : ReferenceSummary
    current : Path or sequence of Path
        Rows of the window, as Parquet.
    columns : sequence of WatchedColumn
    subject : str
        ``<model> window <start>``.
    false_alarms : float
        Probability of any alarm if nothing has changed.
    store : Store, optional
        Keeps calibrations.
    """
    drift = measure_drift(reference, current, columns, false_alarms=false_alarms, store=store)
    return drift_evidence(drift, subject=subject)


def drift_evidence(drift: Drift, *, subject: str) -> Evidence:
    """Return what was measured as evidence; a window without a row says nothing of its columns.

    Examples
    --------
    >>> nothing = Drift(rows=0, reference_rows=100, false_alarms=0.05, columns=())
    >>> drift_evidence(nothing, subject="adult window 2026-01-01").find("drifted_columns").value is None
    True
    """
    of_columns = (seen for column in drift.columns for seen in _of_column(column))
    drifted = [f"{column.name} ({', '.join(column.alarms)})" for column in drift.drifted]
    counted = float(len(drifted)) if drift.rows and drift.columns else None
    held = f"{len(drift.columns)} columns, false alarms of all together at most {100 * drift.false_alarms:g} %"
    left_out = [f"{name}: {why}" for name, why in drift.left_out.items()]
    return Evidence(
        subject=subject,
        observations=(
            Observation(
                name="drifted_columns", value=counted, unit="count", n=drift.rows, detail="; ".join([held, *drifted])
            ),
            *of_columns,
            Observation(name="missing_columns", **_listed(drift.missing, drift.rows)),
            Observation(name="new_columns", **_listed(drift.new, drift.rows)),
            Observation(name="retyped_columns", **_listed(drift.retyped, drift.rows)),
            Observation(name="left_out_columns", **_listed(left_out, drift.rows)),
        ),
    )


def _of_column(column: ColumnDrift) -> list[Observation]:
    if column.missing:
        return [Observation(name=f"drift.{column.name}", value=None, n=column.rows, detail="no such column")]
    compared = column.distance is not None and column.threshold is not None
    told = f"alarm above {column.threshold:.4g}" if compared else "no values to compare"
    seen = [
        Observation(
            name=f"drift.{column.name}",
            value=column.distance if column.rows else None,
            unit="distance",
            n=column.known,
            detail=f"{DISTANCES[column.kind]}, {told}{'; drifted' if column.values_drifted else ''}",
        ),
        Observation(
            name=f"null_share.{column.name}",
            value=column.null_share if column.rows else None,
            unit="share",
            n=column.rows,
            detail=f"{column.reference_null_share:.4g} in the reference, alarm below {column.null_low:.4g} or above "
            f"{column.null_high:.4g}{'; drifted' if column.nulls_drifted else ''}",
        ),
    ]
    if column.kind == "categorical":
        some = f": {', '.join(column.examples)}" if column.examples else ""
        seen.append(
            Observation(
                name=f"unseen.{column.name}",
                value=column.unseen_share if column.rows else None,
                unit="share",
                n=column.known,
                detail=f"alarm above {column.unseen_high:.4g}{'; drifted' if column.unseen_drifted else ''}{some}",
            )
        )
    return seen


def _listed(found: Sequence[str], rows: int) -> dict[str, Any]:
    return {"value": float(len(found)), "unit": "count", "n": rows, "detail": "; ".join(found)}
