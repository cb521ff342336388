"""Segments: rows that shall have a model of their own, and whether each of them is a series in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.errors import SpecError
from include.drafting.column import Column
from include.drafting.periods import Period, period_of
from include.spec_files.spelling import hint

FEW_ROWS = 1_000
"""Segments of fewer rows get a model with a handful of coefficients: trees would learn them by heart."""

HOLDOUT = 0.2
_FEWEST, _USUAL = 5, 30


@dataclass(frozen=True)
class Segments:
    """How the rows of the data are divided.

    Parameters
    ----------
    columns : tuple of str
    rows : tuple of int
        Rows of each segment, the smallest first.
    within : tuple of str
        Other columns that are the same in every row of a segment.
    period : Period or None
        The time from one row of a segment to its next; None where they are no series.
    """

    columns: tuple[str, ...]
    rows: tuple[int, ...]
    within: tuple[str, ...]
    period: Period | None

    @property
    def typical_rows(self) -> int:
        """The median of the rows of a segment."""
        return int(np.median(self.rows))

    @property
    def trained_rows(self) -> int:
        """Rows of a typical segment that are learned from."""
        return round(self.typical_rows * (1 - HOLDOUT))

    @property
    def rows_to_learn_from(self) -> int:
        """Fewest rows that a segment should have for a model of its own."""
        return min(100, max(20, self.trained_rows // 2))

    @property
    def rows_to_judge_by(self) -> int:
        """Fewest rows that judge a segment's model: what a typical one holds out, with room for some gaps."""
        return min(_USUAL, max(_FEWEST, round(0.75 * HOLDOUT * self.typical_rows)))

    @property
    def are_small(self) -> bool:
        """Whether a typical segment has few rows to learn from."""
        return self.typical_rows < FEW_ROWS

    @property
    def described(self) -> str:
        """How many there are, in words."""
        rows = f"{self.rows[0]:,}" if self.rows[0] == self.rows[-1] else f"{self.rows[0]:,} to {self.rows[-1]:,}"
        return f"{len(self.rows):,} segments of {rows} rows"

    def note(self, target: str) -> str:
        """Return what a person should think about."""
        if self.period is None:
            return (
                "the rows of a segment are no regular series in time, so none of them looks back at earlier ones: add "
                "a cleaning step lag if they do follow each other"
            )
        return (
            f"{self.lags_of(target)[0]} is the {target} of one {self.period.every} before: if that is not known yet "
            "when the next one is predicted, write label_delay, and look further back"
        )

    def naming_step(self, column: str, time: str) -> dict[str, Any]:
        """Return the cleaning step by which every row has a name: its series and its time."""
        quoted = [name.replace('"', '""') for name in (*self.columns, time)]
        texts = ", ".join(f"coalesce(CAST(\"{name}\" AS VARCHAR), '')" for name in quoted)
        return {"do": "derive", "column": column, "expression": f"concat_ws(' / ', {texts})"}

    def lag_step(self, target: str, *, gaps: str) -> dict[str, Any]:
        """Return the cleaning step by which rows know what was before them."""
        back = self.period or Period("", ())
        series = {"by": list(self.columns), "periods": list(back.lags), "every": back.every}
        return {"do": "lag", "column": target, **series, "gaps": gaps}

    def season_of(self, target: str) -> str:
        """Return the name of the feature that holds the value of a season ago."""
        return f"{target}_lag_{self.period.season if self.period else 1}"

    def lags_of(self, target: str) -> tuple[str, ...]:
        """Return the names of the features that look back at the target."""
        return tuple(f"{target}_lag_{back}" for back in self.period.lags) if self.period else ()


def look_at_segments(
    seen: Mapping[str, Column], columns: Sequence[str], target: str, time: str | None, moments: pd.Series | None
) -> Segments:
    """Divide rows by the values of some columns.

    Parameters
    ----------
    seen : mapping of str to Column
        All columns of the data.
    columns : sequence of str
    target : str
    time : str, optional
    moments : Series of shape (n,), optional
        Event times, where rows may look back at earlier ones.

    Raises
    ------
    SpecError
        If there is no such column, or it cannot divide rows.
    """
    _check_columns(seen, columns, target, time)
    values = pd.DataFrame({name: seen[name].values.astype(object) for name in columns})
    codes = values.groupby(list(columns), dropna=False, sort=False).ngroup().to_numpy()
    counts = np.sort(np.bincount(codes))
    if len(counts) * 2 > len(codes):
        raise SpecError(
            [
                f"segment-by: {', '.join(columns)} have {len(counts):,} different values in {len(codes):,} rows: a "
                "segment needs rows to learn from; choose columns with fewer values"
            ]
        )
    if len(counts) == 1:
        raise SpecError([f"segment-by: {', '.join(columns)} have one value in all rows: there is nothing to divide"])
    others = [name for name in seen if name not in (*columns, target, time)]
    within = tuple(name for name in others if _is_constant_within(seen[name].values, codes))
    period = period_of(moments, codes) if moments is not None else None
    return Segments(tuple(columns), tuple(counts.tolist()), within, period)


def _check_columns(seen: Mapping[str, Column], columns: Sequence[str], target: str, time: str | None) -> None:
    unknown = [name for name in columns if name not in seen]
    problems = [f"segment-by: there is no column {name!r}: {hint(name, seen)}" for name in unknown]
    twice = {name for name in columns if list(columns).count(name) > 1}
    problems += [f"segment-by: {name!r} stands twice" for name in sorted(twice)]
    for name, what in ((target, "target"), (time, "event time")):
        if name in columns:
            problems.append(f"segment-by: {name!r} is the {what}: choose columns that divide rows of all times")
    if problems:
        raise SpecError(problems)


def _is_constant_within(values: pd.Series, codes: NDArray[np.int64]) -> bool:
    seen = pd.factorize(values, use_na_sentinel=False)[0]
    pairs = len(np.unique(np.stack([codes, seen]), axis=1).T)
    return bool(pairs == len(np.unique(codes)))
