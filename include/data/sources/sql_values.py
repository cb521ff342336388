"""Values of a database driver, put down as Parquet while they stream: no row waits for the last one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as arrow
from pyarrow import parquet

from include.data.column_types import WORDS
from include.domain.errors import DataError
from include.domain.spec.data import RESERVED_COLUMN

ROW_NUMBER = RESERVED_COLUMN
"""Rows are numbered, from 1, under the one name that no column of a query may have."""

_KINDS: dict[type, str] = {
    bool: "BOOLEAN",
    int: "BIGINT",
    float: "DOUBLE",
    Decimal: "DOUBLE",
    str: "VARCHAR",
    UUID: "VARCHAR",
    time: "VARCHAR",
    date: "DATE",
    datetime: "TIMESTAMP",
}
_ARROW = {
    "BOOLEAN": arrow.bool_(),
    "BIGINT": arrow.int64(),
    "DOUBLE": arrow.float64(),
    "VARCHAR": arrow.string(),
    "DATE": arrow.date32(),
    "TIMESTAMP": arrow.timestamp("us"),
}
_WIDER = {frozenset({"BIGINT", "DOUBLE"}): "DOUBLE", frozenset({"DATE", "TIMESTAMP"}): "TIMESTAMP"}


class ValueFiles:
    """Rows of a query in Parquet files, a new one wherever a column gets its first value or a wider kind.

    Parameters
    ----------
    folder : Path
        Where the files are written.
    names : sequence of str
        Columns of the query.
    single : collection of str
        Columns of single precision: their shortest spelling is read as single before it is widened, as Parquet does.
    """

    def __init__(self, folder: Path, names: Sequence[str], single: Collection[str] = ()) -> None:
        self.schemas: dict[Path, dict[str, str]] = {}
        self.rows = 0
        self._folder, self._names, self._single = folder, names, single
        self._kinds: dict[str, str] = {}
        self._writer: Any = None

    def write(self, chunks: Iterable[Sequence[Sequence[Any]]]) -> None:
        """Write all rows.

        Raises
        ------
        DataError
            Where a value is not one number, text, truth value or moment, or is unlike the values before it.
        """
        try:
            for chunk in chunks:
                self._write_chunk(chunk)
        finally:
            if self._writer is not None:
                self._writer.close()

    def _write_chunk(self, chunk: Sequence[Sequence[Any]]) -> None:
        columns = dict(zip(self._names, zip(*chunk, strict=True), strict=True))
        kinds = dict(self._kinds)
        for name, values in columns.items():
            kind = self._kind(name, values, kinds.get(name))
            if kind is not None:
                kinds[name] = kind
        if self._writer is None or kinds != self._kinds:
            self._start_file(kinds)
        numbers = arrow.array(range(self.rows + 1, self.rows + len(chunk) + 1), arrow.int64())
        arrays = {name: self._array(name, columns[name], kind) for name, kind in kinds.items()}
        self._writer.write_table(arrow.table({ROW_NUMBER: numbers, **arrays}))
        self.rows += len(chunk)

    def _start_file(self, kinds: Mapping[str, str]) -> None:
        if self._writer is not None:
            self._writer.close()
        path = self._folder / f"values_{len(self.schemas):06d}.parquet"
        fields = [(ROW_NUMBER, arrow.int64()), *((name, _ARROW[kind]) for name, kind in kinds.items())]
        self._kinds = dict(kinds)
        self.schemas[path] = dict(kinds)
        self._writer = parquet.ParquetWriter(path, arrow.schema(fields))

    def _kind(self, name: str, values: Sequence[Any], before: str | None) -> str | None:
        kinds = {self._kind_of(name, kind) for kind in {type(value) for value in values} - {type(None)}}
        if before is not None:
            kinds.add(before)
        if len(kinds) <= 1:
            return next(iter(kinds), None)
        wider = _WIDER.get(frozenset(kinds))
        if wider is None:
            raise self._mixture(name, values, before)
        return wider

    def _mixture(self, name: str, values: Sequence[Any], before: str | None) -> DataError:
        for number, value in enumerate(values, start=self.rows + 1):
            if value is None:
                continue
            kind = self._kind_of(name, type(value))
            if before is not None and kind != before and frozenset({kind, before}) not in _WIDER:
                return DataError(
                    f"row {number} of the query, column {name!r}: {str(value)[:80]!r} is {WORDS[kind]} among "
                    f"{WORDS[before]} values; cast the column to one type in the query"
                )
            before = before or kind
        return DataError(f"column {name!r} of the query holds values of several types; cast it to one")

    @staticmethod
    def _kind_of(name: str, kind: type) -> str:
        found = _KINDS.get(kind) or next((word for known, word in _KINDS.items() if issubclass(kind, known)), None)
        if found is None:
            raise DataError(
                f"column {name!r} of the query holds {kind.__name__} values: expected one number, text, truth value, "
                "day or moment in every row; leave the column out, or cast it in the query"
            )
        return found

    def _array(self, name: str, values: Sequence[Any], kind: str) -> Any:
        if kind == "DOUBLE":
            numbers = [None if value is None else float(value) for value in values]
            if name in self._single:
                numbers = [None if number is None else float(np.float32(number)) for number in numbers]
            return arrow.array(numbers, _ARROW[kind])
        if kind == "VARCHAR":
            return arrow.array([None if value is None else str(value) for value in values], _ARROW[kind])
        if kind == "TIMESTAMP":
            return arrow.array([_moment(value) for value in values], _ARROW[kind])
        try:
            return arrow.array(values, _ARROW[kind])
        except (OverflowError, arrow.ArrowInvalid) as error:
            raise DataError(
                f"column {name!r} of the query holds whole numbers beyond 64 bits: cast it to text in the query"
            ) from error


def _moment(value: date | datetime | None) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 — stored without a zone, in UTC
    return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
