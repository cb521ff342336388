"""DuckDB over Parquet files of windows: bounded memory, one database a process, whole numbers spelled one way."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb

from include.domain.errors import DataError

MEMORY, THREADS = "400MB", 4

AT_ONCE = 16
"""Aggregates that are computed in one go."""

_TEXTS = ("VARCHAR", "ENUM", "UUID", "BOOLEAN")
_TIMES = ("DATE", "TIME", "INTERVAL")
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "U", "FLOAT", "DOUBLE", "DECIMAL", "BIGNUM")


_THE_VIEW = "SELECT sql FROM duckdb_views() WHERE view_name = 'seen' AND temporary"


@contextmanager
def rows_of(files: Sequence[Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with a view ``seen`` on the rows of some Parquet files, whose columns are matched by name.

    Raises
    ------
    DataError
        Where a file is not there, or is no Parquet file.
    """
    for path in files:
        if not path.is_file():
            raise DataError(f"{path}: no such file; expected the rows of a window as Parquet")
    named = ", ".join(literal(str(path)) for path in files)
    connection = _database(os.getpid()).cursor()
    try:
        # A temporary view belongs to its connection: another thread sees its own rows under the same name.
        connection.execute(
            f"CREATE TEMP VIEW seen AS SELECT * FROM read_parquet([{named}], union_by_name=true, file_row_number=true)"
        )
        yield connection
    except duckdb.InvalidInputException as error:
        raise DataError(f"{named}: cannot be read as Parquet: {str(error).splitlines()[0]}") from error
    finally:
        connection.close()


@contextmanager
def beside(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open another connection on the same rows, for another thread: a temporary view does not go with a cursor."""
    found = connection.cursor()
    try:
        found.execute(connection.execute(_THE_VIEW).fetchall()[0][0])
        yield found
    finally:
        found.close()


@cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    """Open the one database of this process: nothing of a spec is asked as SQL here, and opening one takes long.

    A child that was forked opens its own: it has none of the threads of its parent's.
    """
    spill = Path(gettempdir(), f"sluice-monitoring-{process}")
    database = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "threads": min(THREADS, len(os.sched_getaffinity(0))),
            "temp_directory": str(spill),
        }
    )
    for setting, value in (
        ("preserve_insertion_order", "false"),
        # The bounds in a Parquet file leave NaN out, and DuckDB 2.0 concludes from them that isnan() is false.
        ("disabled_optimizers", "'statistics_propagation'"),
        ("TimeZone", "'UTC'"),
    ):
        database.execute(f"SET GLOBAL {setting} = {value}")
    return database


def ask(
    connection: duckdb.DuckDBPyConnection, asked: Sequence[tuple[str, list[float] | None]], *, where: str = ""
) -> list[Any]:
    """Return the answers to aggregates over all rows, of which some are computed at once.

    Parquet keeps columns apart, so every column is read once; and few of them are in memory.

    Parameters
    ----------
    connection : DuckDBPyConnection
    asked : sequence of tuple of str and list of float
        SQL of aggregates, each with the value of its question mark; None where it has none.
    where : str
        SQL that chooses rows.
    """
    answers: list[Any] = []
    for start in range(0, len(asked), AT_ONCE):
        block = asked[start : start + AT_ONCE]
        values = [value for _, value in block if value is not None]
        questions = ", ".join(question for question, _ in block)
        answers += connection.execute(f"SELECT {questions} FROM seen {where}", values).fetchall()[0]
    return answers


def types_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the columns of the rows and their DuckDB types."""
    described = connection.execute("DESCRIBE seen").fetchall()
    return {name: kind for name, kind, *_ in described if name != "file_row_number"}


def family_of(kind: str) -> str:
    """Return what a DuckDB type holds.

    Examples
    --------
    >>> [family_of(kind) for kind in ("BIGINT", "DECIMAL(18,3)", "ENUM('a')", "TIMESTAMP", "BIGINT[]", "BOOLEAN")]
    ['number', 'number', 'text', 'time', 'other', 'text']
    """
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return "other"
    for family, heads in (("text", _TEXTS), ("time", _TIMES), ("number", _NUMBERS)):
        if kind.startswith(heads):
            return family
    return "other"


def double(name: str, kind: str) -> str:
    """Return SQL for the numbers of a column; what is none is NULL, or NaN where that is what stands there."""
    column = identifier(name)
    return column if kind == "DOUBLE" else f"TRY_CAST({column} AS DOUBLE)"


def number(name: str, kind: str) -> str:
    """Return SQL for the numbers of a column; what is none is NULL, and so is NaN."""
    value = double(name, kind)
    return f"CASE WHEN NOT isnan({value}) THEN {value} END" if kind not in _WHOLE else value


def text(name: str, kind: str) -> str:
    """Return SQL for the spelling of a column's values: one for ``1`` and ``1.0``; the empty text is NULL."""
    column = identifier(name)
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"abs({column}) < 9e15 AND {column} = trunc({column})"
        spelled = f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
        return f"CASE WHEN NOT isnan({column}) THEN {spelled} END"
    return f"nullif({column if kind == 'VARCHAR' else f'CAST({column} AS VARCHAR)'}, '')"


def identifier(name: str) -> str:
    """Return a column's name as SQL writes it."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def literal(value: str) -> str:
    """Return a text as SQL writes it."""
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
