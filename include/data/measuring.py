"""Measuring: what one pass over a written file says of it, before it becomes a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from include.data.column_types import EXACT_IN_DOUBLE, type_without_values
from include.data.engine import identifier, literal, write_parquet
from include.data.row_hash import fingerprint_of, sums_of
from include.domain.errors import DataError
from include.domain.references import Column
from include.domain.spec.data import RESERVED_COLUMN


@dataclass(frozen=True)
class Measured:
    """A file that is ready to be stored.

    Parameters
    ----------
    path : Path
    rows : int
    columns : tuple of Column
    time_range : tuple of datetime, optional
        First and last event time, in UTC.
    fingerprint : str
    """

    path: Path
    rows: int
    columns: tuple[Column, ...]
    time_range: tuple[datetime, datetime] | None
    fingerprint: str


def measure(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    columns: Mapping[str, str],
    *,
    row_hash: str,
    event_time: str | None,
    types: Mapping[str, str],
) -> Measured:
    """Measure a file, and give columns without a single value the type that such columns have.

    Parameters
    ----------
    connection : DuckDBPyConnection
    path : Path
        Parquet file with these columns and ``row_hash``.
    columns : mapping of str to str
        Their canonical types.
    row_hash : str
        SQL for the hash that the content of a row adds to the fingerprint.
    event_time : str, optional
        SQL for a row's event time.
    types : mapping of str to str
        Types that the spec declares, in its words; a declared column keeps its type without values too.

    Raises
    ------
    DataError
        Where whole numbers are too long for a frame in which some of them are missing.
    """
    low, high = sums_of(row_hash)
    moment = event_time or "CAST(NULL AS TIMESTAMP)"
    asked = [f"count({identifier(name)})" for name in columns]
    asked += [f"max(abs(CAST({identifier(name)} AS HUGEINT)))" for name, kind in columns.items() if kind == "BIGINT"]
    row = connection.execute(
        f"SELECT count(*), {low}, {high}, min({moment}), max({moment}), {', '.join(asked)} FROM {_file(path)}"
    ).fetchall()[0]
    rows, low_sum, high_sum, first, last, *rest = row
    nulls = {name: rows - count for name, count in zip(columns, rest, strict=False)}
    largest = dict(zip((name for name, kind in columns.items() if kind == "BIGINT"), rest[len(columns) :], strict=True))
    for name, value in largest.items():
        if nulls[name] and value is not None and value > EXACT_IN_DOUBLE:
            raise DataError(
                f"column {name!r} holds whole numbers beyond 2^53 and misses {nulls[name]} of its values, which frames "
                f"cannot hold exactly: write data.types: {{{name}: text}}"
            )
    kinds = {
        name: type_without_values(name, kind, types) if nulls[name] == rows else kind for name, kind in columns.items()
    }
    return Measured(
        path=path if kinds == dict(columns) else _retyped(connection, path, kinds),
        rows=rows,
        columns=tuple(Column(name=name, type=kinds[name], nulls=nulls[name]) for name in sorted(kinds)),
        time_range=None if first is None else (first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)),
        fingerprint=fingerprint_of(kinds, rows, int(low_sum or 0), int(high_sum or 0)),
    )


def _retyped(connection: duckdb.DuckDBPyConnection, path: Path, kinds: Mapping[str, str]) -> Path:
    values = ", ".join(f"CAST({identifier(name)} AS {kind}) AS {identifier(name)}" for name, kind in kinds.items())
    target = path.with_name(f"retyped_{path.name}")
    write_parquet(connection, f"SELECT {values}, {identifier(RESERVED_COLUMN)} FROM {_file(path)}", target)
    path.unlink()
    return target


def _file(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"
