"""A window, counted into the cells of its reference in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from include.monitoring.cells import count_cells
from include.monitoring.engine import ask, double, family_of, literal, rows_of, text, types_of
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
        numeric = [column for column in there if column.kind == "numeric"]
        named = [column for column in there if column.kind == "categorical"]
        rows, *told = ask(connection, [("count(*)", None), *_asked(named, types)])
        cells = count_cells(connection, [(double(column.name, types[column.name]), column.edges) for column in numeric])
    counted = {
        column.name: CountedColumn(known=sum(counts), counts=counts)
        for column, counts in zip(numeric, cells, strict=True)
    }
    counted |= {column.name: _categorical(column, *told[3 * i : 3 * i + 3]) for i, column in enumerate(named)}
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


def _asked(columns: Sequence[ReferenceColumn], types: Mapping[str, str]) -> Iterator[tuple[str, None]]:
    """Yield three questions about each column: values, those of every level, and the most frequent unknown ones."""
    for column in columns:
        value = text(column.name, types[column.name])
        # A value is looked up among the known ones, so that memory does not grow with those that nobody knows.
        known = f"TRY_CAST({value} AS ENUM({', '.join(map(literal, column.levels))}))" if column.levels else "NULL"
        yield f"count({value})", None
        yield (f"histogram({known})" if column.levels else "NULL"), None
        yield f"approx_top_k({value}, {SHOWN}) FILTER (WHERE {known} IS NULL AND {value} IS NOT NULL)", None


def _categorical(
    column: ReferenceColumn, known: int, of_levels: dict[str, int] | None, unseen: list[str] | None
) -> CountedColumn:
    cells = of_levels or {}
    own = [int(cells.get(level, 0)) for level in column.levels[:CELLS_OF_LEVELS]]
    seen = int(sum(cells.values()))
    return CountedColumn(
        known=known, counts=(*own, seen - sum(own)), unseen=known - seen, examples=tuple(map(str, unseen or []))
    )
