"""Labels known: what has become known of a window's rows by some moment, and what is odd about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow.parquet as pq

from include.data.access import UNRESOLVED, SourceAccess
from include.domain.concerns import LABELLED_SHARE
from include.domain.evidence import Observation
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.domain.spec.data import FileSource, SqlSource
from include.serving.labelled import write_labelled
from include.storage.store import Store

Access = Callable[[FileSource | SqlSource], SourceAccess]


def unresolved(source: FileSource | SqlSource) -> SourceAccess:
    """Return the access of a source that needs no connection."""
    return UNRESOLVED


@dataclass(frozen=True, eq=False)
class KnownLabels:
    """Labels of a window.

    Parameters
    ----------
    by_row : Series, optional
        By row id; None where the spec names no id, and only labels that stood beside the rows can count.
    observations : tuple of Observation
        How many were repeated, corrected, contradictory, or of rows that were never scored.
    """

    by_row: pd.Series | None = None
    observations: tuple[Observation, ...] = ()


def known_labels(
    spec: ModelSpec, store: Store, window: Window, *, as_of: datetime, access: Access = unresolved
) -> KnownLabels:
    """Read the labels of the predictions of a window.

    Parameters
    ----------
    spec : ModelSpec
    store : Store
    window : Window
    as_of : datetime
        Labels that became known later do not count yet.
    access : callable
        How the source of the labels is reached.
    """
    if spec.data.id is None:
        return KnownLabels()
    source = spec.data.labels.source if spec.data.labels and spec.data.labels.source else spec.data.source
    with TemporaryDirectory(prefix="sluice-") as name:
        file = Path(name, "labelled.parquet")
        told = write_labelled(spec, store, window, file, as_of=as_of, access=access(source))
        read = pq.read_table(file, columns=["row_id", "label"])
    labels = pd.Series(read["label"].to_pylist(), index=pd.Index(read["row_id"].to_pylist()), dtype=object)
    odd = tuple(one for one in told.observations if one.name != LABELLED_SHARE)
    return KnownLabels(labels.dropna(), odd)
