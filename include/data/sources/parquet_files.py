"""Parquet files: the types that they declare, made canonical, so that int32 is int64 and a category is a text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as arrow
from pyarrow import parquet

from include.data.column_types import DECLARABLE, WORDS, canonical_type, canonical_value, text_of
from include.data.engine import columns_of, identifier, literal, told
from include.data.sources.column_names import check_names, check_same_names
from include.data.sources.places import SourceFile
from include.data.sources.staging import linked
from include.data.sources.table import Cell, Part, Table
from include.domain.errors import DataError

_WIDER = {frozenset({"BIGINT", "DOUBLE"}): "DOUBLE", frozenset({"DATE", "TIMESTAMP"}): "TIMESTAMP"}


@dataclass(frozen=True)
class ParquetFiles:
    """Files with the same columns, perhaps in another order or of other widths."""

    connection: duckdb.DuckDBPyConnection
    names: Mapping[Path, str]
    schemas: Mapping[Path, Mapping[str, str]]
    declared: Mapping[str, str]

    def table(self) -> Table:
        """Return the table.

        Raises
        ------
        DataError
            Where a column is nested, or is a number in one file and text in another.
        """
        shapes: dict[tuple[tuple[str, str], ...], list[Path]] = {}
        for path, schema in self.schemas.items():
            shapes.setdefault(tuple(sorted(schema.items())), []).append(path)
        parts = tuple(self._part(dict(shape), paths) for shape, paths in shapes.items())
        names = list(parts[0].cells)
        kinds = {name: self.declared.get(name) or self._common_kind(name, parts) for name in names}
        return Table(parts=parts, columns=kinds, declared=frozenset(self.declared))

    def fault(self, error: Exception) -> DataError | None:
        """Return what is wrong with the files where DuckDB cannot read them as Parquet."""
        return DataError(f"{', '.join(list(self.names.values())[:3])}: {told(error)}; write the file again")

    def _part(self, schema: Mapping[str, str], paths: Sequence[Path]) -> Part:
        relation = _relation(paths)
        cells = {
            name: Cell(canonical_value(identifier(name), kind, name), canonical_type(kind, name))
            for name, kind in schema.items()
        }

        def place(column: str, values: Collection[str]) -> str:
            return self._place(paths, cells[column], column, values)

        return Part(relation, cells, place)

    def _place(self, paths: Sequence[Path], cell: Cell, column: str, values: Collection[str]) -> str:
        text = text_of(cell.value, cell.kind)
        for path in paths:
            numbered = f"SELECT file_row_number + 1, {text} FROM {_relation([path], numbered=True)}"
            query = f"{numbered} WHERE list_contains(?, {text}) ORDER BY 1 LIMIT 1"
            for row, value in self.connection.execute(query, [sorted(values)]).fetchall():
                return f"{self.names[path]} row {row}, column {column!r}: {value[:80]!r}"
        return f"{self.names[paths[0]]}, column {column!r}"

    def _common_kind(self, name: str, parts: Sequence[Part]) -> str:
        # A column without values has whatever type its writer made up, so it has no say.
        kinds: dict[str, Part] = {}
        for part in parts:
            kinds.setdefault(part.cells[name].kind, part)
        if len(kinds) > 1:
            kinds = {kind: part for kind, part in kinds.items() if self._has_values(part, name)} or kinds
        found = frozenset(kinds)
        if len(found) == 1:
            return next(iter(found))
        if found in _WIDER:
            return _WIDER[found]
        raise DataError(
            f"column {name!r} is {' in one file and '.join(sorted(WORDS[kind] for kind in found))} in another; "
            f"write data.types: {{{name}: text}}, or write the files alike"
        )

    def _has_values(self, part: Part, name: str) -> bool:
        counted = self.connection.execute(f"SELECT count({part.cells[name].value}) FROM {part.relation}").fetchall()
        return bool(counted[0][0])


def open_parquet(
    connection: duckdb.DuckDBPyConnection, files: Sequence[SourceFile], types: Mapping[str, str], folder: Path
) -> ParquetFiles:
    """Open Parquet files.

    Parameters
    ----------
    connection : DuckDBPyConnection
    files : sequence of SourceFile
    types : mapping of str to str
        What the spec says of the columns' types, in its words.
    folder : Path
        Working folder.

    Raises
    ------
    DataError
        Where a file is no Parquet, or has other columns than the first.
    """
    names = {linked(file, folder, number): file.name for number, file in enumerate(files)}
    schemas = {path: _schema(connection, path, name) for path, name in names.items()}
    first, *others = schemas
    check_same_names(schemas[first], ((names[path], schemas[path]) for path in others), names[first])
    declared = {name: DECLARABLE[word] for name, word in types.items() if name in schemas[first]}
    return ParquetFiles(connection, names, schemas, declared)


def _schema(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> dict[str, str]:
    try:
        given = parquet.read_schema(path)
        schema = columns_of(connection, f"SELECT * FROM {_relation([path])}")
    except (duckdb.Error, arrow.ArrowInvalid) as error:
        raise DataError(f"{name}: not a Parquet file that can be read ({told(error)})") from error
    # DuckDB would number equal names, and read a duration as a count of whatever unit it is in.
    check_names(given.names, name)
    duration = next((field.name for field in given if arrow.types.is_duration(field.type)), None)
    if duration is not None:
        canonical_type("INTERVAL", duration)
    return schema


def _relation(paths: Sequence[Path], *, numbered: bool = False) -> str:
    listed = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning=false, file_row_number={str(numbered).lower()})"
