"""Quarantine: rows that may not go on are taken out into a file of their own, each with its reasons beside it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from include.domain.record import canonical_json, digest
from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from include.quality.frames import data_file, read_row_hashes
from include.quality.outcome import Outcome
from include.quality.parquet_parts import PartWriter, row_groups
from include.storage.store import Store, key_of

REASON = "quarantine_reason"
"""Column of a quarantined row that names the expectations it fails."""


class Parted(NamedTuple):
    """A dataset in two: the rows that go on, and those set aside."""

    accepted: DatasetRef
    quarantined: DatasetRef | None


def reasons_by_place(outcomes: Sequence[Outcome], rows: int) -> np.ndarray:
    """Return for every row the titles of the expectations for which it is set aside, or None where it goes on.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of expectations whose failing rows may be set aside.
    rows : int

    Returns
    -------
    ndarray of object, shape (rows,)
    """
    reasons = np.full(rows, None, dtype=object)
    for outcome in outcomes:
        earlier = reasons[outcome.failing]
        # Rows with the same reasons share one text.
        joined = {text: outcome.title if text is None else f"{text}; {outcome.title}" for text in set(earlier)}
        reasons[outcome.failing] = [joined[text] for text in earlier]
    return reasons


def set_aside(spec: ModelSpec, dataset: DatasetRef, store: Store, reasons: np.ndarray) -> Parted:
    """Write the rows without and those with a reason as two datasets.

    The fingerprint of each follows from that of the dataset and the hashes of the rows taken out, so that equal
    decisions about equal data make equal datasets.

    Parameters
    ----------
    spec : ModelSpec
    dataset : DatasetRef
    store : Store
    reasons : ndarray of object, shape (rows,)
        See :func:`reasons_by_place`.
    """
    out = reasons != None  # noqa: E711
    if not out.any():
        return Parted(dataset, None)
    path = data_file(dataset, store)
    taken = sorted(read_row_hashes(path)[out].tolist())
    beside = key_of(store, dataset.uri).rpartition("/")[0]
    kept = digest({"parent": dataset.fingerprint, "without": taken})
    refused = digest({"parent": dataset.fingerprint, "only": taken, "reasons": sorted(set(reasons[out].tolist()))})
    template = dataset.model_copy(
        update={
            "reused": False,
            "cause": f"{len(taken):,} of {dataset.rows:,} rows of {dataset.fingerprint[:12]} set aside",
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        parts = _write(path, reasons, Path(folder), dataset.time)
        manifest = _manifest(dataset, store)
        return Parted(
            _store(parts[0], store, f"{beside}/{kept}", template, manifest),
            _store(parts[1], store, f"quarantine/{spec.name}/{refused}", template, manifest),
        )


def _write(path: Path, reasons: np.ndarray, folder: Path, time: str | None) -> tuple[PartWriter, PartWriter]:
    with PartWriter(folder / "kept.parquet", time) as kept, PartWriter(folder / "out.parquet", time) as refused:
        start = 0
        for group in row_groups(path):
            here = reasons[start : start + len(group)]
            out = pa.array(here != None)  # noqa: E711
            kept.write(group.filter(pc.invert(out)))
            refused.write(group.append_column(REASON, pa.array(here, pa.string())).filter(out))
            start += len(group)
    return kept, refused


def _manifest(dataset: DatasetRef, store: Store) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(store.read(f"{key_of(store, dataset.uri)}/manifest.json"))
    except KeyError:
        return {}
    return manifest


def _store(part: PartWriter, store: Store, key: str, template: DatasetRef, manifest: dict[str, Any]) -> DatasetRef:
    types = {column.name: column.type for column in template.columns}
    ref = template.model_copy(
        update={
            "uri": f"{store.uri}/{key}",
            "fingerprint": key.rpartition("/")[2],
            "rows": part.rows,
            "columns": part.columns(types),
            "time_range": part.time_range,
        }
    )
    # The manifest comes last: a dataset without one was never finished.
    if not store.exists(f"{key}/manifest.json"):
        store.upload(f"{key}/data.parquet", part.path)
        own = ref.model_dump(mode="json", exclude={"uri", "reused", "cause"})
        store.put(f"{key}/manifest.json", canonical_json(manifest | own).encode())
    return ref
