"""The footer of a Parquet file: what it says of all rows, so that none has to be read for it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pyarrow.parquet as pq


class ToldOfColumn(NamedTuple):
    """What a footer says of a column.

    Parameters
    ----------
    nulls : int, optional
        How many values are missing; None where it does not say. NaN is not among them.
    least, most : int or datetime, optional
        The ends of whole numbers or of moments, those in UTC and without a zone; None where it does not say.
    """

    nulls: int | None = None
    least: Any = None
    most: Any = None


def told_of_column(file: pq.ParquetFile, name: str) -> ToldOfColumn:
    """Read what a footer says of a column."""
    index, nulls, ends = file.schema_arrow.get_field_index(name), 0, []
    ends_told = True
    for group in range(file.metadata.num_row_groups):
        found = file.metadata.row_group(group).column(index).statistics
        if found is None or not found.has_null_count:
            return ToldOfColumn()
        nulls += found.null_count
        here = _ends(found)
        ends += here
        ends_told = ends_told and (bool(here) or not found.num_values)
    return ToldOfColumn(nulls, min(ends), max(ends)) if ends and ends_told else ToldOfColumn(nulls)


def _ends(found: pq.Statistics) -> list[Any]:
    """Return the ends of a row group, if they are exact: those of texts may be cut, those of floats leave NaN out."""
    try:
        ends = (found.min, found.max) if found.has_min_max else ()
    except (OverflowError, ValueError):
        return []  # A moment that Python does not know.
    return [_plain(end) for end in ends if isinstance(end, int | date) and not isinstance(end, bool)]


def _plain(end: int | date) -> int | datetime:
    if isinstance(end, int):
        return end
    if not isinstance(end, datetime):
        return datetime(end.year, end.month, end.day)  # noqa: DTZ001
    return end.astimezone(UTC).replace(tzinfo=None) if end.tzinfo else end
