"""The log of predictions: sets of Parquet parts, appended and never overwritten; a set is seen once it is whole.

Of several batches over one window in one role the one shown last counts; what the service answered is added to them.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

import pyarrow as pa
import pyarrow.parquet as pq

from include.data.windows import ALWAYS, in_order
from include.domain.errors import DataError, UnavailableError
from include.domain.prediction_set import Part, PredictionSet, Role
from include.domain.record import canonical_json
from include.domain.references import Window
from include.serving.places import day_of, days_of, meets, parts_prefix, shown_prefix, window_of, window_text
from include.storage.store import Store

_ATTEMPTS = 100


class PredictionLog:
    """All predictions of one model.

    Parameters
    ----------
    store : Store
    model : str

    Notes
    -----
    A part lies under a key that its set and its place in the set give, and is created only if it is not there; so a
    process that takes up the work of one that was killed goes on where that one stopped. A manifest is written after
    the last part. Those of batches are numbered within their window, like entries of a ledger, and the number is
    created by one writer only: no clock decides which set counts.
    """

    def __init__(self, store: Store, model: str) -> None:
        self._store, self._model = store, model

    def has_part(self, set_id: str, place: int) -> Part | None:
        """Return a part that was written before, or None."""
        key = self._part_key(set_id, place)
        if not self._store.exists(key):
            return None
        with pq.ParquetFile(self._store.local_copy(key)) as file:
            return Part(key=key, rows=file.metadata.num_rows)

    def write_part(self, set_id: str, place: int, rows: pa.Table) -> Part:
        """Keep some rows of a set, unless a part was written at that place before; what was written first stays."""
        key = self._part_key(set_id, place)
        buffer = io.BytesIO()
        pq.write_table(rows, buffer, compression="zstd")
        if self._store.put_if_absent(key, buffer.getvalue()):
            return Part(key=key, rows=len(rows))
        kept = self.has_part(set_id, place)
        if kept is None or kept.rows != len(rows):
            raise DataError(f"{self._store.uri}/{key} holds another number of rows than were scored: remove it")
        return kept

    def show(self, made: PredictionSet) -> PredictionSet:
        """Let a set count from now on, and return it; showing the set that counts already changes nothing."""
        content = canonical_json(made.to_json()).encode()
        if made.origin == "service":
            key = (
                f"{shown_prefix(self._model, 'service')}{day_of(made.window)}/{window_text(made.window)}/{made.id}.json"
            )
            self._store.put_if_absent(key, content)
            return made
        prefix = f"{shown_prefix(self._model, 'batch')}{window_text(made.window)}/{made.role}/"
        for _ in range(_ATTEMPTS):
            shown = self._store.keys(prefix)
            if shown:
                last = self._read(shown[-1])
                if last.id == made.id:
                    return last
            if self._store.put_if_absent(f"{prefix}{len(shown) + 1:08d}.json", content):
                return made
        raise UnavailableError(f"{prefix}: other writers won {_ATTEMPTS} positions in a row; try again")

    def append(self, made: PredictionSet, tables: Iterable[pa.Table]) -> PredictionSet:
        """Write tables as the parts of a set and show it; parts and number of rows are filled in."""
        parts = tuple(self.write_part(made.id, place, rows) for place, rows in enumerate(tables))
        return self.show(made.model_copy(update={"parts": parts, "rows": sum(part.rows for part in parts)}))

    def find(self, set_id: str, window: Window, role: Role = "champion") -> PredictionSet | None:
        """Return the batch of that id over exactly this window, whether it counts still or was followed by another."""
        shown = (self._read(key) for key in reversed(self._shown(in_order(window), role)))
        return next((made for made in shown if made.id == set_id), None)

    def newest(self, window: Window, role: Role = "champion") -> PredictionSet | None:
        """Return the batch that counts for exactly this window, or None where it was never scored."""
        shown = self._shown(in_order(window), role)
        return self._read(shown[-1]) if shown else None

    def sets(self, window: Window = ALWAYS, role: Role | None = None) -> list[PredictionSet]:
        """Return every set that counts and may hold predictions of a window: batches by window, then the service's."""
        asked = in_order(window)
        newest: dict[tuple[str, str], str] = {}
        for key in self._store.keys(shown_prefix(self._model, "batch")):
            _, text, of_role, _ = key.rsplit("/", 3)
            if meets(window_of(text), asked) and role in (None, of_role):
                newest[text, of_role] = key
        served = [key for key in self._served(asked) if meets(window_of(key.rsplit("/", 2)[1]), asked)]
        found = [self._read(key) for key in (*newest.values(), *served)]
        return [made for made in found if role in (None, made.role)]

    def windows(self) -> list[Window]:
        """Return the windows that batches were scored for, in their order."""
        keys = self._store.keys(shown_prefix(self._model, "batch"))
        return [window_of(text) for text in sorted({key.rsplit("/", 3)[1] for key in keys})]

    def _served(self, window: Window) -> list[str]:
        prefix, days = shown_prefix(self._model, "service"), days_of(window)
        if days is None:
            return self._store.keys(prefix)
        return [key for day in days for key in self._store.keys(f"{prefix}{day}/")]

    def _shown(self, window: Window, role: Role) -> list[str]:
        return self._store.keys(f"{shown_prefix(self._model, 'batch')}{window_text(window)}/{role}/")

    def _part_key(self, set_id: str, place: int) -> str:
        return f"{parts_prefix(self._model)}{set_id}/part-{place:05d}.parquet"

    def _read(self, key: str) -> PredictionSet:
        try:
            return _parsed(self._store.read(key))
        except ValueError as error:
            raise DataError(f"{self._store.uri}/{key} is no set of predictions any more: restore it") from error


@lru_cache(maxsize=512)
def _parsed(content: bytes) -> PredictionSet:
    """Return a manifest; whoever asks for one window reads those of others again and again, and none ever changes."""
    return PredictionSet.model_validate_json(content)


def new_service_set_id(now: datetime) -> str:
    """Return an id for what the service answered since it last wrote: sorted by time, and nobody else's."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{uuid.uuid4().hex[:12]}"
