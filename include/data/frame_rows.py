"""Rows of a frame on their way through the cleaning steps, and back into a frame in their own order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as arrow

from include.data.column_types import DECLARABLE, canonical_type, canonical_value, type_without_values
from include.data.engine import columns_of, identifier
from include.data.frames import to_frame
from include.data.sources.column_names import check_names
from include.data.sources.table import Cell, Part, Table
from include.data.steps.change import NOTHING
from include.data.steps.stage import ASKED
from include.domain.errors import DataError
from include.domain.references import Column
from include.domain.spec import ModelSpec
from include.domain.spec.data import RESERVED_COLUMN

POSITION = f"{RESERVED_COLUMN} position"
"""Number of a row in its frame, from 0."""


def kind_for_steps(column: Column, rows: int, types: Mapping[str, str]) -> str:
    """Return the type under which steps see a raw column, the same over a snapshot and over the frame read from it.

    A day is its midnight, whole numbers of which some are missing are DOUBLE, as in a frame, and a column without a
    single value goes with every expression.

    Examples
    --------
    >>> kind_for_steps(Column(name="age", type="BIGINT", nulls=3), 10, {})
    'DOUBLE'
    """
    if column.nulls == rows and column.name not in types:
        return NOTHING
    if column.type == "BIGINT" and column.nulls:
        return "DOUBLE"
    return "TIMESTAMP" if column.type == "DATE" else column.type


@dataclass(frozen=True)
class FrameRows:
    """A frame's rows as an Arrow table.

    Parameters
    ----------
    table : pyarrow.Table
        The hidden columns, then those of the frame.
    index : Index
        Of the frame.
    types : mapping of str to str
        Types that the spec declares, in its words.
    trained : mapping of str to str, optional
        Types under which steps saw the columns of the training data.
    hidden : tuple of str
        Columns that steps do not see: row hash, position, and whether a row is asked for or only looked back at.
    """

    table: Any
    index: pd.Index
    types: Mapping[str, str]
    trained: Mapping[str, str] | None
    hidden: tuple[str, ...] = (RESERVED_COLUMN, POSITION)

    @classmethod
    def of(
        cls,
        spec: ModelSpec,
        frame: pd.DataFrame,
        columns: Sequence[Column] | None,
        history: pd.DataFrame | None = None,
    ) -> FrameRows:
        """Take a frame's rows, and those that they look back at.

        Raises
        ------
        DataError
            Where a column has no proper name, or holds what is no number, text, truth value or moment.
        """
        asked = len(frame)
        if history is not None:
            frame = pd.concat([frame, history])
        names = [str(name) for name in frame.columns]
        check_names(names, "the frame")
        hashed = frame.index.name == RESERVED_COLUMN
        positions = np.arange(len(frame), dtype=np.uint64)
        carried = {RESERVED_COLUMN: frame.index.to_numpy(np.uint64) if hashed else positions, POSITION: positions}
        if history is not None:
            carried[ASKED] = positions < asked
        arrays = carried | {name: _array(frame.iloc[:, at], name) for at, name in enumerate(names)}
        trained = None if columns is None else {column.name: kind_for_steps(column, -1, {}) for column in columns}
        return cls(arrow.table(arrays), frame.index, spec.data.types, trained, tuple(carried))

    def register(self, connection: duckdb.DuckDBPyConnection, name: str) -> tuple[dict[str, str], Table]:
        """Make the rows a relation of that name; return the types under which steps see its columns, and its table."""
        connection.register("frame", self.table)
        shown = f"SELECT * EXCLUDE ({', '.join(map(identifier, self.hidden))}) FROM frame"
        cells = {
            column: Cell(canonical_value(identifier(column), kind, column), canonical_type(kind, column))
            for column, kind in columns_of(connection, shown).items()
        }
        counts = ", ".join(["count(*)", *(f"count({cell.value})" for cell in cells.values())])
        rows, *values = connection.execute(f"SELECT {counts} FROM frame").fetchall()[0]
        kinds = {
            column: self._kind(Column(name=column, type=cell.kind, nulls=rows - count), rows)
            for (column, cell), count in zip(cells.items(), values, strict=True)
        }
        known = {column: kind for column, kind in kinds.items() if kind != NOTHING}
        table = Table((Part("frame", cells, _place),), known, frozenset(known))
        connection.execute(f"CREATE TEMP VIEW {name} AS {table.query(self.hidden)}")
        return kinds, table

    def frame_of(self, cleaned: Any, kinds: Mapping[str, str]) -> pd.DataFrame:
        """Return a table of cleaned rows as a frame with the index of this one.

        Parameters
        ----------
        cleaned : pyarrow.Table
        kinds : mapping of str to str
            Canonical types of the cleaned columns.
        """
        frame = to_frame(cleaned.drop_columns([POSITION]))
        if self.trained is None:
            changing = [name for name, kind in kinds.items() if type_without_values(name, kind, self.types) != kind]
            empty = [name for name in changing if frame[name].isna().all()]
            frame = frame.assign(**dict.fromkeys(empty, np.full(len(frame), np.nan)))
        frame.index = self.index[cleaned.column(POSITION).to_numpy().astype(np.int64)]
        return frame

    def _kind(self, column: Column, rows: int) -> str:
        if self.trained is not None and column.name in self.trained:
            return self.trained[column.name]
        declared = DECLARABLE.get(self.types.get(column.name, ""))
        return kind_for_steps(column.model_copy(update={"type": declared or column.type}), rows, self.types)


def _array(values: pd.Series, name: str) -> Any:
    try:
        return arrow.array(values, from_pandas=True)
    except (arrow.ArrowInvalid, arrow.ArrowTypeError, arrow.ArrowNotImplementedError) as error:
        raise DataError(
            f"column {name!r} of the frame holds values of several types, or of none known ({error})"
        ) from error


def _place(column: str, values: Collection[str]) -> str:
    return f"the frame, column {column!r}: {min(values)[:80]!r}"
