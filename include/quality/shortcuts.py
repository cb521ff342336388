"""Shortcuts: what the footer of the file knows already, and whole numbers told apart by a bit for each."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pandas as pd

from include.quality.measure import Measure, only
from include.quality.snapshot_rows import SnapshotRows, identifier

_BITS_A_ROW, _BITS_AT_MOST = 64, 2**28
"""Beyond this, a table of the different values takes less memory than a bit for every number between the ends."""

_ENDS = {"column.min": "least", "column.max": "most"}


def told_by_footer(name: str, rows: SnapshotRows, column: str, failing: Callable[[], str]) -> Measure | None:
    """Return a metric of all rows that needs none of them, or None if there is nothing that would tell.

    Parameters
    ----------
    name : str
        Of the metric: ``column.max``.
    rows : SnapshotRows
    column : str
    failing : callable
        Returns the SQL that holds for a row that fails.
    """
    told, kind = rows.told_of(column), rows.kinds.get(column)
    if name == "column_values.nonnull.unexpected_count" and kind not in ("number", "single"):
        # A frame shows NaN as missing, and the footer does not.
        return None if told.nulls is None else Measure((), lambda: told.nulls)
    if kind not in ("whole", "moment") or told.least is None:
        return None
    if name in _ENDS:
        return Measure((), partial(reader_of_ends(rows, column), getattr(told, _ENDS[name])))
    if name == "column_values.between.unexpected_count":
        # Where both ends are within bounds, so is everything between them.
        within = not rows.holds_for_any(failing(), column, told.least, told.most)
        return Measure((), int) if within else None
    return None


def reader_of_ends(rows: SnapshotRows, column: str) -> Callable[[Any], Any]:
    """Return what makes of the end of a column what a frame shows."""
    if rows.kinds[column] == "moment":
        return _moment
    return int if rows.kinds[column] == "whole" and column not in rows.gaps else _number


def different_values(rows: SnapshotRows, column: str, about: str) -> str | None:
    """Return the aggregate that counts different whole numbers with a bit for each, or None if they lie too far apart.

    Parameters
    ----------
    rows : SnapshotRows
    column : str
    about : str
        SQL that holds for the rows to look at.
    """
    ends = rows.footer.get(column)
    if rows.kinds.get(column) != "whole" or ends is None or ends.least is None:
        return None
    bits = ends.most - ends.least + 1
    if bits > min(_BITS_AT_MOST, _BITS_A_ROW * rows.size):
        return None
    value, least, most = identifier(column), f"CAST({ends.least} AS BIGINT)", f"CAST({ends.most} AS BIGINT)"
    return f"coalesce(bit_count(bitstring_agg(CAST({value} AS BIGINT), {least}, {most}){only(about)}), 0)"


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _moment(value: datetime | None) -> Any:
    return pd.NaT if value is None else pd.Timestamp(value, tz="UTC").as_unit("us")
