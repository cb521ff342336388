"""Cells of numbers: how many rows lie in each, counted in threads that take a few columns each.

DuckDB reads; the comparing is left to numpy, which compares a block of numbers with an edge several times as fast as
DuckDB looks up the cell of each.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import duckdb
import numpy as np

from include.monitoring.engine import beside

Asked = tuple[str, Sequence[float]]
"""SQL of a column's numbers, NULL or NaN where there is none, and the upper edges of its cells, closed and rising."""

COLUMNS_AT_ONCE, WORKERS = 4, 4
"""Columns that a thread reads in one go, and threads at most: together they bound the memory."""

_ROWS_AT_ONCE = 16_384


def count_cells(connection: duckdb.DuckDBPyConnection, asked: Sequence[Asked]) -> list[tuple[int, ...]]:
    """Return, for every column, the rows in each of its cells; one more cell lies above the last edge.

    Parameters
    ----------
    connection : DuckDBPyConnection
        With a view ``seen`` (:func:`include.monitoring.engine.rows_of`).
    asked : sequence of tuple of str and sequence of float
    """
    blocks = [asked[start : start + COLUMNS_AT_ONCE] for start in range(0, len(asked), COLUMNS_AT_ONCE)]
    with ThreadPoolExecutor(min(WORKERS, len(os.sched_getaffinity(0)))) as pool, ExitStack() as opened:
        # Opened here, one after the other: only who opened the rows knows them.
        cursors = [opened.enter_context(beside(connection)) for _ in blocks]
        return [counts for block in pool.map(_counted, cursors, blocks) for counts in block]


def _counted(cursor: duckdb.DuckDBPyConnection, asked: Sequence[Asked]) -> list[tuple[int, ...]]:
    below = [np.zeros(len(edges) + 1, dtype=np.int64) for _, edges in asked]
    numbers = ", ".join(f"{sql} AS c{i}" for i, (sql, _) in enumerate(asked))
    for rows in cursor.sql(f"SELECT {numbers} FROM seen").to_arrow_reader(_ROWS_AT_ONCE):
        for i, (_, edges) in enumerate(asked):
            values = rows.column(i).to_numpy(zero_copy_only=False)
            known = len(values) - np.count_nonzero(np.isnan(values))
            below[i] += [*(np.count_nonzero(values <= edge) for edge in edges), known]
    return [tuple(np.diff(counts, prepend=0).tolist()) for counts in below]
