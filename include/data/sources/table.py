"""A table as its source gives it: where each value stands, what type it has there and what type it will have.

Conversion is strict: a value that does not fit its type stops the reading, and the table can say where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from include.data.column_types import EXACT_IN_DOUBLE, WORDS, text_of
from include.data.engine import identifier, literal
from include.data.sources.text_types import reads_as, value_of
from include.domain.errors import DataError

_UNFIT = "does not fit column "

Place = Callable[[str, Collection[str]], str]
"""From a column and some values of it, the words that say where the first of them stands, with the value."""


@dataclass(frozen=True)
class Cell:
    """SQL of a canonical value at its source, and its canonical type there."""

    value: str
    kind: str


@dataclass(frozen=True)
class Part:
    """Rows of one shape.

    Parameters
    ----------
    relation : str
        What stands behind FROM.
    cells : mapping of str to Cell
        For every column of the table; a column without one is NULL in this part.
    place : Place
    """

    relation: str
    cells: Mapping[str, Cell]
    place: Place


@dataclass(frozen=True)
class Table:
    """All rows of a source.

    Parameters
    ----------
    parts : tuple of Part
    columns : mapping of str to str
        The canonical type that each column gets.
    declared : frozenset of str
        Columns whose type the spec says.
    unseen : frozenset of str
        Columns without a value in the first rows.
    reread : callable, optional
        Makes the table from all of its rows, where the types of this one were read off the first rows.
    """

    parts: tuple[Part, ...]
    columns: Mapping[str, str]
    declared: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    reread: Callable[[], Table] | None = field(default=None, compare=False)

    def query(self, carried: Sequence[str] = ()) -> str:
        """Return SQL for all rows: what is carried along as it is, then columns in the order of their names."""
        return " UNION ALL ".join(self._select(part, carried) for part in self.parts)

    def misfits(self, connection: duckdb.DuckDBPyConnection, column: str) -> set[str]:
        """Return values of a column that do not fit its type, as text; none where all of them do."""
        found: set[str] = set()
        for part in self.parts:
            cell = part.cells.get(column)
            if cell is None or cell.kind == self.columns[column]:
                continue
            fits, _ = _conversion(cell, self.columns[column], column, declared=column in self.declared)
            rows = f"SELECT {text_of(cell.value, cell.kind)} AS value FROM {part.relation} WHERE NOT ({fits})"
            found |= {
                value for (value,) in connection.execute(f"SELECT DISTINCT value FROM ({rows}) LIMIT 1000").fetchall()
            }
        return found

    def misfit_error(self, connection: duckdb.DuckDBPyConnection, column: str) -> DataError:
        """Return the error that says where the first value of a column stands that does not fit its type."""
        values = self.misfits(connection, column)
        where = next(
            (part.place(column, values) for part in self.parts if values and column in part.cells), f"column {column!r}"
        )
        word = WORDS[self.columns[column]]
        return DataError(f"{where} does not read as {word}; correct the source, or data.types.{column}")

    def _select(self, part: Part, carried: Sequence[str]) -> str:
        values = [f"{self._value(part, name)} AS {identifier(name)}" for name in sorted(self.columns)]
        return f"SELECT {', '.join([*map(identifier, carried), *values])} FROM {part.relation}"

    def _value(self, part: Part, name: str) -> str:
        kind, cell = self.columns[name], part.cells.get(name)
        if cell is None:
            return f"CAST(NULL AS {kind})"
        if cell.kind == kind:
            return cell.value
        fits, value = _conversion(cell, kind, name, declared=name in self.declared)
        unfit = f"error({literal(_UNFIT + identifier(name))})"
        return f"CASE WHEN {cell.value} IS NULL THEN NULL WHEN {fits} THEN {value} ELSE {unfit} END"


def misfit(error: Exception) -> str | None:
    """Return the column whose value stopped a strict reading, or None where something else did."""
    found = re.search(_UNFIT + r'"((?:[^"]|"")*)"', str(error))
    return found[1].replace('""', '"') if found else None


def _conversion(cell: Cell, kind: str, column: str, *, declared: bool) -> tuple[str, str]:
    """Return SQL for whether a value fits another type, and for the value in that type."""
    value, given = cell.value, cell.kind
    if given == "VARCHAR":
        return reads_as(value, kind, declared=declared), value_of(value, kind)
    if kind == "VARCHAR":
        return "true", text_of(value, given)
    if (given, kind) in (("BIGINT", "DOUBLE"), ("DATE", "TIMESTAMP"), ("BOOLEAN", "BIGINT"), ("BOOLEAN", "DOUBLE")):
        return "true", f"CAST({value} AS {kind})"
    if (given, kind) == ("DOUBLE", "BIGINT"):
        whole = f"({value} = trunc({value}) AND abs({value}) <= {EXACT_IN_DOUBLE})"
        return whole, f"try_cast({value} AS BIGINT)"
    if (given, kind) == ("TIMESTAMP", "DATE"):
        return f"({value} = date_trunc('day', {value}))", f"CAST({value} AS DATE)"
    if kind == "BOOLEAN" and given in ("BIGINT", "DOUBLE"):
        return f"({value} IN (0, 1))", f"({value} = 1)"
    raise DataError(
        f"column {column!r} holds {WORDS[given]} values at its source and data.types says {WORDS[kind]}, "
        "which they cannot be read as: leave the type out and derive the column in cleaning"
    )
