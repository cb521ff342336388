"""Rows: the data that a draft looks at, read as a training will read them, so that both see the same values."""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as arrow
from pyarrow import compute, parquet

from include.data.access import SourceAccess
from include.data.column_types import WORDS
from include.data.frames import read_frame, to_frame
from include.data.snapshot import take_snapshot
from include.data.sources.column_names import check_present
from include.domain.errors import DataError
from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from include.domain.spec.data import RESERVED_COLUMN
from include.storage.store import Store, key_of, open_store

AT_MOST = 1_000_000
"""With more rows a draft looks at a sample of about that many, chosen by the hash of the row: always the same."""

_MIXED = re.compile(r"data\.types: \{(?P<column>.+): text\}")
"""What a message advises to write into the spec of a column of mixed values; a draft takes the advice."""


@dataclass(frozen=True)
class Rows:
    """What a draft looks at.

    Parameters
    ----------
    frame : DataFrame of shape (n, columns)
    total : int
        Rows of the source, of which the frame may be a sample.
    words : mapping of str to str
        Type of each column, as a spec writes it.
    mixed : tuple of str
        Columns that are text only because some of their values are no numbers or dates.
    typed_by_source : bool
        Whether the source itself knows types (Parquet, a database), so that nothing has to be guessed.
    """

    frame: pd.DataFrame
    total: int
    words: Mapping[str, str]
    mixed: tuple[str, ...] = ()
    typed_by_source: bool = False

    @property
    def described(self) -> str:
        """How many rows were looked at, in words."""
        if len(self.frame) == self.total:
            return f"all {self.total:,} rows"
        return f"a sample of {len(self.frame):,} of {self.total:,} rows, chosen by their hash"


def read_rows(source: Any, target: str, time: str | None = None, *, access: SourceAccess | None = None) -> Rows:
    """Read the rows of a source.

    Parameters
    ----------
    source : str, list of str or mapping
        What would stand at ``data.source`` of a spec.
    target : str
        Has to be among the columns.
    time : str, optional
        Likewise.
    access : SourceAccess
        Keys of a bucket or the address of a database, if the source needs them.

    Raises
    ------
    DataError
        If the source is not there, cannot be read or lacks a column; with the nearest spelling.
    UnavailableError
        If a bucket or a database does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="sluice-draft-") as folder:
        store = open_store(folder)
        types: dict[str, str] = {}
        while True:
            try:
                dataset = take_snapshot(_asking(source, target, types), store, access=access or SourceAccess())
                break
            except DataError as error:
                column = _mixed_column(error, types)
                if column is None:
                    raise
                types[column] = "text"
        frame = _sampled(dataset, store) if dataset.rows > AT_MOST else read_frame(dataset, store)
    words = {column.name: WORDS[column.type] for column in dataset.columns}
    check_present([("time", time)] if time else [], words, dataset.source)
    return Rows(frame, dataset.rows, words, tuple(types), _is_typed(source))


def _asking(source: Any, target: str, types: Mapping[str, str]) -> ModelSpec:
    """Return a spec that asks for nothing but the data; a column of times may have to be read first."""
    return ModelSpec.model_validate(
        {
            "name": "draft",
            "owner": "draft",
            "task": "regression",
            "data": {"source": source, "target": target, "types": types},
            "training": {"estimator": "sklearn.dummy.DummyRegressor"},
        }
    )


def _mixed_column(error: DataError, types: Mapping[str, str]) -> str | None:
    match = _MIXED.search(str(error))
    return match["column"] if match and match["column"] not in types else None


def _is_typed(source: Any) -> bool:
    if isinstance(source, Mapping):
        named = source.get("paths", ())
        return "sql" in source or source.get("format") == "parquet" or _is_typed(named)
    names = [source] if isinstance(source, str) else list(source)
    return bool(names) and all(name.removesuffix(".gz").endswith(".parquet") for name in names)


def _sampled(dataset: DatasetRef, store: Store) -> pd.DataFrame:
    path = store.local_copy(f"{key_of(store, dataset.uri)}/data.parquet")
    mask = arrow.scalar(2 ** math.ceil(math.log2(dataset.rows / AT_MOST)) - 1, arrow.uint64())
    kept = compute.bit_wise_and(compute.field(RESERVED_COLUMN), mask) == arrow.scalar(0, arrow.uint64())
    names = [RESERVED_COLUMN, *(column.name for column in dataset.columns)]
    return to_frame(parquet.read_table(path, columns=names, filters=kept)).sort_index()
