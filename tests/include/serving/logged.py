"""Predictions for tests: small sets that were answered by nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from include.domain.prediction_set import PredictionSet
from include.domain.predictions import Predictions
from include.domain.references import ModelVersionRef, Window
from include.serving.prediction_log import PredictionLog
from include.serving.prediction_rows import Stamp, prediction_rows
from include.storage.store import Store

JANUARY = Window(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 2, 1, tzinfo=UTC))
FEBRUARY = Window(start=datetime(2026, 2, 1, tzinfo=UTC), end=datetime(2026, 3, 1, tzinfo=UTC))
MORNING = datetime(2026, 3, 1, 6, tzinfo=UTC)


def a_version(number: int = 1) -> ModelVersionRef:
    return ModelVersionRef(name="churn", version=number, run_id=f"run{number}")


def rows_of(
    ids: list[str],
    day: datetime | None,
    *,
    probability: float = 0.5,
    served_by: list[str] | None = None,
    **stamp: Any,
) -> pa.Table:
    both = np.tile([1 - probability, probability], (len(ids), 1))
    by = None if served_by is None else np.array(served_by, dtype=object)
    said = Predictions(np.full(len(ids), probability >= 0.5), both, np.array([False, True]), served_by=by)
    stamped = Stamp(**{"version": a_version(), "origin": "batch", "role": "champion", "scored_at": MORNING, **stamp})
    return prediction_rows(said, stamped, row_ids=ids, event_times=[day] * len(ids))


def a_set(set_id: str, window: Window = JANUARY, **parts: Any) -> PredictionSet:
    return PredictionSet.model_validate(
        {
            "model": "churn",
            "id": set_id,
            "origin": "batch",
            "window": window,
            "version": a_version(),
            "classes": ("false", "true"),
            "rows": 0,
            "parts": (),
            "written_at": MORNING,
            **parts,
        }
    )


def scored(store: Store, set_id: str, ids: list[str], window: Window = JANUARY, **stamp: Any) -> PredictionSet:
    """Log one batch of one part, all of its rows in the first hour of the window."""
    rows = rows_of(ids, window.start, **stamp)
    role = stamp.get("role", "champion")
    return PredictionLog(store, "churn").append(a_set(set_id, window, role=role), [rows])
