"""Queries: a SELECT read through SQLAlchemy as a stream, in UTC, in a transaction that cannot write."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy
from sqlalchemy import exc

from include.data.access import SourceAccess
from include.data.column_types import DECLARABLE, EMPTY, canonical_value, text_of
from include.data.engine import identifier, literal
from include.data.sources.column_names import check_names
from include.data.sources.sql_address import database_url
from include.data.sources.sql_values import ROW_NUMBER, ValueFiles
from include.data.sources.table import Cell, Part, Table
from include.data.windows import in_order
from include.domain.errors import DataError, UnavailableError
from include.domain.references import Window
from include.domain.spec.data import SqlSource

CHUNK = 10_000
"""Rows in flight between the server and the disk."""

_POSTGRES_REAL = 700
"""Type number of ``real`` in PostgreSQL's catalogue (pg_type.dat)."""


@dataclass(frozen=True)
class QueryRows:
    """The rows of a query, put down in Parquet files."""

    connection: duckdb.DuckDBPyConnection
    names: tuple[str, ...]
    files: ValueFiles
    types: Mapping[str, str]

    def table(self) -> Table:
        """Return the table."""
        declared = {name: DECLARABLE[word] for name, word in self.types.items() if name in self.names}
        last = list(self.files.schemas.values())[-1] if self.files.schemas else {}
        kinds = {name: declared.get(name) or last.get(name, EMPTY) for name in self.names}
        parts = tuple(self._part(path, schema) for path, schema in self.files.schemas.items())
        return Table(parts, kinds, frozenset(declared))

    def fault(self, _: Exception) -> DataError | None:
        """Return None: the files are this module's own work."""
        return None

    def _part(self, path: Path, schema: Mapping[str, str]) -> Part:
        relation = f"read_parquet({literal(str(path))})"
        cells = {name: Cell(canonical_value(identifier(name), kind, name), kind) for name, kind in schema.items()}

        def place(column: str, values: Collection[str]) -> str:
            text = text_of(cells[column].value, cells[column].kind)
            numbered = f"SELECT {identifier(ROW_NUMBER)}, {text} FROM {relation}"
            query = f"{numbered} WHERE list_contains(?, {text}) ORDER BY 1 LIMIT 1"
            found = self.connection.execute(query, [sorted(values)]).fetchall()
            return next((f"row {row} of the query, column {column!r}: {value[:80]!r}" for row, value in found), column)

        return Part(relation, cells, place)


def read_query(
    connection: duckdb.DuckDBPyConnection,
    source: SqlSource,
    *,
    types: Mapping[str, str],
    window: Window,
    access: SourceAccess,
    folder: Path,
) -> QueryRows:
    """Run a query and put its rows down in the working folder.

    Raises
    ------
    DataError
        Where the query or its address is wrong, or asks for a window that the run does not have.
    UnavailableError
        Where the database does not answer.
    """
    url = database_url(source, access)
    statement = sqlalchemy.text(source.sql)
    with _connected(url) as database, _answering(url, "the query"):
        result = database.execute(statement, _bounds(statement, window))
        if not result.returns_rows:
            raise DataError("data.source.sql returns no rows: expected a SELECT")
        names = tuple(result.keys())
        check_names(names, "the query")
        files = ValueFiles(folder, names, single=_single_precision(result))
        files.write(result.partitions(CHUNK))
    return QueryRows(connection, names, files, types)


def _bounds(statement: sqlalchemy.TextClause, window: Window) -> dict[str, Any]:
    ordered = in_order(window)
    bounds = {"window_start": ordered.start, "window_end": ordered.end}
    asked = set(statement._bindparams)
    for name in sorted(asked):
        if name not in bounds:
            raise DataError(f"data.source.sql asks for :{name}; expected :window_start or :window_end")
        if bounds[name] is None:
            raise DataError(f"data.source.sql asks for :{name}, and this run has none: run it with a window")
    # Sessions run in UTC, where a moment without a zone compares rightly with columns of both kinds.
    return {name: bound.replace(tzinfo=None) for name, bound in bounds.items() if name in asked and bound is not None}


@contextmanager
def _connected(url: sqlalchemy.URL) -> Iterator[sqlalchemy.Connection]:
    try:
        engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    except (exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise DataError(
            f"no driver for {url.drivername!r} is installed ({error}): install one, or correct the dialect"
        ) from error
    with _answering(url, "the database"):
        postgres = url.get_backend_name() == "postgresql"
        with engine.connect() as open_one:
            if postgres:
                # Before streaming is asked for: a server-side cursor can be declared for a SELECT only.
                open_one.execution_options(postgresql_readonly=True).exec_driver_sql("SET TIME ZONE 'UTC'")
            yield open_one.execution_options(stream_results=True, max_row_buffer=CHUNK)


@contextmanager
def _answering(url: sqlalchemy.URL, what: str) -> Iterator[None]:
    try:
        yield
    except exc.DBAPIError as error:
        told = _scrubbed(" ".join(str(error.orig).split()), url)
        lasting = isinstance(error, exc.ProgrammingError | exc.DataError | exc.NotSupportedError | exc.IntegrityError)
        if lasting or url.get_backend_name() == "sqlite":
            raise DataError(f"data.source.sql cannot be run: {told}") from None
        raise UnavailableError(f"{what} at {url.host or url.database} does not answer: {told}") from None
    except exc.SQLAlchemyError as error:
        raise DataError(f"data.source.sql cannot be run: {_scrubbed(str(error), url)}") from None


def _scrubbed(text: str, url: sqlalchemy.URL) -> str:
    password = url.password
    clean = text.replace(str(password), "***") if password else text
    return clean if len(clean) <= 300 else f"{clean[:299]}…"


def _single_precision(result: Any) -> set[str]:
    described = result.cursor.description or () if result.cursor is not None else ()
    return {entry[0] for entry in described if entry[1] == _POSTGRES_REAL}
