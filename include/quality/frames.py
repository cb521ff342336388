"""Frames: the columns of a snapshot as Great Expectations can judge them, each row called by its place in the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from include.domain.errors import DataError
from include.domain.references import DatasetRef
from include.domain.spec.data import RESERVED_COLUMN
from include.storage.store import Store, key_of

_EXACT = 2**53
"""Whole numbers beyond this are rounded by 64-bit floats."""


def data_file(dataset: DatasetRef, store: Store) -> Path:
    """Return a local file with the rows of a dataset.

    Raises
    ------
    DataError
        Where the snapshot is no longer in the store.
    """
    try:
        return store.local_copy(key_of(store, dataset.data_uri))
    except KeyError:
        raise DataError(f"{dataset.data_uri} is no longer in the store: take the snapshot again") from None


def read_frame(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read some columns; the index is the place of a row in the file.

    Moments and dates become ``datetime64[us, UTC]``, decimals floats, enumerations and nested values text. Whole
    numbers with gaps become floats, unless that would round them.

    Parameters
    ----------
    path : Path
        A Parquet file.
    columns : sequence of str
        Those that the file does not hold are left out.
    """
    return frame_of(_table(path, columns))


def frame_of(table: pa.Table | pa.RecordBatch, *, start: int = 0) -> pd.DataFrame:
    """Return a table as Great Expectations judges it; the index counts its rows from ``start``."""
    table = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table
    series = {name: _series(table.column(name)) for name in table.column_names}
    index = pd.RangeIndex(start, start + table.num_rows)
    return pd.DataFrame({name: values.set_axis(index) for name, values in series.items()}, index=index)


def read_places(path: Path, columns: Sequence[str], places: np.ndarray) -> pd.DataFrame:
    """Read the rows at some places of a file, group by group.

    Parameters
    ----------
    path : Path
    columns : sequence of str
    places : ndarray of int
        In any order; the index of the frame names them.
    """
    places = np.unique(places)
    parts, start = [], 0
    with pq.ParquetFile(path) as file:
        names = [name for name in columns if name in set(file.schema_arrow.names)]
        for group in range(file.num_row_groups):
            end = start + file.metadata.row_group(group).num_rows
            here = places[np.searchsorted(places, start) : np.searchsorted(places, end)] - start
            if len(here):
                parts.append(file.read_row_group(group, columns=names).take(pa.array(here)))
            start = end
        table = pa.concat_tables(parts) if parts else file.schema_arrow.empty_table().select(names)
    return frame_of(table).set_axis(pd.Index(places), axis="index")


def read_row_hashes(path: Path) -> np.ndarray:
    """Return the hash of every row, uint64, in the order of the file."""
    return _table(path, [RESERVED_COLUMN]).column(RESERVED_COLUMN).to_numpy()


def _table(path: Path, columns: Sequence[str]) -> pa.Table:
    file = pq.ParquetFile(path)
    held = set(file.schema_arrow.names)
    return file.read(columns=[name for name in columns if name in held])


def _series(values: pa.ChunkedArray) -> pd.Series:
    kind = values.type
    if pa.types.is_dictionary(kind):
        values = values.cast(pa.string())
    elif pa.types.is_decimal(kind):
        values = values.cast(pa.float64())
    elif pa.types.is_nested(kind):
        return values.to_pandas().map(str, na_action="ignore")
    elif pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        values = _in_utc(values)
    elif pa.types.is_integer(kind) and values.null_count and _rounded_by_floats(values):
        exact = pd.Int64Dtype() if pa.types.is_signed_integer(kind) else pd.UInt64Dtype()
        return values.to_pandas(types_mapper={kind: exact}.get)
    return values.to_pandas()


def _in_utc(values: pa.ChunkedArray) -> pa.ChunkedArray:
    zone = values.type.tz if pa.types.is_timestamp(values.type) else None
    moments = values.cast(pa.timestamp("us", tz=zone), safe=False)
    return moments.cast(pa.timestamp("us", tz="UTC")) if zone else pc.assume_timezone(moments, "UTC")


def _rounded_by_floats(values: pa.ChunkedArray) -> bool:
    ends = pc.min_max(values).as_py()
    return max(abs(ends["min"] or 0), abs(ends["max"] or 0)) > _EXACT
