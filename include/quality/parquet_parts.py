"""Parts of a Parquet file: written group by group, so that no more than one group of rows is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from include.domain.references import Column
from include.domain.spec.data import RESERVED_COLUMN


def row_groups(path: Path) -> Iterator[pa.Table]:
    """Yield the row groups of a Parquet file in their order."""
    with pq.ParquetFile(path) as file:
        for i in range(file.num_row_groups):
            yield file.read_row_group(i)


class PartWriter:
    """Writes tables of one schema into a file, and counts what a manifest has to say of them.

    Parameters
    ----------
    path : Path
    time : str, optional
        Column whose first and last moment are noted.
    """

    def __init__(self, path: Path, time: str | None) -> None:
        self.rows = 0
        self.time_range: tuple[datetime, datetime] | None = None
        self.path, self._time = path, time
        self._nulls: dict[str, int] = {}
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._writer is not None:
            self._writer.close()

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table; the first table sets the schema."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, table.schema, compression="snappy")
        if len(table):
            self._writer.write_table(table)
        self.rows += len(table)
        for name in table.column_names:
            self._nulls[name] = self._nulls.get(name, 0) + table.column(name).null_count
        if self._time in table.column_names:
            self._note_moments(table.column(self._time))

    def columns(self, types: Mapping[str, str]) -> tuple[Column, ...]:
        """Return the columns written, without the hash of the row; those of no known type are text."""
        names = [name for name in self._nulls if name != RESERVED_COLUMN]
        return tuple(Column(name=name, type=types.get(name, "VARCHAR"), nulls=self._nulls[name]) for name in names)

    def _note_moments(self, values: pa.ChunkedArray) -> None:
        ends = pc.min_max(values).as_py()
        if not isinstance(ends["min"], datetime):
            return
        found = [moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in (ends["min"], ends["max"])]
        first, last = self.time_range or (found[0], found[1])
        self.time_range = (min(first, found[0]), max(last, found[1]))
