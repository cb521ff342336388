"""Prediction rows: answers as the log keeps them, one row an answer, the same from a batch and from the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from include.domain.prediction_set import Origin, Role
from include.domain.predictions import Predictions
from include.domain.references import ModelVersionRef

MOMENT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Stamp:
    """What all answers of one go have in common.

    Parameters
    ----------
    version : ModelVersionRef
    origin : {'batch', 'service'}
    role : {'champion', 'challenger'}
    scored_at : datetime
        With a time zone.
    snapshot : str, optional
        Fingerprint of the rows as they were read; the service reads none.
    """

    version: ModelVersionRef
    origin: Origin
    role: Role
    scored_at: datetime
    snapshot: str | None = None


SERVED_BY = pa.field("served_by", pa.string())
"""Column that a fleet's answers have on top: ``member`` or ``pooled``."""


def schema_of(*, numbers: bool, fleet: bool = False) -> pa.Schema:
    """Return the columns of the log.

    Parameters
    ----------
    numbers : bool
        Whether the model predicts numbers; classes are kept as text.
    fleet : bool
        Whether it is a fleet, and says who answered for each row.
    """
    return pa.schema(
        [
            ("row_id", pa.string()),
            ("event_time", MOMENT),
            ("entity", pa.string()),
            ("prediction", pa.float64() if numbers else pa.string()),
            ("probability", pa.float64()),
            ("probabilities", pa.list_(pa.float64())),
            ("model_version", pa.int32()),
            ("run", pa.string()),
            ("snapshot", pa.string()),
            ("origin", pa.string()),
            ("role", pa.string()),
            ("scored_at", MOMENT),
            *([SERVED_BY] if fleet else []),
        ]
    )


def prediction_rows(
    predictions: Predictions,
    stamp: Stamp,
    *,
    row_ids: Sequence[str] | pa.Array,
    event_times: Sequence[datetime | None] | pa.Array,
    entities: Sequence[str | None] | pa.Array | None = None,
) -> pa.Table:
    """Return answers as rows of the log.

    Parameters
    ----------
    predictions : Predictions
        Of n rows.
    stamp : Stamp
    row_ids : n texts
    event_times : n moments with a time zone, or None where a row has none
    entities : n texts, optional

    Returns
    -------
    pyarrow.Table of n rows
        ``probability`` is that of the positive class of two, ``probabilities`` are those of more than two. Of a fleet
        ``served_by`` says whose answer it is.

    Examples
    --------
    >>> from datetime import UTC
    >>> version = ModelVersionRef(name="m", version=3, run_id="r")
    >>> stamp = Stamp(version, "batch", "champion", datetime(2026, 1, 1, tzinfo=UTC))
    >>> said = Predictions(np.array([True]), np.array([[0.2, 0.8]]), np.array([False, True]))
    >>> rows = prediction_rows(said, stamp, row_ids=["a"], event_times=[None])
    >>> rows.select(["row_id", "prediction", "probability"]).to_pylist()
    [{'row_id': 'a', 'prediction': 'true', 'probability': 0.8}]
    """
    n = len(predictions)
    classes = predictions.classes
    probabilities = predictions.probabilities
    two = probabilities is not None and probabilities.shape[1] == 2
    columns = {
        "row_id": row_ids,
        "event_time": event_times,
        "entity": entities,
        "prediction": predictions.values.astype(np.float64) if classes is None else class_names(predictions.values),
        "probability": probabilities[:, 1] if two and probabilities is not None else None,
        "probabilities": list(probabilities) if probabilities is not None and not two else None,
        "model_version": np.full(n, stamp.version.version, dtype=np.int32),
        "run": _same(stamp.version.run_id, n),
        "snapshot": _same(stamp.snapshot, n),
        "origin": _same(stamp.origin, n),
        "role": _same(stamp.role, n),
        "scored_at": _same(stamp.scored_at, n, MOMENT),
        SERVED_BY.name: predictions.served_by,
    }
    schema = schema_of(numbers=classes is None, fleet=predictions.served_by is not None)
    return pa.table(
        [
            pa.nulls(n, field.type) if columns[field.name] is None else _array(columns[field.name], field.type)
            for field in schema
        ],
        schema=schema,
    )


def class_name(label: Any) -> str:
    """Return a class as the log spells it, which is how DuckDB spells it as text.

    Examples
    --------
    >>> class_name(np.True_), class_name(np.int64(1)), class_name("bad")
    ('true', '1', 'bad')
    """
    return str(bool(label)).lower() if isinstance(label, bool | np.bool_) else str(label)


def class_names(labels: Any) -> pa.Array:
    """Return an array of n classes as texts, spelled once for every class there is."""
    known, places = np.unique(labels, return_inverse=True)
    return pa.array([class_name(label) for label in known], pa.string()).take(pa.array(places.ravel()))


def _same(value: Any, n: int, kind: pa.DataType | None = None) -> pa.Array:
    return pa.repeat(pa.scalar(value, kind or pa.string()), n)


def _array(values: Any, kind: pa.DataType) -> Any:
    return values.cast(kind) if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, kind)
