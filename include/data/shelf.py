"""The shelf: snapshots under the name of their content, each stored once and visible only when it is whole."""

from __future__ import annotations

import json

from pydantic import ValidationError

from include.data.measuring import Measured
from include.data.windows import ALWAYS
from include.domain.errors import DataError
from include.domain.record import Record, canonical_json
from include.domain.references import Column, DatasetRef, Window
from include.storage.store import Store, key_of


class Manifest(Record):
    """What a snapshot holds and where it came from; written last, so that a snapshot with a manifest is whole.

    Parameters
    ----------
    source : str
        Without secrets.
    query : str, optional
        The SELECT, where the source is a database.
    window : Window
    rows : int
    rows_without_time : int
        Rows left out because they name no time, where a window was asked for.
    columns : tuple of Column
    time : str, optional
        Column that holds event time.
    time_range : tuple of str, optional
        First and last event time, ISO 8601.
    fingerprint : str
    """

    source: str
    query: str | None = None
    window: Window = ALWAYS
    rows: int
    rows_without_time: int = 0
    columns: tuple[Column, ...]
    time: str | None = None
    time_range: tuple[str, str] | None = None
    fingerprint: str


def put_on_shelf(
    store: Store,
    model: str,
    measured: Measured,
    *,
    source: str,
    time: str | None,
    query: str | None = None,
    window: Window = ALWAYS,
    rows_without_time: int = 0,
    causes: str = "",
) -> DatasetRef:
    """Store a measured file unless its content is there already, and return what names it.

    The file comes first and the manifest last. Two writers of one content write the same, so neither needs to wait.
    """
    key = f"snapshots/{model}/{measured.fingerprint}"
    known = store.exists(f"{key}/manifest.json")
    if not known:
        moments = measured.time_range and (measured.time_range[0].isoformat(), measured.time_range[1].isoformat())
        manifest = Manifest(
            source=source,
            query=query,
            window=window,
            rows=measured.rows,
            rows_without_time=rows_without_time,
            columns=measured.columns,
            time=time,
            time_range=moments,
            fingerprint=measured.fingerprint,
        )
        store.upload(f"{key}/data.parquet", measured.path)
        store.put(f"{key}/manifest.json", canonical_json(manifest.to_json()).encode())
    return DatasetRef(
        uri=f"{store.uri}/{key}",
        fingerprint=measured.fingerprint,
        rows=measured.rows,
        columns=measured.columns,
        time=time,
        time_range=measured.time_range,
        source=source,
        window=window,
        reused=known,
        cause=f"{causes}; the same content was stored already" if known else causes,
    )


def is_on_shelf(store: Store, dataset: DatasetRef) -> bool:
    """Return whether a snapshot is whole in this store."""
    inside = dataset.uri.startswith(f"{store.uri}/")
    return inside and store.exists(f"{key_of(store, dataset.uri)}/manifest.json")


def manifest_of(store: Store, dataset: DatasetRef) -> Manifest:
    """Return the manifest of a snapshot.

    Raises
    ------
    DataError
        Where the snapshot is not in the store, or its manifest was changed.
    """
    try:
        return Manifest.model_validate(json.loads(store.read(f"{key_of(store, dataset.uri)}/manifest.json")))
    except KeyError as error:
        raise DataError(f"snapshot {dataset.fingerprint[:12]} is not in {store.uri}: take it again") from error
    except (ValueError, ValidationError) as error:
        raise DataError(f"the manifest of snapshot {dataset.fingerprint[:12]} cannot be read: take it again") from error
