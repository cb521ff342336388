"""A change: one column that a step adds or replaces, and which of its rows cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from include.data.sources.column_names import check_present
from include.domain.errors import DataError

NOTHING = '"NULL"'
"""DuckDB's type of a column in which nothing is known; it goes with every expression."""

Columns = Mapping[str, str]
"""DuckDB types of the columns that a step finds, by name."""


@dataclass(frozen=True)
class Change:
    """One column after a step.

    Parameters
    ----------
    column : str
    value : str
        SQL over the columns before the step.
    misfit : str, optional
        SQL that is true for rows whose value cannot be read.
    expected : str
        What a value should have been, in words.
    """

    column: str
    value: str
    misfit: str | None = None
    expected: str = ""


def kind_of(columns: Columns, column: str, where: str) -> str:
    """Return the type of a column.

    Raises
    ------
    DataError
        Where there is no such column by then.
    """
    check_present([(where, column)], columns, "what cleaning works on")
    return columns[column]


def refuse_kind(where: str, column: str, kind: str, advice: str) -> DataError:
    """Return the error for a column that a step cannot work on."""
    return DataError(f"{where}: column {column!r} is {kind}; {advice}")
