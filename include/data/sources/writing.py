"""Writing: from a table of a source to one Parquet file, until the types hold for every row of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from include.data.engine import identifier, literal, write_parquet
from include.data.sources.guessing import guess_types
from include.data.sources.table import Table, misfit


def write_table(
    connection: duckdb.DuckDBPyConnection, table: Table, target: Path, query_of: Callable[[Table], str]
) -> Table:
    """Write the rows of a table and return it with the types that it has by then.

    Parameters
    ----------
    connection : DuckDBPyConnection
    table : Table
    target : Path
    query_of : callable
        From the table, SQL for the rows to write: its own, filtered and with their hashes.

    Raises
    ------
    DataError
        Where a value does not fit the type that the spec declares, or the values of a column are of several kinds.
    """
    try:
        write_parquet(connection, query_of(table), target)
    except duckdb.Error as error:
        column = misfit(error)
        if column is None:
            raise
        if table.reread is None:
            raise table.misfit_error(connection, column) from error
        return write_table(connection, table.reread(), target, query_of)
    if table.reread is not None and _first_rows_misled(connection, table, target):
        return write_table(connection, table.reread(), target, query_of)
    return table


def _first_rows_misled(connection: duckdb.DuckDBPyConnection, table: Table, target: Path) -> bool:
    """Tell whether a column without values has some after all, or one of text reads as something else now."""
    rows = f"SELECT * FROM read_parquet({literal(str(target))})"
    counts = ", ".join(f"count({identifier(name)})" for name in sorted(table.unseen))
    if table.unseen and any(connection.execute(f"SELECT {counts} FROM ({rows})").fetchall()[0]):
        return True
    texts = [name for name, kind in table.columns.items() if kind == "VARCHAR" and name not in table.declared]
    guesses = guess_types(connection, rows, texts)
    return any(guess.values and (guess.mixture or guess.kind != "VARCHAR") for guess in guesses.values())
