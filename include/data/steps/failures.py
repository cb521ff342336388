"""Failures of a chain: once it has stopped, the step, the column and the first rows that stopped it."""

from __future__ import annotations

import duckdb

from include.data.engine import identifier, told
from include.data.steps.chain import Chain, Link
from include.data.steps.change import Change
from include.data.steps.stage import unreadable
from include.domain.errors import DataError
from include.domain.spec.data import RESERVED_COLUMN

_SHOWN = 3
_MISFIT = identifier(f"{RESERVED_COLUMN} misfit")


def explained(connection: duckdb.DuckDBPyConnection, chain: Chain, error: Exception, row_name: str) -> DataError | None:
    """Return what stopped a chain, or None where it was none of its steps.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The one that the chain ran on.
    chain : Chain
    error : Exception
        What DuckDB said.
    row_name : str
        Column by which people know rows; the row's hash where there is none.
    """
    for link in chain.links:
        for change in link.changes:
            if unreadable(link.where, change.column) in str(error):
                return _unreadable(connection, link, change, row_name)
    for link in chain.links:
        for change in link.changes:
            found = _stops(connection, link, change)
            if found is not None:
                return DataError(f"{link.where} of column {change.column!r}: {told(found)}")
    return None


def _unreadable(connection: duckdb.DuckDBPyConnection, link: Link, change: Change, row_name: str) -> DataError:
    name, column = identifier(row_name), identifier(change.column)
    # What other rows a misfit looks at has to be settled before some of them are chosen.
    misfits = f"FROM (SELECT *, {change.misfit} AS {_MISFIT} FROM ({link.before})) WHERE {_MISFIT}"
    count = connection.execute(f"SELECT count(*) {misfits}").fetchall()[0][0]
    shown = f"SELECT {name}, CAST({column} AS VARCHAR) {misfits}"
    first = connection.execute(f"{shown} ORDER BY {name}, {identifier(RESERVED_COLUMN)} LIMIT {_SHOWN}").fetchall()
    rows = ", ".join(f"{value[:60]!r} ({row_name} {row})" for row, value in first)
    return DataError(
        f"{link.where} of column {change.column!r}: {count} {'value is' if count == 1 else 'values are'} not "
        f"{change.expected}: {rows}{' and others' if count > _SHOWN else ''}; correct the source, or map them first"
    )


def _stops(connection: duckdb.DuckDBPyConnection, link: Link, change: Change) -> duckdb.Error | None:
    values = f"SELECT {change.value} AS value FROM ({link.before})"
    try:
        connection.execute(f"SELECT sum(hash(value)) FROM ({values})").fetchall()
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        return error
    return None
