"""Mixed columns: text in which nearly every value is a number was a column of numbers before something else got in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from include.quality.asked import SuiteName
from include.quality.column_use import cleaned_columns, learned_columns
from include.quality.implied import NUMBER

_NEARLY_ALL = 0.9


def candidates(spec: ModelSpec, dataset: DatasetRef, suite: SuiteName) -> tuple[str, ...]:
    """Return the columns of text about which the spec does not say that text is meant, nor that it will be cleaned."""
    meant = set(spec.data.types) | set(spec.data.categories)
    meant |= cleaned_columns(spec) if suite == "raw" else set()
    text = {column.name for column in dataset.columns if column.type.upper() == "VARCHAR"}
    return tuple(name for name in learned_columns(spec, dataset, suite) if name in text and name not in meant)


def observe_mixed_columns(path: Path, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns in which at least nine of ten values, but not all, are written as numbers.

    Parameters
    ----------
    path : Path
        A Parquet file.
    columns : sequence of str
        Columns of text in it.
    """
    table = pq.ParquetFile(path).read(columns=list(columns))
    return tuple(name for name in columns if _is_mixed(table.column(name)))


def _is_mixed(values: pa.ChunkedArray) -> bool:
    known = len(values) - values.null_count
    numbers = pc.sum(pc.match_substring_regex(values, NUMBER)).as_py() or 0
    return bool(_NEARLY_ALL * known <= numbers < known)
