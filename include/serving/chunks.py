"""Chunks: the rows of a clean snapshot in pieces of one size, always the same pieces, each row once and named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from include.data.column_types import text_of
from include.data.engine import house_engine, identifier, literal, shared_engine
from include.data.frames import to_frame
from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from include.domain.spec.data import RESERVED_COLUMN
from include.serving.prediction_rows import MOMENT

_PLACE = "file_row_number"


@dataclass(frozen=True)
class Chunk:
    """Some rows.

    Parameters
    ----------
    place : int
        Number of the chunk, from 0.
    table : pyarrow.Table
        Row hash and clean columns.
    row_ids, event_times, entities : pyarrow arrays
        As the log of predictions names them.
    """

    place: int
    table: pa.Table
    row_ids: pa.Array
    event_times: pa.Array
    entities: pa.Array

    @property
    def frame(self) -> pd.DataFrame:
        """The clean columns, their index the row hashes."""
        return to_frame(self.table)


@dataclass(frozen=True)
class ChunkedRows:
    """The rows of a clean snapshot.

    Parameters
    ----------
    spec : ModelSpec
    dataset : DatasetRef
    path : Path
        Local copy of the snapshot.
    size : int
        Rows of a chunk, but for the last.

    Notes
    -----
    A snapshot's file never changes, so the chunks are the same whoever reads them. A row is called by ``data.id``, or
    by its hash where the spec names no id or the row has none. Of rows with the same id the latest by event time is
    kept, and of those the one with the largest hash.
    """

    spec: ModelSpec
    dataset: DatasetRef
    path: Path
    size: int

    @property
    def repeated(self) -> NDArray[np.int64]:
        """Places in the file of the rows that are left out because a later one has their id."""
        return _repeated(self.path, self._named(), self.dataset.time)

    @property
    def rows(self) -> int:
        """How many rows are read, each once."""
        return self.dataset.rows - len(self.repeated)

    def __iter__(self) -> Iterator[Chunk]:
        """Yield the chunks, no more than one of them in memory."""
        names = [RESERVED_COLUMN, *(column.name for column in self.dataset.columns)]
        start = 0
        with pq.ParquetFile(self.path) as file:
            for place, batch in enumerate(file.iter_batches(batch_size=self.size, columns=names)):
                table = pa.Table.from_batches([batch]).select(names)
                out = self.repeated[(self.repeated >= start) & (self.repeated < start + len(table))] - start
                start += len(table)
                if len(out):
                    kept = np.ones(len(table), dtype=bool)
                    kept[out] = False
                    table = table.filter(pa.array(kept))
                yield self._chunk(place, table)

    def _chunk(self, place: int, table: pa.Table) -> Chunk:
        asked = [f"{self._named()} AS row_id", f"{self._text(self.spec.data.entity)} AS entity"]
        with shared_engine() as connection:
            connection.register("chunk", table)
            names = connection.sql(f"SELECT {', '.join(asked)} FROM chunk").to_arrow_table()
        time = self.dataset.time
        return Chunk(
            place=place,
            table=table,
            row_ids=names.column("row_id").combine_chunks(),
            event_times=pa.nulls(len(table), MOMENT) if time is None else _moments(table.column(time)),
            entities=names.column("entity").combine_chunks().cast(pa.string()),
        )

    def _named(self) -> str:
        return f"coalesce({self._text(self.spec.data.id)}, CAST({RESERVED_COLUMN} AS VARCHAR))"

    def _text(self, name: str | None) -> str:
        kinds = {column.name: column.type for column in self.dataset.columns}
        return "NULL" if name is None else f"CAST({text_of(identifier(name), kinds[name])} AS VARCHAR)"


@lru_cache(maxsize=8)
def _repeated(path: Path, named: str, time: str | None) -> NDArray[np.int64]:
    """Return the places of repeated rows; the file of a snapshot never changes, and is read again by whoever judges."""
    later = "DESC NULLS LAST"
    order = ", ".join([*([f"{identifier(time)} {later}"] if time else []), f"{RESERVED_COLUMN} DESC", _PLACE])
    rows = f"read_parquet({literal(str(path))}, file_row_number = true)"
    # Rows that have their id for themselves need no place in any order, and they are nearly all.
    query = (
        f"SELECT {_PLACE} FROM {rows} WHERE {named} IN "
        f"(SELECT {named} FROM {rows} GROUP BY ALL HAVING count(*) > 1) "
        f"QUALIFY row_number() OVER (PARTITION BY {named} ORDER BY {order}) > 1"
    )
    with house_engine() as connection:
        return np.sort(connection.execute(query).fetchnumpy()[_PLACE].astype(np.int64))


def _moments(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.cast(pa.timestamp("us")).cast(MOMENT)
