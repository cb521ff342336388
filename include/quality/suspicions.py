"""Suspicions: columns that no model can learn from, found by one cheap look, so that only they have to answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from include.domain.references import DatasetRef
from include.domain.spec import Expectation, ModelSpec
from include.quality.asked import SuiteName
from include.quality.column_use import cleaned_columns, learned_columns
from include.quality.implied import NUMBER, has_values, is_finite, single_kind

_NEARLY_ALL = 0.9


class Suspects(NamedTuple):
    """The columns to look at.

    Parameters
    ----------
    learned : tuple of str
        What the model learns from.
    guessed : tuple of str
        Those of them that are text, though the spec does not say that text is meant, nor that it will be cleaned.
    set_aside : bool
        Whether rows with an infinity are set aside, so that the others go on.
    """

    learned: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    set_aside: bool = False


NO_SUSPECTS = Suspects()


def suspects_in(spec: ModelSpec, dataset: DatasetRef, suite: SuiteName) -> Suspects:
    """Return the columns of a dataset to look at.

    The rows of a fleet with an infinity are set aside, for those of one segment stop no other.
    """
    meant = set(spec.data.types) | set(spec.data.categories)
    meant |= cleaned_columns(spec) if suite == "raw" else set()
    text = {column.name for column in dataset.columns if column.type.upper() == "VARCHAR"} - meant
    learned = learned_columns(spec, dataset, suite)
    return Suspects(learned, tuple(name for name in learned if name in text), spec.segment_by is not None)


def observe_suspicions(path: Path, suspects: Suspects) -> tuple[Expectation, ...]:
    """Return an expectation for every suspicion: a column is empty, holds infinity, or is numbers and text in one.

    Parameters
    ----------
    path : Path
        A Parquet file.
    suspects : Suspects
    """
    found: list[Expectation] = []
    with pq.ParquetFile(path) as file:
        for name in suspects.learned:
            kind = file.schema_arrow.field(name).type
            if _nulls(file, name) == file.metadata.num_rows:
                found.append(has_values(name))
            elif pa.types.is_floating(kind) and any(pc.any(pc.is_inf(part)).as_py() for part in _ends(file, name)):
                found.append(is_finite(name, set_aside=suspects.set_aside))
            elif name in suspects.guessed and _is_mixed(file, name):
                found.append(single_kind(name))
    return tuple(found)


def _nulls(file: pq.ParquetFile, name: str) -> int:
    told = _statistics(file, name)
    if all(each is not None and each.has_null_count for each in told):
        return sum(each.null_count for each in told)
    return sum(part.null_count for part in _parts(file, name))


def _ends(file: pq.ParquetFile, name: str) -> Iterator[pa.Array]:
    """Yield values of a column of numbers, with its infinities if there are any: they are its ends."""
    told = _statistics(file, name)
    if all(each is not None and (each.has_min_max or each.num_values == 0) for each in told):
        yield pa.array([end for each in told if each.has_min_max for end in (each.min, each.max)], pa.float64())
    else:
        yield from _parts(file, name)


def _is_mixed(file: pq.ParquetFile, name: str) -> bool:
    known = numbers = 0
    for part in _parts(file, name):
        known += len(part) - part.null_count
        numbers += pc.sum(pc.match_substring_regex(part, NUMBER)).as_py() or 0
    return bool(_NEARLY_ALL * known <= numbers < known)


def _parts(file: pq.ParquetFile, name: str) -> Iterator[pa.Array]:
    return (batch.column(0) for batch in file.iter_batches(columns=[name]))


def _statistics(file: pq.ParquetFile, name: str) -> list[Any]:
    index = file.schema_arrow.get_field_index(name)
    groups = range(file.metadata.num_row_groups)
    return [file.metadata.row_group(group).column(index).statistics for group in groups]
