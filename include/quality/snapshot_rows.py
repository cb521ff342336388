"""Snapshot rows: a Parquet file opened in DuckDB, its values as Great Expectations on pandas would see them.

What a frame shows as missing (a null, NaN) is NULL here; moments and dates are in UTC. A column whose values a frame
would show otherwise (decimals, nested values, whole numbers beyond 2**53) has no kind, and is left to pandas.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from include.domain.errors import SluiceError
from include.domain.spec.data import RESERVED_COLUMN
from include.quality.footer import ToldOfColumn, told_of_column

Kind = Literal["number", "single", "whole", "text", "flag", "moment"]

MEMORY = "SLUICE_CHECKS_MEMORY"
"""Variable that bounds what DuckDB takes for a check (``600MB``); what needs more is spilled to the disk."""

PLACE = "place of the row"
TAKEN = "taken"

_KINDS: dict[str, Kind] = {
    "DOUBLE": "number",
    "FLOAT": "single",
    "BIGINT": "whole",
    "INTEGER": "whole",
    "SMALLINT": "whole",
    "TINYINT": "whole",
    "VARCHAR": "text",
    "BOOLEAN": "flag",
    "DATE": "moment",
    "TIMESTAMP": "moment",
    "TIMESTAMP WITH TIME ZONE": "moment",
}
_EXACT = 2**53


def threads() -> int:
    """Return how many threads a check takes."""
    return min(4, len(os.sched_getaffinity(0)))


def identifier(name: str) -> str:
    """Return a name as SQL writes it.

    Examples
    --------
    >>> print(identifier('say "ah" twice'))
    "say ""ah"" twice"
    """
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


@dataclass(frozen=True)
class SnapshotRows:
    """The rows of a file that go on.

    Parameters
    ----------
    connection : DuckDBPyConnection
    path : Path
    kinds : dict
        The columns that DuckDB sees as a frame would.
    gaps : frozenset of str
        Columns with missing values, counted in all rows of the file.
    names : tuple of str
        All columns, without the hash of the row.
    size : int
        Number of the rows in the file.
    footer : dict
        What the footer says of the columns, those left out included.
    """

    connection: duckdb.DuckDBPyConnection
    path: Path
    kinds: dict[str, Kind]
    gaps: frozenset[str]
    names: tuple[str, ...]
    size: int = 0
    footer: dict[str, ToldOfColumn] = field(default_factory=dict)
    _types: dict[str, str] = field(default_factory=dict)
    _taken: list[np.ndarray] = field(default_factory=list)

    def leave_out(self, places: np.ndarray) -> None:
        """Go on without the rows at these places of the file."""
        if len(places):
            table = pa.table({"place": pa.array(places, pa.int64())})
            self.connection.register("leaving", table)
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {TAKEN} AS SELECT place FROM leaving")
            self.connection.unregister("leaving")
            self._taken.append(places)

    @property
    def is_parted(self) -> bool:
        """Whether rows are left out."""
        return bool(self._taken)

    def told_of(self, name: str) -> ToldOfColumn:
        """Return what the footer of the file says of a column; nothing once rows are left out."""
        return ToldOfColumn() if self._taken else self.footer.get(name, ToldOfColumn())

    def taken_among(self, start: int, end: int) -> np.ndarray:
        """Return which of the rows at some places of the file are left out."""
        places = self._taken[-1] if self._taken else np.empty(0, dtype=np.int64)
        taken = np.zeros(end - start, dtype=bool)
        taken[places[np.searchsorted(places, start) : np.searchsorted(places, end)] - start] = True
        return taken

    @property
    def source(self) -> str:
        """The rows that go on as SQL reads them, each with its place in the file."""
        columns = [f"{self._value(name)} AS {identifier(name)}" for name in self.kinds]
        file = str(self.path).replace("'", "''")
        without = f" WHERE file_row_number NOT IN (SELECT place FROM {TAKEN})" if self._taken else ""
        listed = ", ".join([*columns, f"file_row_number AS {identifier(PLACE)}"])
        return f"(SELECT {listed} FROM read_parquet('{file}', file_row_number = true){without})"

    def kept(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a frame that go on; its index are the places in the file."""
        return frame[~frame.index.isin(self._taken[-1])] if self._taken else frame

    def ask(self, *selected: str) -> tuple[Any, ...]:
        """Return the values of some aggregates over the rows that go on, found in one pass.

        What stands in brackets as a query of its own needs no pass.
        """
        source = "" if all(sql.startswith("(SELECT") for sql in selected) else f" FROM {self.source}"
        found = self.connection.execute(f"SELECT {', '.join(selected)}{source}").fetchone()
        return tuple(found or ())

    def places(self, condition: str) -> np.ndarray:
        """Return the places of the rows for which a condition holds, in the order of the file."""
        query = f"SELECT {identifier(PLACE)} AS place FROM {self.source} WHERE {condition}"
        found: np.ndarray = self.connection.execute(query).fetchnumpy()["place"]
        # They come in a few runs, each in order.
        return np.sort(np.asarray(found, dtype=np.int64), kind="stable")

    def holds_for_any(self, condition: str, name: str, *values: Any) -> bool:
        """Return whether a condition holds for any of some values of a column."""
        listed = ", ".join("(?)" for _ in values)
        query = f"SELECT bool_or({condition}) FROM (VALUES {listed}) ends({identifier(name)})"
        return bool((self.connection.execute(query, list(values)).fetchone() or (True,))[0])

    def _value(self, name: str) -> str:
        column, type_ = identifier(name), self._types[name]
        if self.kinds[name] in ("number", "single"):
            return f"CASE WHEN isnan({column}) THEN NULL ELSE CAST({column} AS DOUBLE) END"
        if type_ == "TIMESTAMP WITH TIME ZONE":
            return f"make_timestamp(epoch_us({column}))"
        return f"CAST({column} AS TIMESTAMP)" if type_ == "DATE" else column


