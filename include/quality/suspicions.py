"""Suspicions: columns that no model can learn from, found by one cheap look, so that only they have to answer."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

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
    """

    learned: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()


NO_SUSPECTS = Suspects()


def suspects_in(spec: ModelSpec, dataset: DatasetRef, suite: SuiteName) -> Suspects:
    """Return the columns of a dataset to look at."""
    meant = set(spec.data.types) | set(spec.data.categories)
    meant |= cleaned_columns(spec) if suite == "raw" else set()
    text = {column.name for column in dataset.columns if column.type.upper() == "VARCHAR"} - meant
    learned = learned_columns(spec, dataset, suite)
    return Suspects(learned, tuple(name for name in learned if name in text))


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
            values = file.read(columns=[name]).column(name)
            if values.null_count == len(values):
                found.append(has_values(name))
            elif pa.types.is_floating(values.type) and pc.any(pc.is_inf(values)).as_py():
                found.append(is_finite(name))
            elif name in suspects.guessed and _is_mixed(values):
                found.append(single_kind(name))
    return tuple(found)


def _is_mixed(values: pa.ChunkedArray) -> bool:
    known = len(values) - values.null_count
    numbers = pc.sum(pc.match_substring_regex(values, NUMBER)).as_py() or 0
    return bool(_NEARLY_ALL * known <= numbers < known)
