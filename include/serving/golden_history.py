"""Golden history: the raw rows that golden rows look back at, kept beside them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa

from include.data.engine import identifier, literal, open_engine
from include.data.event_time import condition_of, event_time_of
from include.domain.references import DatasetRef, Window
from include.domain.spec import ModelSpec
from include.domain.spec.data import RESERVED_COLUMN
from include.domain.spec.looking_back import history_start, steady_series
from include.storage.store import Store, key_of


def looked_back_at(spec: ModelSpec, raw: DatasetRef, chosen: pd.DataFrame, store: Store) -> pa.Table:
    """Return every raw row that cleaning looks back at for some rows, and maybe some more, but not these themselves.

    Parameters
    ----------
    spec : ModelSpec
        With lags among its steps.
    raw : DatasetRef
        Rows as they were read.
    chosen : DataFrame of shape (n, clean columns)
        Rows as they were learned from, their index the row hashes.
    store : Store
    """
    path = store.local_copy(f"{key_of(store, raw.uri)}/data.parquet")
    listed = ", ".join(str(row_hash) for row_hash in chosen.index.tolist())
    is_chosen = f"{identifier(RESERVED_COLUMN)} IN ({listed})"
    kinds = {column.name: column.type for column in raw.columns}
    shared = [name for name in steady_series(spec.cleaning) if name in kinds]
    same = " AND ".join(f"rows.{identifier(name)} IS NOT DISTINCT FROM chosen.{identifier(name)}" for name in shared)
    rows = f"read_parquet({literal(str(path))})"
    with (
        tempfile.TemporaryDirectory(prefix="sluice-") as name,
        open_engine(Path(name), readable=[path], keeps_order=True) as connection,
    ):
        event_time = event_time_of(connection, spec, kinds)
        near = "true" if event_time is None else condition_of(_reach(spec, chosen), event_time, spec.data.time)
        earlier = f"SELECT * FROM {rows} WHERE NOT {is_chosen} AND {near}"
        names = ", ".join(map(identifier, [RESERVED_COLUMN, *sorted(kinds)]))
        query = f"SELECT {names} FROM ({earlier}) AS rows"
        if same:
            query += f" SEMI JOIN (SELECT * FROM {rows} WHERE {is_chosen}) AS chosen ON {same}"
        return connection.sql(f"{query} ORDER BY {identifier(RESERVED_COLUMN)}").to_arrow_table()


def _reach(spec: ModelSpec, chosen: pd.DataFrame) -> Window:
    times = chosen[str(spec.data.time)].dropna()
    if times.empty:
        return Window()
    first, last = times.min().to_pydatetime(), times.max().to_pydatetime()
    return Window(start=history_start(spec.cleaning, first), end=last)
