"""Worlds whose columns stay as they are, or change in one way, and windows of them counted as the house counts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from include.domain.record import Record
from include.monitoring.reference import CELLS_OF_LEVELS, ReferenceColumn, ReferenceSummary, reference_summary
from include.monitoring.watched import WatchedColumn
from include.monitoring.window import CountedColumn, CountedWindow

REFERENCE_ROWS = 10_000
SHARED = 0.6
"""Part of the variance that correlated columns have in common."""

Change = Literal["none", "shift 0.3 sd", "shift 0.5 sd", "90 % nulls", "unseen 2 %"]


class World(Record):
    """Columns of one kind.

    Parameters
    ----------
    levels : int
        Of categories, of unequal frequency; 0 makes numbers.
    columns : int
    correlated : bool
    """

    levels: int
    columns: int
    correlated: bool = False

    @property
    def kind(self) -> str:
        """The kind as a table shows it."""
        return f"{self.levels} levels" if self.levels else "numeric"

    def rows(self, count: int, rng: np.random.Generator, change: Change = "none") -> pd.DataFrame:
        """Draw rows, in which the first column may have changed."""
        seen = rng.standard_normal((count, self.columns))
        if self.correlated:
            seen = np.sqrt(SHARED) * rng.standard_normal((count, 1)) + np.sqrt(1 - SHARED) * seen
        seen[:, 0] += {"shift 0.3 sd": 0.3, "shift 0.5 sd": 0.5}.get(change, 0.0)
        values: NDArray[Any] = seen
        if self.levels:
            shares = 1 / (np.arange(self.levels) + 3.0)
            values = np.searchsorted(stats.norm.ppf(np.cumsum(shares / shares.sum())[:-1]), seen).astype(float)
        if change == "90 % nulls":
            values[rng.random(count) < 0.9, 0] = np.nan
        if change == "unseen 2 %":
            values[rng.random(count) < 0.02, 0] = self.levels + 1.0
        return pd.DataFrame(values, columns=[f"c{i:03d}" for i in range(self.columns)])

    def watched(self, important: float | None = None) -> list[WatchedColumn]:
        """Return the columns, the first of which holds this share of all importance; all alike if left out."""
        kind = "categorical" if self.levels else "numeric"
        first = 1.0 if important is None else important * (self.columns - 1) / (1 - important)
        names = [f"c{i:03d}" for i in range(self.columns)]
        return [WatchedColumn(name=n, kind=kind, weight=1.0 if i else first) for i, n in enumerate(names)]


@dataclass(frozen=True)
class Reference:
    """A reference, its summary and its rows."""

    frame: pd.DataFrame
    summary: ReferenceSummary


def referenced(world: World, rng: np.random.Generator) -> Reference:
    """Draw a reference and summarise it."""
    frame = world.rows(REFERENCE_ROWS, rng)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "reference.parquet"
        frame.to_parquet(path)
        return Reference(frame, reference_summary(path, world.watched(), fingerprint=str(rng.integers(2**62))))


def counted(summary: ReferenceSummary, frame: pd.DataFrame) -> CountedWindow:
    """Count a small frame as :func:`include.monitoring.window.count_window` counts a file, without writing one."""
    seen = {column.name: _counted(column, frame[column.name].to_numpy()) for column in summary.compared}
    return CountedWindow(rows=len(frame), columns=seen)


def _counted(column: ReferenceColumn, values: NDArray[Any]) -> CountedColumn:
    known = values[~np.isnan(values)]
    if column.kind == "numeric":
        cells = np.bincount(np.searchsorted(column.edges, known), minlength=len(column.counts))
        return CountedColumn(known=len(known), counts=tuple(cells.tolist()))
    levels = {int(level): i for i, level in enumerate(column.levels)}
    found, counts = np.unique(known.astype(int), return_counts=True)
    cells = np.zeros(len(column.counts), dtype=int)
    unseen = 0
    for level, count in zip(found.tolist(), counts.tolist(), strict=True):
        if level in levels:
            cells[min(levels[level], CELLS_OF_LEVELS)] += count
        else:
            unseen += count
    return CountedColumn(known=len(known), counts=tuple(cells.tolist()), unseen=unseen)