@contextmanager
def open_rows(path: Path) -> Iterator[SnapshotRows]:
    """Open the rows of a Parquet file; DuckDB takes no more memory than :data:`MEMORY` says.

    Raises
    ------
    SluiceError
        If :data:`MEMORY` is no size.
    """
    with tempfile.TemporaryDirectory() as spill:
        connection = _connection(path, Path(spill))
        try:
            yield _described(connection, path)
        finally:
            connection.close()


def _connection(path: Path, spill: Path) -> duckdb.DuckDBPyConnection:
    limit = os.environ.get(MEMORY) or "600MB"
    try:
        connection = duckdb.connect(config={"memory_limit": limit})
    except duckdb.Error as error:
        raise SluiceError(f"{MEMORY}={limit!r} is no size; write it as 600MB or 2GB") from error
    for setting, value in (
        ("threads", threads()),
        ("preserve_insertion_order", "false"),
        ("python_enable_replacements", "false"),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("enable_progress_bar", "false"),
        ("parquet_metadata_cache", "true"),
        # The bounds in a Parquet file leave NaN out, and DuckDB 2.0 concludes from them that isnan() is false.
        ("disabled_optimizers", "'statistics_propagation'"),
        ("temp_directory", _quoted(str(spill))),
        ("allowed_directories", f"[{_quoted(str(spill))}]"),
        ("allowed_paths", f"[{_quoted(str(path))}]"),
        ("enable_external_access", "false"),
    ):
        connection.execute(f"SET {setting} = {value}")
    return connection


def _quoted(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def _described(connection: duckdb.DuckDBPyConnection, path: Path) -> SnapshotRows:
    file = pq.ParquetFile(path)
    names = tuple(name for name in file.schema_arrow.names if name != RESERVED_COLUMN)
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({_quoted(str(path))})").fetchall()
    types = {row[0]: row[1] for row in described}
    lowered = [name.casefold() for name in file.schema_arrow.names]
    # To DuckDB, names that differ in case only are one name.
    if len(set(lowered)) < len(lowered) or "file_row_number" in lowered or PLACE in lowered:
        return SnapshotRows(connection, path, {}, frozenset(), names)
    told = {name: told_of_column(file, name) for name in names if types.get(name) in _KINDS}
    gaps = {name for name, of in told.items() if of.nulls != 0}
    far = {name for name, of in told.items() if _KINDS[types[name]] == "whole" and _may_be_rounded(of)}
    kinds = {name: _KINDS[types[name]] for name in names if types.get(name) in _KINDS and name not in far}
    kinds = {name: kind for name, kind in kinds.items() if not (kind == "flag" and name in gaps)}
    return SnapshotRows(connection, path, kinds, frozenset(gaps), names, file.metadata.num_rows, told, types)


def _may_be_rounded(of: ToldOfColumn) -> bool:
    return of.nulls is None or (of.least is not None and max(abs(of.least), abs(of.most)) > _EXACT)
