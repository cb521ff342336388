"""History: rows before a window, at which the rows of the window look back while they are cleaned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from include.data.column_types import WORDS
from include.data.engine import identifier, literal
from include.data.frame_rows import kind_for_steps
from include.data.steps.chain import RAW
from include.data.steps.change import NOTHING
from include.data.steps.stage import ASKED
from include.data.windows import in_order
from include.domain.errors import DataError
from include.domain.references import DatasetRef, Window
from include.domain.spec import ModelSpec
from include.domain.spec.data import RESERVED_COLUMN
from include.domain.spec.looking_back import history_start, lags_in


def history_window(spec: ModelSpec, window: Window) -> Window | None:
    """Return the window of the rows that are looked back at; None where there are none, or all are read anyway.

    Raises
    ------
    DataError
        Where no calendar reaches back so far.
    """
    start = in_order(window).start
    if start is None or not lags_in(spec.cleaning):
        return None
    try:
        return Window(start=history_start(spec.cleaning, start), end=start)
    except OverflowError as error:
        raise DataError(f"cleaning (lag) looks back further than calendars go: {error}") from error


def nothing_before(spec: ModelSpec, window: Window, why: str) -> DataError:
    """Return the error for a window before which there is no row: whatever is looked up would be missing."""
    lags = lags_in(spec.cleaning)
    made = ", ".join(name for step in lags for name in step.made)
    return DataError(
        f"{made} would be missing in every row: the source holds no row before the window starts ({window.end}); give "
        f"one that holds earlier rows too, with their {lags[0].column} ({why})"
    )


def open_rows(
    connection: duckdb.DuckDBPyConnection,
    spec: ModelSpec,
    dataset: DatasetRef,
    history: DatasetRef | None,
    paths: Mapping[str, Path],
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Make the rows of a snapshot, and those before them, the relation that a chain starts from.

    Parameters
    ----------
    connection : DuckDBPyConnection
    spec : ModelSpec
    dataset : DatasetRef
    history : DatasetRef, optional
    paths : mapping of str to Path
        Where the file of each snapshot lies, by its fingerprint.

    Returns
    -------
    kinds : dict of str to str
        Types under which steps see the columns.
    hidden : tuple of str
        Columns that are carried along.

    Raises
    ------
    DataError
        Where a column is of one type in the window and of another before it.
    """
    parts = {"true": dataset, **({} if history is None else {"false": history})}
    kinds = _joint_kinds(spec, parts.values())
    rows = [_rows(part, paths[part.fingerprint], kinds, asked=asked) for asked, part in parts.items()]
    connection.execute(f"CREATE TEMP VIEW {RAW} AS {' UNION ALL '.join(rows)}")
    return kinds, (RESERVED_COLUMN,) if history is None else (RESERVED_COLUMN, ASKED)


def asked_for(query: str, hidden: tuple[str, ...]) -> str:
    """Return SQL for the rows of the window alone, once they have looked back."""
    if ASKED not in hidden:
        return query
    return f"SELECT * EXCLUDE ({identifier(ASKED)}) FROM ({query}) WHERE {identifier(ASKED)}"


def _rows(part: DatasetRef, path: Path, kinds: Mapping[str, str], *, asked: str) -> str:
    there = {column.name for column in part.columns}
    values = [
        f"CAST({identifier(name) if name in there else 'NULL'} AS {kind}) AS {identifier(name)}"
        for name, kind in kinds.items()
        if kind != NOTHING
    ]
    listed = ", ".join([identifier(RESERVED_COLUMN), f"{asked} AS {identifier(ASKED)}", *values])
    return f"SELECT {listed} FROM read_parquet({literal(str(path))})"


def _joint_kinds(spec: ModelSpec, parts: Iterable[DatasetRef]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for part in parts:
        for column in part.columns:
            found = kind_for_steps(column, part.rows, spec.data.types)
            kinds[column.name] = _joint(column.name, kinds.get(column.name, NOTHING), found)
    return kinds


def _joint(column: str, first: str, second: str) -> str:
    kinds = {first, second} - {NOTHING}
    if len(kinds) < 2:
        return kinds.pop() if kinds else NOTHING
    if kinds == {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    shown = " here and ".join(sorted(WORDS[kind] for kind in kinds))
    raise DataError(
        f"column {column!r} holds {shown} there, in the window and before it: write what it is under data.types"
    )
