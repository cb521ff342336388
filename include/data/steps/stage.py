"""A stage of cleaning: a query over the raw rows, and the types of its columns after some steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from include.data.column_types import canonical_type, canonical_value
from include.data.engine import columns_of, identifier, literal, told
from include.data.sources.column_names import check_present
from include.data.steps.change import NOTHING, Change, Columns
from include.domain.errors import DataError
from include.domain.spec.data import RESERVED_COLUMN

ASKED = f"{RESERVED_COLUMN} asked"
"""Hidden column that tells the rows that are asked for from those that they look back at."""

KEPT = f"{RESERVED_COLUMN} kept"
"""Hidden column that tells which rows a training would keep, where all of them are scored."""


@dataclass(frozen=True)
class Stage:
    """Rows after some steps.

    Parameters
    ----------
    query : str
    columns : mapping of str to str
        Their types.
    hidden : tuple of str
        Columns that are carried along and that no step sees.
    """

    query: str
    columns: Columns
    hidden: tuple[str, ...]

    @classmethod
    def start(cls, relation: str, columns: Columns, hidden: tuple[str, ...]) -> Stage:
        """Return the rows before the first step; columns in which nothing is known need not be in the relation."""
        values = [
            f"NULL AS {identifier(name)}" if kind == NOTHING else identifier(name) for name, kind in columns.items()
        ]
        return cls(f"SELECT {', '.join([*map(identifier, hidden), *values])} FROM {relation}", columns, hidden)

    def changed(self, connection: duckdb.DuckDBPyConnection, changes: Sequence[Change], where: str) -> Stage:
        """Return the rows with some columns added or replaced.

        Raises
        ------
        DataError
            Where DuckDB cannot make sense of a change, or it gives something else than a number, text, truth value or
            moment.
        """
        given: dict[str, str] = {}
        for change in changes:
            asked = f"SELECT {change.value} AS {identifier(change.column)} FROM ({self.query})"
            try:
                given |= columns_of(connection, asked)
            except duckdb.Error as error:
                raise DataError(f"{where} of column {change.column!r}: {told(error)}") from error
        kept = [identifier(name) for name in [*self.hidden, *self.columns] if name not in given]
        inner = [*kept, *(f"{_guarded(change, where)} AS {identifier(change.column)}" for change in changes)]
        outer = [*kept, *(f"{_canonical(name, kind)} AS {identifier(name)}" for name, kind in given.items())]
        query = f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM ({self.query}))"
        kinds = {name: kind if kind == NOTHING else canonical_type(kind, name) for name, kind in given.items()}
        return Stage(query, {**self.columns, **kinds}, self.hidden)

    def without_duplicates(self, alike: Sequence[str], time: str | None, where: str) -> Stage:
        """Return one row of those that agree in some columns, or in all: the latest, then the smallest hash.

        Raises
        ------
        DataError
            Where a column is not there, or the time is still text.
        """
        first = self._is_first(alike, time, where)
        return Stage(f"SELECT * FROM ({self.query}) QUALIFY {first}", self.columns, self.hidden)

    def marking_duplicates(self, alike: Sequence[str], time: str | None, where: str) -> Stage:
        """Return all rows, with a hidden column that says which of them :meth:`without_duplicates` would keep.

        Raises
        ------
        DataError
            Where a column is not there, or the time is still text.
        """
        kept, first = identifier(KEPT), self._is_first(alike, time, where)
        if KEPT not in self.hidden:
            return Stage(f"SELECT *, {first} AS {kept} FROM ({self.query})", self.columns, (*self.hidden, KEPT))
        again = f"SELECT * REPLACE ({kept} AND {first} AS {kept}) FROM ({self.query})"
        return Stage(again, self.columns, self.hidden)

    def _is_first(self, alike: Sequence[str], time: str | None, where: str) -> str:
        check_present([(where, name) for name in alike], self.columns, "what cleaning works on")
        order = [identifier(name) for name in self.hidden]
        if time is not None and time in self.columns:
            if self.columns[time] not in ("DATE", "TIMESTAMP", NOTHING):
                raise DataError(
                    f"{where}: the latest row is kept, and {time!r} is no time yet; put parse_date before this step"
                )
            order = [f"{identifier(time)} DESC NULLS LAST", *order]
        if KEPT in self.hidden:
            order = [f"{identifier(KEPT)} DESC", *order]
        same = ", ".join(identifier(name) for name in alike or sorted(self.columns))
        return f"row_number() OVER (PARTITION BY {same} ORDER BY {', '.join(order)}) = 1"


def unreadable(where: str, column: str) -> str:
    """Return the words by which a row stops the work, for :mod:`include.data.steps.failures` to find."""
    return f"unreadable: {where} of column {column!r}"


def _canonical(name: str, kind: str) -> str:
    return identifier(name) if kind == NOTHING else canonical_value(identifier(name), kind, name)


def _guarded(change: Change, where: str) -> str:
    if change.misfit is None:
        return change.value
    return f"CASE WHEN {change.misfit} THEN error({literal(unreadable(where, change.column))}) ELSE {change.value} END"
