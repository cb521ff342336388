"""The log writer: answers of the service become sets of the same log that batches are written to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from include.domain.prediction_set import PredictionSet
from include.domain.predictions import Predictions
from include.domain.references import Window
from include.serving.prediction_log import PredictionLog, new_service_set_id
from include.serving.prediction_rows import MOMENT, Stamp, class_name, prediction_rows
from include.serving.service.buffer import Answered, Write
from include.storage.store import Store

_A_MOMENT = timedelta(microseconds=1)


def writer_to(store: Store, model: str) -> Write:
    """Return what writes answers of a model to its log: one set for every version and role."""
    log = PredictionLog(store, model)

    def write(answers: Sequence[Answered]) -> None:
        kinds = dict.fromkeys((one.version, one.role) for one in answers)
        for kind in kinds:
            some = [one for one in answers if (one.version, one.role) == kind]
            log.append(_set_of(model, some), [_rows_of(some)])

    return write


def _set_of(model: str, answers: Sequence[Answered]) -> PredictionSet:
    now, first = datetime.now(UTC), answers[0]
    times = [time for one in answers for time in one.answer.times if time is not None]
    said = first.answer.predictions
    return PredictionSet(
        model=model,
        id=new_service_set_id(now),
        origin="service",
        role=first.role,
        window=Window(start=min(times), end=max(times) + _A_MOMENT) if times else Window(),
        version=first.version,
        classes=() if said.classes is None else tuple(class_name(label) for label in said.classes),
        threshold=said.threshold,
        rows=0,
        parts=(),
        run="sluice serve",
        written_at=now,
    )


def _rows_of(answers: Sequence[Answered]) -> pa.Table:
    said = [one.answer.predictions for one in answers]
    probabilities = [one.probabilities for one in said if one.probabilities is not None]
    served_by = [one.served_by for one in said if one.served_by is not None]
    joined = Predictions(
        np.concatenate([one.values for one in said]),
        np.concatenate(probabilities) if probabilities else None,
        said[0].classes,
        said[0].threshold,
        np.concatenate(served_by) if served_by else None,
    )
    first = answers[0]
    rows = prediction_rows(
        joined,
        Stamp(first.version, "service", first.role, first.at),
        row_ids=[str(name) for one in answers for name in one.answer.ids],
        event_times=[time for one in answers for time in one.answer.times],
        entities=[entity for one in answers for entity in one.answer.entities],
    )
    moments = pa.array([one.at for one in answers for _ in range(len(one))], MOMENT)
    return rows.set_column(rows.schema.get_field_index("scored_at"), "scored_at", moments)
