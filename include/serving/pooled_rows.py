"""Pooled rows: how many answers of a fleet came from the model of all segments, for want of one of their own."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from include.domain.evidence import Observation
from include.domain.prediction_set import Part
from include.serving.prediction_rows import SERVED_BY
from include.storage.store import Store
from include.training.fleet_model import POOLED

POOLED_ROWS = "pooled_rows"


def observe_pooled_rows(store: Store, parts: Sequence[Part]) -> Observation:
    """Count the rows of a fleet's predictions that the pooled model answered, as their files say.

    Parameters
    ----------
    store : Store
    parts : sequence of Part
        Of one set.
    """
    pooled = sum(_pooled(store, part) for part in parts)
    rows = sum(part.rows for part in parts)
    told = f"{pooled:,} of {rows:,} rows are of segments without a model of their own: the pooled model answered"
    return Observation(name=POOLED_ROWS, value=pooled, unit="count", n=rows, detail=told if pooled else "")


def _pooled(store: Store, part: Part) -> int:
    said = pq.read_table(store.local_copy(part.key), columns=[SERVED_BY.name])[SERVED_BY.name]
    return int(pa.compute.sum(pa.compute.equal(said, POOLED)).as_py() or 0)
