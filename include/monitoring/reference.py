"""The reference: what windows are compared with, summarised once into counts, and kept under its fingerprint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
from pydantic import Field, ValidationError

from include.domain.errors import DataError
from include.domain.record import Record, canonical_json, digest
from include.monitoring.cells import count_cells
from include.monitoring.engine import ask, double, family_of, number, rows_of, text, types_of
from include.monitoring.watched import MOST_LEVELS, Kind, WatchedColumn, kind_told_by
from include.storage.store import Store

VERSION = 1
"""Of the way to summarise; another one makes other summaries."""

BINS = 20
CELLS_OF_LEVELS = 100
"""Cells of a numeric column between its quantiles; levels of a categorical one that have a cell of their own."""

EDGES_FROM = 50_000
"""Rows whose quantiles are the edges of cells; all rows are counted."""


class ReferenceColumn(Record):
    """What is kept of a column.

    Parameters
    ----------
    name : str
    kind : {'numeric', 'categorical'} or None
        None if it is left out.
    type : str
        DuckDB type.
    left_out : str
        Why it is not compared; empty if it is.
    known : int
        Rows with a value.
    edges : tuple of float
        Upper edges of the cells of a numeric column, closed; one more cell lies above the last.
    levels : tuple of str
        Values of a categorical column, the most frequent first.
    counts : tuple of int
        Rows in each cell; the last cell of a categorical column holds all levels without one of their own.
    once, twice : int
        Levels that stand in one row, and in two.
    """

    name: str
    kind: Kind | None
    type: str
    left_out: str = ""
    known: int = Field(default=0, ge=0)
    edges: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    once: int = 0
    twice: int = 0


class ReferenceSummary(Record):
    """What is kept of a reference.

    Parameters
    ----------
    fingerprint : str
        Of its content and of the way it was summarised.
    rows : int
    columns : tuple of ReferenceColumn
        All that are watched.
    unwatched : tuple of str
        Other columns that it has.
    """

    fingerprint: str
    rows: int = Field(ge=0)
    columns: tuple[ReferenceColumn, ...]
    unwatched: tuple[str, ...] = ()

    @property
    def compared(self) -> tuple[ReferenceColumn, ...]:
        """The columns that are not left out."""
        return tuple(column for column in self.columns if not column.left_out)


def reference_summary(
    files: Path | Sequence[Path], columns: Sequence[WatchedColumn], *, fingerprint: str, store: Store | None = None
) -> ReferenceSummary:
    """Return the summary of a reference, from the store if it was made before.

    Parameters
    ----------
    files : Path or sequence of Path
        Its rows, as Parquet.
    columns : sequence of WatchedColumn
    fingerprint : str
        Of its content (:class:`include.domain.references.DatasetRef`).
    store : Store, optional
        Keeps the summary under ``monitoring/references/``.

    Raises
    ------
    DataError
        Where a watched column is not in the reference, or there is no row.
    """
    watched = {column.name: column.kind for column in columns}
    own = digest({"content": fingerprint, "columns": watched, "version": VERSION})
    key = f"monitoring/references/{own}.json"
    if store is not None and store.exists(key):
        try:
            return ReferenceSummary.model_validate(json.loads(store.read(key)))
        except (KeyError, ValueError, ValidationError):
            pass  # what cannot be read is made again
    made = summarise([files] if isinstance(files, Path) else list(files), columns, fingerprint=own)
    if store is not None:
        store.put(key, canonical_json(made.to_json()).encode())
    return made


def summarise(files: Sequence[Path], columns: Sequence[WatchedColumn], *, fingerprint: str) -> ReferenceSummary:
    """Count the rows of a reference into the cells of every watched column."""
    with rows_of(files) as connection:
        types = types_of(connection)
        absent = [column.name for column in columns if column.name not in types]
        if absent:
            raise DataError(
                f"the reference has no column {', '.join(map(repr, absent))}: watch others, or name another"
            )
        rows = int(ask(connection, [("count(*)", None)])[0])
        if not rows:
            raise DataError("the reference has no row: name a window that has some")
        begun = [_begun(column, types[column.name]) for column in columns]
        numeric = [column for column in begun if column.kind == "numeric" and not column.left_out]
        named = [column for column in begun if column.kind == "categorical" and not column.left_out]
        done = {column.name: column for column in begun}
        done |= {column.name: column for column in _numeric(connection, numeric, rows)}
        done |= {column.name: column for column in _categorical(connection, named, rows)}
    return ReferenceSummary(
        fingerprint=fingerprint,
        rows=rows,
        columns=tuple(done[column.name] for column in columns),
        unwatched=tuple(sorted(types.keys() - done.keys())),
    )


def _begun(column: WatchedColumn, kind: str) -> ReferenceColumn:
    told = column.kind or kind_told_by(family_of(kind))
    why = {"time": "a moment, which changes by itself", "identifier": "an identifier", None: f"holds {kind}"}
    return ReferenceColumn(name=column.name, kind=told, type=kind, left_out=why.get(told, ""))


def _numeric(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[ReferenceColumn], rows: int
) -> list[ReferenceColumn]:
    if not columns:
        return []
    bins = int(np.clip(rows // 5, 2, BINS))
    asked = [round(i / bins, 6) for i in range(1, bins)]
    every = -(-rows // EDGES_FROM)
    some = "" if every == 1 else f" FILTER (WHERE hash(file_row_number) % {every} = 0)"
    values = [number(column.name, column.type) for column in columns]
    told = ask(
        connection,
        [
            (question, None)
            for value in values
            for question in (f"min({value})", f"max({value})", f"quantile_disc({value}, {asked}){some}")
        ],
    )
    edges = [_edges(low, high, inner or []) for low, high, inner in zip(told[::3], told[1::3], told[2::3], strict=True)]
    counts = count_cells(
        connection, [(double(column.name, column.type), edge) for column, edge in zip(columns, edges, strict=True)]
    )
    return [
        column.model_copy(update={"known": sum(count), "edges": tuple(edge), "counts": count})
        for column, edge, count in zip(columns, edges, counts, strict=True)
    ]


def _edges(low: float | None, high: float | None, inner: Sequence[float]) -> list[float]:
    """Return upper edges: below everything seen, at the quantiles, at the highest value; ties get a cell of their own.

    >>> [float(round(edge, 3)) for edge in _edges(0.0, 9.0, [0.0, 0.0, 3.0])]
    [-0.0, 0.0, 3.0, 9.0]
    """
    if low is None or high is None:
        return [0.0]
    found = {np.nextafter(low, -np.inf), high, *inner}
    found |= {np.nextafter(value, -np.inf) for value in inner if list(inner).count(value) > 1}
    return sorted(float(edge) for edge in found if edge < np.inf and edge >= np.nextafter(low, -np.inf))


def _categorical(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[ReferenceColumn], rows: int
) -> list[ReferenceColumn]:
    if not columns:
        return []
    values = [text(column.name, column.type) for column in columns]
    distinct = ask(connection, [(f"approx_count_distinct({value})", None) for value in values])
    few = [i for i, count in enumerate(distinct) if count <= 1.2 * MOST_LEVELS]
    counted = ask(connection, [(f"histogram({values[i]})", None) for i in few]) if few else []
    levels = {i: cells or {} for i, cells in zip(few, counted, strict=True)}
    done = []
    for i, column in enumerate(columns):
        seen = levels.get(i)
        if seen is None or len(seen) > MOST_LEVELS or _names_rows(seen):
            why = f"an identifier: about {distinct[i]:,} values in {rows:,} rows"
            done.append(column.model_copy(update={"left_out": why}))
            continue
        ordered = sorted(seen, key=lambda level: (-seen[level], level))
        own = [seen[level] for level in ordered[:CELLS_OF_LEVELS]]
        rest = sum(seen.values()) - sum(own)
        stand = list(seen.values())
        summary = {"known": sum(stand), "levels": tuple(ordered), "counts": (*own, rest)}
        done.append(column.model_copy(update={**summary, "once": stand.count(1), "twice": stand.count(2)}))
    return done


def _names_rows(seen: dict[str, int]) -> bool:
    return len(seen) > 50 and len(seen) > 0.5 * sum(seen.values())
