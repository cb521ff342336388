"""A window, counted into the cells of its reference in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from include.monitoring.engine import ask, family_of, literal, number, rows_of, text, types_of
from include.monitoring.reference import CELLS_OF_LEVELS, ReferenceColumn, ReferenceSummary

SHOWN = 3
"""Examples of values that the reference does not know."""


@dataclass(frozen=True)
class CountedColumn:
    """What a window has of a column.

    Parameters
    ----------
    known : int
        Rows with a value.
    counts : tuple of int
        Rows in each cell of the reference; rows with values that it does not know are in none.
    unseen : int
        Rows with values that the reference does not know; 0 of numbers.
    examples : tuple of str
        Some of those values, the most frequent first.
    """

    known: int
    counts: tuple[int, ...]
    unseen: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class CountedWindow:
    """What a window has: rows, the watched columns, and how its columns differ from those of the reference."""

    rows: int
    columns: dict[str, CountedColumn]
    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    retyped: tuple[str, ...] = field(default=())


def count_window(reference: ReferenceSummary, files: Path | Sequence[Path]) -> CountedWindow:
    """Count the rows of a window.

    Parameters
    ----------
    reference : ReferenceSummary
    files : Path or sequence of Path
        Rows of the window, as Parquet.
    """
    with rows_of([files] if isinstance(files, Path) else list(files)) as connection:
        types = types_of(connection)
        there = [column for column in reference.compared if column.name in types]
        asked: list[tuple[str, list[float] | None]] = [("count(*)", None)]
        for column in there:
            asked += _asked(column, types[column.name])
        rows, *found = ask(connection, asked)
    answers = iter(found)
    counted = {}
    for column in there:
        counted[column.name] = _numeric(column, answers) if column.kind == "numeric" else _categorical(column, answers)
    watched = {column.name: column.type for column in reference.columns}
    return CountedWindow(
        rows=int(rows),
        columns=counted,
        missing=tuple(sorted(watched.keys() - types.keys())),
        new=tuple(sorted(types.keys() - watched.keys() - set(reference.unwatched))),
        retyped=tuple(
            f"{name} ({kind} became {types[name]})"
            for name, kind in sorted(watched.items())
            if name in types and family_of(types[name]) != family_of(kind)
        ),
    )


def _asked(column: ReferenceColumn, kind: str) -> list[tuple[str, list[float] | None]]:
    if column.kind == "numeric":
        return [(f"histogram({number(column.name, kind)}, ?::DOUBLE[])", list(column.edges))]
    value = text(column.name, kind)
    if not column.levels:
        return [(f"count({value})", None), ("NULL", None), (f"approx_top_k({value}, {SHOWN})", None)]
    # A value is looked up among the known ones, so that memory does not grow with those that nobody knows.
    known = f"TRY_CAST({value} AS ENUM({', '.join(map(literal, column.levels))}))"
    unseen = f"approx_top_k({value}, {SHOWN}) FILTER (WHERE {known} IS NULL AND {value} IS NOT NULL)"
    return [(f"count({value})", None), (f"histogram({known})", None), (unseen, None)]


def _numeric(column: ReferenceColumn, answers: Any) -> CountedColumn:
    cells = next(answers) or {}
    counts = tuple(int(cells.get(edge, 0)) for edge in (*column.edges, np.inf))
    return CountedColumn(known=sum(counts), counts=counts)


def _categorical(column: ReferenceColumn, answers: Any) -> CountedColumn:
    known, cells, examples = int(next(answers)), next(answers) or {}, next(answers) or []
    own = [int(cells.get(level, 0)) for level in column.levels[:CELLS_OF_LEVELS]]
    seen = int(sum(cells.values()))
    return CountedColumn(
        known=known, counts=(*own, seen - sum(own)), unseen=known - seen, examples=tuple(map(str, examples))
    )
