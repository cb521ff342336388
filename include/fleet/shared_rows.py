"""Shared rows: the rows of all segments in one Parquet file, a group of rows a chunk, mapped by whoever works on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from include.data.frames import to_frame
from include.domain.spec.data import RESERVED_COLUMN
from include.storage.store import Store

PART = "part_of_fleet"
"""Column beside those of the dataset: 1 for rows that judge, 0 for rows to learn from, 2 for neither."""

LEARN, JUDGE, NEITHER = 0, 1, 2


def put_rows(
    store: Store, key: str, frame: pd.DataFrame, parts: NDArray[np.int8], chunks: Sequence[NDArray[np.intp]]
) -> None:
    """Store rows, a group a chunk.

    Parameters
    ----------
    store : Store
    key : str
    frame : DataFrame of shape (n, columns)
        The index is the row hash.
    parts : array of shape (n,)
        Part of every row.
    chunks : sequence of array of int
        Places of the rows of each chunk, in their order there.
    """
    table = pa.Table.from_pandas(frame.assign(**{PART: parts}).reset_index(names=RESERVED_COLUMN), preserve_index=False)
    with TemporaryDirectory(prefix="sluice-") as folder:
        path = Path(folder, "rows.parquet")
        with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
            for rows in chunks:
                writer.write_table(table.take(rows), row_group_size=max(1, len(rows)))
        store.upload(key, path)


def read_rows(store: Store, key: str, chunk: int) -> tuple[pd.DataFrame, NDArray[np.int8]]:
    """Return the rows of a chunk and their parts."""
    with pq.ParquetFile(store.local_copy(key), memory_map=True) as file:
        table = file.read_row_group(chunk)
    parts = table.column(PART).to_numpy().astype(np.int8)
    return to_frame(table.drop_columns([PART])), parts
