"""Opening a source: first what it is in this run, then, unless that is known already, the table it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb

from include.data.access import SourceAccess
from include.data.sources.csv_files import open_csv
from include.data.sources.json_lines import open_json_lines
from include.data.sources.parquet_files import open_parquet
from include.data.sources.places import SourceFile, find_files, format_of
from include.data.sources.sql_address import address_of
from include.data.sources.sql_query import read_query
from include.data.sources.table import Table
from include.domain.errors import DataError
from include.domain.references import Window
from include.domain.spec.data import FileSource, Source, SqlSource


class Opened(Protocol):
    """A source from which rows can be read."""

    def table(self) -> Table:
        """Return the table it holds."""
        ...

    def fault(self, error: Exception) -> DataError | None:
        """Return what is wrong with the source where reading it failed, or None where it is not to blame."""
        ...


@dataclass(frozen=True)
class Located:
    """A source in this run.

    Parameters
    ----------
    source : FileSource or SqlSource
    described : str
        Where the data are, without secrets.
    files : tuple of SourceFile
        Its files; none for a query.
    """

    source: FileSource | SqlSource
    described: str
    files: tuple[SourceFile, ...] = ()

    @property
    def query(self) -> str | None:
        """The SELECT, where the source is a database."""
        return self.source.sql if isinstance(self.source, SqlSource) else None

    @property
    def is_known_by_its_bytes(self) -> bool:
        """Whether unchanged bytes prove unchanged content; a database has to be asked again."""
        return bool(self.files)

    def identity(self) -> dict[str, Any]:
        """Return what the content depends on, for a step's fingerprint."""
        if self.files:
            return {file.name: file.sha256 for file in self.files}
        return {"address": self.described, "query": self.query}


def locate(source: Source, window: Window, access: SourceAccess) -> Located:
    """Find out what a source is in this run, without reading its rows.

    Raises
    ------
    DataError, UnavailableError
    """
    if isinstance(source, SqlSource):
        return Located(source, address_of(source, access))
    files = tuple(find_files(source, window, access))
    names = [file.name for file in files]
    shown = ", ".join(names) if len(names) <= 3 else f"{names[0]} … {names[-1]} ({len(names)} files)"
    return Located(source, shown, files)


def open_located(
    connection: duckdb.DuckDBPyConnection,
    located: Located,
    *,
    types: Mapping[str, str],
    window: Window,
    access: SourceAccess,
    folder: Path,
) -> Opened:
    """Open a source.

    Parameters
    ----------
    connection : DuckDBPyConnection
        May read the located files and the working folder.
    located : Located
    types : mapping of str to str
        Types that the spec declares, in its words.
    window : Window
    access : SourceAccess
    folder : Path
        Working folder.

    Raises
    ------
    DataError, UnavailableError
    """
    source, files = located.source, located.files
    if isinstance(source, SqlSource):
        return read_query(connection, source, types=types, window=window, access=access, folder=folder)
    match format_of(source, files):
        case "csv":
            return open_csv(connection, source, files, types, folder)
        case "parquet":
            return open_parquet(connection, files, types, folder)
        case "jsonl":
            return open_json_lines(connection, source, files, types, folder)
