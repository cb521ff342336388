"""Snapshots for tests: a frame as the data room stores it, without the data room."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from include.domain.references import Column, DatasetRef
from include.storage.store import Store

_TYPES = {"bool": "BOOLEAN", "float64": "DOUBLE", "int64": "BIGINT", "str": "VARCHAR", "object": "VARCHAR"}


def a_snapshot(store: Store, frame: pd.DataFrame, *, group: int = 1000, time: str | None = None) -> DatasetRef:
    """Store a frame and return its reference; row groups are small, so that files have several."""
    hashes = pd.util.hash_pandas_object(frame, index=False).to_numpy(dtype=np.uint64)
    table = pa.Table.from_pandas(frame, preserve_index=False).append_column("row_hash", pa.array(hashes, pa.uint64()))
    kinds = {name: _kind(series) for name, series in frame.items()}
    columns = tuple(Column(name=name, type=kinds[name], nulls=int(frame[name].isna().sum())) for name in frame)
    content = hashlib.sha256(np.sort(hashes).tobytes() + repr(columns).encode()).hexdigest()
    ref = DatasetRef(
        uri=f"{store.uri}/data/churn/raw/{content}",
        fingerprint=content,
        rows=len(frame),
        columns=columns,
        time=time,
        source="churn.csv",
    )
    with TemporaryDirectory() as folder:
        file = Path(folder, "data.parquet")
        pq.write_table(table, file, row_group_size=group)
        store.upload(f"data/churn/raw/{content}/data.parquet", file)
    return ref


def _kind(series: pd.Series) -> str:
    return "TIMESTAMP" if pd.api.types.is_datetime64_any_dtype(series) else _TYPES[str(series.dtype)]
