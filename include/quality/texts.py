"""Texts: patterns and lengths are tested by Arrow, with the engine of pandas, and twice as fast as by DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from include.quality.snapshot_rows import SnapshotRows, threads

PART_ROWS = 131_072
"""Rows that a thread has in memory at once."""


_BEYOND_ASCII = 128


class TextTest(NamedTuple):
    """A condition on every text of a column.

    Parameters
    ----------
    column : str
    metric : str
        As Great Expectations calls it: ``column_values.match_regex``.
    arguments : tuple of tuple
        Names and values of its arguments.
    """

    column: str
    metric: str
    arguments: tuple[tuple[str, Any], ...]


def text_test(metric: str, rows: SnapshotRows, arguments: Mapping[str, Any]) -> TextTest | None:
    """Return a metric as a test of texts, or None if it is something else."""
    column = arguments.get("column")
    if metric not in _OF_TEXTS.keys() | _OF_LENGTHS.keys() or rows.kinds.get(str(column)) != "text":
        return None
    asked = ("regex", "value", "min_value", "max_value", "strict_min", "strict_max")
    return TextTest(str(column), metric, tuple((key, arguments.get(key)) for key in asked))


def count_failing(rows: SnapshotRows, tests: Sequence[TextTest]) -> dict[TextTest, int]:
    """Count the rows that go on and fail each test; a missing value fails none.

    A test that Arrow cannot make, such as a pattern that it cannot read, is absent.
    """
    possible = [test for test in tests if _is_possible(test)]
    if not possible:
        return {}
    columns = list(dict.fromkeys(test.column for test in possible))
    metadata = pq.read_metadata(rows.path)
    sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
    starts = np.cumsum([0, *sizes])

    def failing(group: int) -> list[int]:
        counts = [0] * len(possible)
        for part in _parts(rows, metadata, group, columns, int(starts[group])):
            for place, test in enumerate(possible):
                counts[place] += _failing(part.column(test.column), test)
        return counts

    with ThreadPoolExecutor(threads()) as pool:
        counted = list(pool.map(failing, range(len(sizes))))
    return {test: sum(counts[place] for counts in counted) for place, test in enumerate(possible)}


def _parts(
    rows: SnapshotRows, metadata: pq.FileMetaData, group: int, columns: list[str], start: int
) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(rows.path, metadata=metadata) as file:
        for part in file.iter_batches(PART_ROWS, row_groups=[group], columns=columns, use_threads=False):
            taken = rows.taken_among(start, start + part.num_rows)
            start += part.num_rows
            yield part.filter(pa.array(~taken)) if taken.any() else part


def _failing(values: pa.Array, test: TextTest) -> int:
    texts = values.cast(pa.string()) if pa.types.is_dictionary(values.type) else values
    of = dict(test.arguments)
    if test.metric not in _OF_LENGTHS:
        return _false(_OF_TEXTS[test.metric](texts, of))
    lengths, holds = _lengths(texts), _OF_LENGTHS[test.metric]
    # Where both ends are within bounds, so is everything between them, and two numbers are fewer than all.
    ends = pa.array(pc.min_max(lengths).as_py().values(), pa.int64())
    return _false(holds(lengths, of)) if _false(holds(ends, of)) else 0


def _lengths(texts: pa.Array) -> pa.Array:
    """Count the characters of texts; of plain letters there are as many as bytes, which need not be looked at."""
    content = texts.buffers()[2]
    is_plain = content is None or not len(content) or np.frombuffer(content, np.uint8).max() < _BEYOND_ASCII
    return pc.binary_length(texts) if is_plain else pc.utf8_length(texts)


def _false(held: pa.Array) -> int:
    return pc.sum(pc.invert(held)).as_py() or 0


def _is_possible(test: TextTest) -> bool:
    try:
        _failing(pa.array([""]), test)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def _within(lengths: pa.Array, of: Mapping[str, Any]) -> pa.Array:
    above = pc.greater if of["strict_min"] else pc.greater_equal
    below = pc.less if of["strict_max"] else pc.less_equal
    sides = [
        side(lengths, bound)
        for side, bound in ((above, of["min_value"]), (below, of["max_value"]))
        if bound is not None
    ]
    return sides[0] if len(sides) == 1 else pc.and_(*sides)


_OF_TEXTS: dict[str, Callable[[pa.Array, Mapping[str, Any]], pa.Array]] = {
    "column_values.match_regex": lambda texts, of: pc.match_substring_regex(texts, of["regex"]),
    "column_values.not_match_regex": lambda texts, of: pc.invert(pc.match_substring_regex(texts, of["regex"])),
}
_OF_LENGTHS: dict[str, Callable[[pa.Array, Mapping[str, Any]], pa.Array]] = {
    "column_values.value_length.between": _within,
    "column_values.value_length.equals": lambda lengths, of: pc.equal(lengths, of["value"]),
}
