"""CSV files: read as text, strictly by the rules of RFC 4180, and given types by what all of the text says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb

from include.data.column_types import DECLARABLE
from include.data.engine import identifier, literal
from include.data.sources.column_names import check_same_names
from include.data.sources.csv_faults import first_misfit, structural_fault
from include.data.sources.csv_header import Header, read_header
from include.data.sources.guessing import advice, first_rows, guess_types
from include.data.sources.places import SourceFile
from include.data.sources.staging import in_utf8
from include.data.sources.table import Cell, Part, Table
from include.domain.errors import DataError
from include.domain.spec.data import FileSource


@dataclass(frozen=True)
class CsvFiles:
    """Files with the same columns, perhaps in another order."""

    connection: duckdb.DuckDBPyConnection
    files: Sequence[SourceFile]
    headers: Sequence[Header]
    paths: Sequence[Path]
    encoding: str
    declared: Mapping[str, str]

    def table(self, *, all_rows: bool = False) -> Table:
        """Return the table, its types read off the first rows or off all of them.

        Raises
        ------
        DataError
            Where the values of a column are of several kinds and the spec does not say what is meant.
        """
        names = sorted(self.headers[0].names)
        open_names = [name for name in names if name not in self.declared]
        texts = Table(self._parts(), dict.fromkeys(names, "VARCHAR")).query()
        looked_at = texts if all_rows else f"SELECT * FROM ({texts}) LIMIT {first_rows(len(names))}"
        guesses = guess_types(self.connection, looked_at, open_names)
        for name, guess in guesses.items():
            if guess.mixture and not all_rows:
                return self.table(all_rows=True)
            if guess.mixture:
                raise self._mixture(name, guess.mixture)
        kinds = {name: guess.kind for name, guess in guesses.items()}
        return Table(
            parts=self._parts(),
            columns={**kinds, **self.declared},
            declared=frozenset(self.declared),
            unseen=frozenset(name for name, guess in guesses.items() if not guess.values),
            reread=None if all_rows else lambda: self.table(all_rows=True),
        )

    def fault(self, error: Exception) -> DataError | None:
        """Return what is wrong with the files where DuckDB cannot read them as CSV."""
        return structural_fault(self.files, self.headers, self.encoding, error)

    def _parts(self) -> tuple[Part, ...]:
        grouped = groupby(sorted(zip(self.headers, self.paths, strict=True), key=_shape), key=_shape)
        return tuple(
            Part(
                relation=_relation(header_names, delimiter, [path for _, path in group]),
                cells={name: Cell(identifier(name), "VARCHAR") for name in header_names},
                place=self._place,
            )
            for (header_names, delimiter), group in grouped
        )

    def _place(self, column: str, values: Collection[str]) -> str:
        return first_misfit(self.files, self.headers, self.encoding, column, values)

    def _mixture(self, column: str, kind: str) -> DataError:
        strays = Table(self._parts(), {column: kind}).misfits(self.connection, column)
        return DataError(f"{self._place(column, strays)} is unlike the other values; {advice(column, kind)}")


def open_csv(
    connection: duckdb.DuckDBPyConnection,
    source: FileSource,
    files: Sequence[SourceFile],
    types: Mapping[str, str],
    folder: Path,
) -> CsvFiles:
    """Open CSV files.

    Parameters
    ----------
    connection : DuckDBPyConnection
    source : FileSource
    files : sequence of SourceFile
    types : mapping of str to str
        What the spec says of the columns' types, in its words.
    folder : Path
        Working folder.

    Raises
    ------
    DataError
        Where a file is empty, in another encoding, or has other columns than the first.
    """
    headers = [read_header(file, source.encoding, source.delimiter) for file in files]
    others = [(file.name, header.names) for file, header in zip(files, headers, strict=True)]
    check_same_names(headers[0].names, others[1:], files[0].name)
    names = headers[0].names
    return CsvFiles(
        connection=connection,
        files=files,
        headers=headers,
        paths=[in_utf8(file, folder, number, source.encoding) for number, file in enumerate(files)],
        encoding=source.encoding,
        declared={name: DECLARABLE[word] for name, word in types.items() if name in names},
    )


def _shape(item: tuple[Header, Path]) -> tuple[tuple[str, ...], str]:
    return item[0].names, item[0].delimiter


def _relation(names: Sequence[str], delimiter: str, paths: Sequence[Path]) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    listed = ", ".join(literal(str(path)) for path in paths)
    return (
        f"read_csv([{listed}], auto_detect=false, header=true, strict_mode=true, hive_partitioning=false, "
        f"delim={literal(delimiter)}, quote='\"', escape='\"', nullstr='', columns={{{columns}}})"
    )
