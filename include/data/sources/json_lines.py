"""JSON lines: an object a line, whose values already say whether they are numbers, text or truth."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from include.data.column_types import DECLARABLE, EMPTY, WORDS
from include.data.engine import identifier, literal, told
from include.data.sources.column_names import check_names
from include.data.sources.guessing import advice, guess_types
from include.data.sources.json_faults import broken_line, first_of, first_other_kind
from include.data.sources.places import SourceFile
from include.data.sources.staging import in_utf8
from include.data.sources.table import Cell, Part, Table
from include.domain.errors import DataError
from include.domain.spec.data import FileSource

_KINDS = {"VARCHAR": "VARCHAR", "BIGINT": "BIGINT", "UBIGINT": "BIGINT", "DOUBLE": "DOUBLE", "BOOLEAN": "BOOLEAN"}
_NESTED = {"OBJECT": "an object", "ARRAY": "a list"}


@dataclass(frozen=True)
class JsonLines:
    """Files of objects; a key that an object lacks is NULL in its row."""

    connection: duckdb.DuckDBPyConnection
    files: Sequence[SourceFile]
    paths: Sequence[Path]
    encoding: str
    types: Mapping[str, str]

    def table(self) -> Table:
        """Return the table, its types read off every value of every line.

        Raises
        ------
        DataError
            Where a value is nested, or the values of a key are of several kinds.
        """
        keys = self._keys()
        part = self._part(keys)
        declared = {name: DECLARABLE[word] for name, word in self.types.items() if name in keys}
        kinds = {
            name: self._kind(name, given) for name, given in self._kinds_seen(part).items() if name not in declared
        }
        texts = [name for name, kind in kinds.items() if kind == "VARCHAR"]
        # JSON writes moments as text, so in text they are looked for; a number in quotes stays text.
        query = Table((part,), dict.fromkeys(texts, "VARCHAR")).query() if texts else ""
        moments = guess_types(self.connection, query, texts, kinds=("DATE", "TIMESTAMP"))
        for name, guess in moments.items():
            if guess.mixture:
                strays = Table((part,), {name: guess.mixture}).misfits(self.connection, name)
                raise DataError(f"{part.place(name, strays)} is unlike the other values; {advice(name, guess.mixture)}")
        found = {name: guess.kind for name, guess in moments.items()}
        return Table((part,), {**kinds, **found, **declared}, frozenset(declared))

    def fault(self, error: Exception) -> DataError | None:
        """Return what is wrong with the files where DuckDB cannot read them as JSON lines."""
        where = broken_line(self.files, self.encoding)
        if where:
            return DataError(f"{where}; expected one JSON object a line")
        return (
            DataError(f"{self.files[0].name}: {told(error)}") if "JSON" in str(error) or "GZIP" in str(error) else None
        )

    def _keys(self) -> list[str]:
        objects = self._objects()
        found = self.connection.execute(
            "SELECT list_distinct(flatten(list(DISTINCT json_keys(json)))), bool_and(json_type(json) = 'OBJECT' AND "
            f"len(json_keys(json)) = len(list_distinct(json_keys(json)))) FROM {objects}"
        ).fetchall()
        keys, are_objects = found[0]
        if are_objects is False:
            raise DataError(f"{broken_line(self.files, self.encoding)}; expected one JSON object a line")
        if not keys:
            raise DataError(f"{self.files[0].name} is empty: expected one JSON object a line")
        check_names(sorted(keys), self.files[0].name)
        return sorted(keys)

    def _part(self, keys: Sequence[str]) -> Part:
        shape = ", ".join(f'{_json_text(key)}: "JSON"' for key in keys)
        relation = f"(SELECT unnest(json_transform(json, {literal('{' + shape + '}')})) FROM {self._objects()})"
        cells = {key: Cell(f"nullif({identifier(key)} ->> '$', '')", "VARCHAR") for key in keys}
        return Part(relation, cells, partial(first_of, self.files, self.encoding))

    def _objects(self) -> str:
        listed = ", ".join(literal(str(path)) for path in self.paths)
        return f"read_json_objects([{listed}], format='newline_delimited')"

    def _kinds_seen(self, part: Part) -> dict[str, set[str]]:
        lists = ", ".join(f"list(DISTINCT json_type({identifier(name)}))" for name in part.cells)
        row = self.connection.execute(f"SELECT {lists} FROM {part.relation}").fetchall()[0]
        return {name: set(kinds or ()) - {"NULL", None} for name, kinds in zip(part.cells, row, strict=True)}

    def _kind(self, name: str, given: Collection[str]) -> str:
        nested = next((words for kind, words in _NESTED.items() if kind in given), None)
        if nested:
            raise DataError(
                f"column {name!r} holds {nested}: expected one number, text or truth value in every row; "
                "leave it out at the source, or spread it over columns of its own"
            )
        kinds = {_KINDS[kind] for kind in given}
        if not kinds:
            return EMPTY
        if kinds == {"BIGINT", "DOUBLE"}:
            return "DOUBLE"
        if len(kinds) == 1:
            return kinds.pop()
        where = first_other_kind(self.files, self.encoding, name)
        raise DataError(
            f"{where} is unlike the values before it ({' and '.join(sorted(WORDS[kind] for kind in kinds))} stand "
            f"under one name); write data.types: {{{name}: text}} and read it in cleaning by parse_number, "
            "or correct the source"
        )


def open_json_lines(
    connection: duckdb.DuckDBPyConnection,
    source: FileSource,
    files: Sequence[SourceFile],
    types: Mapping[str, str],
    folder: Path,
) -> JsonLines:
    """Open files of JSON lines; parameters as in :func:`include.data.sources.csv_files.open_csv`."""
    paths = [in_utf8(file, folder, number, source.encoding) for number, file in enumerate(files)]
    return JsonLines(connection, files, paths, source.encoding, types)


def _json_text(key: str) -> str:
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
