"""Frames: a snapshot in memory, the same bits in the same order wherever its rows once came from."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as arrow

from include.data.engine import identifier, literal, open_engine
from include.data.sources.column_names import check_present
from include.domain.errors import DataError
from include.domain.references import DatasetRef
from include.domain.spec.data import RESERVED_COLUMN
from include.storage.store import Store, key_of


def read_frame(dataset: DatasetRef, store: Store, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a snapshot, or some of its columns.

    Parameters
    ----------
    dataset : DatasetRef
    store : Store
        The one that the snapshot was put into.
    columns : sequence of str, optional
        What to read, in this order; all columns in the order of their names if left out.

    Returns
    -------
    DataFrame of shape (rows, columns)
        Sorted by event time, then by row hash; the index is the row hash (uint64, named ``row_hash``). Text is ``str``,
        times are ``datetime64[us, UTC]``. Whole numbers are ``int64``, or ``float64`` if some are missing; truth values
        are ``bool``, or ``boolean`` if some are missing.

    Raises
    ------
    DataError
        Where a column is not there, or the snapshot is not in the store.
    """
    known = [column.name for column in dataset.columns]
    names = known if columns is None else list(columns)
    check_present([("columns", name) for name in names], known, f"snapshot {dataset.fingerprint[:12]}")
    try:
        path = store.local_copy(f"{key_of(store, dataset.uri)}/data.parquet")
    except KeyError as error:
        raise DataError(f"snapshot {dataset.fingerprint[:12]} is not in {store.uri}: take it again") from error
    order = [identifier(name) for name in (dataset.time, RESERVED_COLUMN) if name in (*known, RESERVED_COLUMN)]
    listed = ", ".join(identifier(name) for name in (RESERVED_COLUMN, *names))
    query = f"SELECT {listed} FROM read_parquet({literal(str(path))}) ORDER BY {', '.join(order)}"
    with tempfile.TemporaryDirectory(prefix="sluice-") as name:
        folder = Path(name)
        with open_engine(folder, readable=[path], keeps_order=True) as connection:
            return to_frame(connection.sql(query).to_arrow_table())


def to_frame(table: Any) -> pd.DataFrame:
    """Return an Arrow table of canonical columns as a frame, with its first column, the row hash, as index.

    Parameters
    ----------
    table : pyarrow.Table

    Returns
    -------
    DataFrame
        With the types that :func:`read_frame` describes.
    """
    row_hash, *names = table.column_names
    index = pd.Index(table.column(row_hash).to_numpy(), name=RESERVED_COLUMN, dtype=np.uint64)
    return pd.DataFrame({name: _series(table.column(name), index) for name in names}, index=index, columns=names)


def _series(values: Any, index: pd.Index) -> pd.Series:
    kind = values.type
    if arrow.types.is_date(kind):
        values = values.cast(arrow.timestamp("us"))
    if arrow.types.is_timestamp(values.type):
        values = values.cast(arrow.timestamp("us")).cast(arrow.timestamp("us", tz="UTC"))
    elif arrow.types.is_boolean(kind) and values.null_count:
        return pd.Series(pd.array(values.to_pylist(), dtype="boolean"), index=index)
    series = values.to_pandas()
    series.index = index
    return series
