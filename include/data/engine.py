"""DuckDB, kept small: bounded memory, a folder to spill into, UTC, and no way out to other files.

What is larger than memory flows through; nothing that a spec or a file says can make it read elsewhere.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import gettempdir

import duckdb

from include.domain.errors import UnavailableError

MEMORY = "600MB"
THREADS = 4

_VECTOR, _GROUP = 2048, 122_880
"""Rows that DuckDB works on at once, and rows of a group of Parquet, if nothing else is asked for."""

_USUAL, _WIDE = 20, 400
"""Columns for which a group of the usual size is right, and from which on one thread is enough."""


@contextmanager
def open_engine(
    folder: Path | None = None, readable: Iterable[Path] = (), *, keeps_order: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty in-memory database that may touch one folder and some files, and nothing else.

    Parameters
    ----------
    folder : Path, optional
        May be read and written; what does not fit in memory is spilled there. Without one, all has to fit.
    readable : iterable of Path
        May be read.
    keeps_order : bool
        Whether results come in the order asked for. Without it rows leave as they are ready, which takes less memory,
        and which the Arrow results of DuckDB do even behind an ORDER BY.

    Raises
    ------
    UnavailableError
        Where the disk or the memory does not suffice.
    """
    connection = _opened(folder, readable, keeps_order=keeps_order)
    try:
        with enough_room():
            yield connection
    finally:
        connection.close()


@contextmanager
def shared_engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection to the one database of this process that touches no file and keeps the order of rows.

    Opening a database takes longer than cleaning the row of a request.
    """
    cursor = _shared(os.getpid()).cursor()
    try:
        with enough_room():
            yield cursor
    finally:
        cursor.close()


@contextmanager
def house_engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection to the one database of this process that may touch any file, and keeps the order of rows.

    It is for questions that the house asks of files that it has written itself, and asks often: nothing that a spec or
    a source says may stand in them as SQL. Temporary views belong to the connection.
    """
    cursor = _of_the_house(os.getpid()).cursor()
    try:
        with enough_room():
            yield cursor
    finally:
        cursor.close()


@cache
def _of_the_house(process: int) -> duckdb.DuckDBPyConnection:
    return _small(Path(gettempdir(), f"sluice-house-{process}"), keeps_order=True)


@cache
def _shared(process: int) -> duckdb.DuckDBPyConnection:
    # A child that was forked has none of the threads of its parent's database.
    del process
    return _opened(None, (), keeps_order=True)


def _opened(folder: Path | None, readable: Iterable[Path], *, keeps_order: bool) -> duckdb.DuckDBPyConnection:
    connection = _small(folder / "spill" if folder else None, keeps_order=keeps_order)
    for setting, value in (
        ("allowed_directories", f"[{literal(str(folder))}]" if folder else "[]"),
        ("allowed_paths", f"[{', '.join(literal(str(path)) for path in readable)}]"),
        ("enable_external_access", "false"),
    ):
        connection.execute(f"SET GLOBAL {setting} = {value}")
    return connection


def _small(spill: Path | None, *, keeps_order: bool) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"memory_limit": MEMORY, "threads": _threads()})
    connection.execute("SET enable_progress_bar = false")
    for setting, value in (
        ("preserve_insertion_order", str(keeps_order).lower()),
        ("python_enable_replacements", "false"),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("TimeZone", "'UTC'"),
        # The bounds in a Parquet file leave NaN out, and DuckDB 2.0 concludes from them that isnan() is false.
        ("disabled_optimizers", "'statistics_propagation'"),
        ("temp_directory", literal(str(spill or ""))),
    ):
        # Globally, or a cursor on this database would know nothing of the zone and look among the variables of Python.
        connection.execute(f"SET GLOBAL {setting} = {value}")
    return connection


@contextmanager
def enough_room() -> Iterator[None]:
    """Say plainly that the disk is full or the memory too small; another attempt may find room.

    Raises
    ------
    UnavailableError
    """
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise UnavailableError(f"the work needs more than {MEMORY} of memory or spill space: {told(error)}") from error
    except duckdb.IOException as error:
        if "No space left" not in str(error):
            raise
        raise UnavailableError("no space left on the disk of the temporary folder (TMPDIR): make room") from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise UnavailableError(f"{error.strerror} in the temporary folder (TMPDIR): make room") from error


def _threads() -> int:
    return min(THREADS, len(os.sched_getaffinity(0)))


def identifier(name: str) -> str:
    """Return a column's name as SQL writes it.

    Examples
    --------
    >>> print(identifier('marital-status'))
    "marital-status"
    """
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def literal(text: str) -> str:
    """Return a text as SQL writes it.

    Examples
    --------
    >>> print(literal("it's"))
    'it''s'
    """
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def columns_of(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    """Return the columns of a query and their DuckDB types."""
    return {name: kind for name, kind, *_ in connection.execute(f"DESCRIBE {query}").fetchall()}


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """Write the rows of a query to a Parquet file, never holding more of them than the memory bound allows.

    Each thread holds a row group, and the intermediate values of each column, so wide tables get smaller groups and
    fewer threads. A snapshot is written once and read at every step of a run: Snappy takes a third more room than
    Zstandard, and a third to a half less time to read.
    """
    width = len(columns_of(connection, query))
    connection.execute(f"SET threads = {max(1, min(_threads(), _WIDE // width))}")
    group = max(_VECTOR, min(_GROUP, _GROUP * _USUAL // width // _VECTOR * _VECTOR))
    form = f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {group}"
    connection.execute(f"COPY ({query}) TO {literal(str(target))} ({form})")


def told(error: Exception, *, at_most: int = 240) -> str:
    r"""Return the first paragraph of a message of DuckDB, without its kind and its advice to programmers.

    Examples
    --------
    >>> told(Exception("Binder Error: no such column\n\nLINE 1: SELECT x"))
    'no such column'
    """
    first = re.split(r"\n\s*\n|\nLINE |\nPossible |\nCandidate ", str(error), maxsplit=1)[0]
    text = " ".join(re.sub(r"^[A-Z][A-Za-z ]+ Error: ", "", first).split())
    return text if len(text) <= at_most else f"{text[: at_most - 1]}…"
