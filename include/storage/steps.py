"""Steps: what a step made of which fingerprint, so that an unchanged step is reused and a changed one says why."""

from __future__ import annotations

import json
from typing import Any

from include.domain.fingerprint import Fingerprint
from include.domain.record import canonical_json
from include.storage.store import Store


class StepRecords:
    """Results of steps under ``steps/<model>/<step>/<fingerprint>.json``, and the fingerprint that came last.

    Parameters
    ----------
    store : Store

    Examples
    --------
    >>> import tempfile
    >>> from include.storage.store import open_store
    >>> records = StepRecords(open_store(tempfile.mkdtemp()))
    >>> shallow, deep = Fingerprint(parts={"depth": 3}), Fingerprint(parts={"depth": 4})
    >>> records.remember("adult", "train_model", shallow, {"run_id": "r1"})
    >>> records.recall("adult", "train_model", shallow)
    {'run_id': 'r1'}
    >>> records.recall("adult", "train_model", deep) is None
    True
    >>> deep.causes(since=records.latest("adult", "train_model"))
    ['depth changed from 3 to 4']
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def recall(self, model: str, step: str, fingerprint: Fingerprint) -> dict[str, Any] | None:
        """Return what the step made of the fingerprint, or None where it has to run."""
        found = self._read(f"steps/{model}/{step}/{fingerprint.value}.json")
        # A record that does not hold what its name says proves nothing about this fingerprint.
        if found is None or found[0].value != fingerprint.value:
            return None
        return found[1]

    def latest(self, model: str, step: str) -> Fingerprint | None:
        """Return the fingerprint that was remembered last; of concurrent writers, the last one's."""
        found = self._read(f"steps/{model}/{step}/latest.json")
        return None if found is None else found[0]

    def remember(self, model: str, step: str, fingerprint: Fingerprint, result: dict[str, Any]) -> None:
        """Store what the step made of the fingerprint; on reuse as well, so that the latest is what was used last."""
        content = canonical_json({"fingerprint": fingerprint.parts, "result": result}).encode()
        self._store.put(f"steps/{model}/{step}/{fingerprint.value}.json", content)
        self._store.put(f"steps/{model}/{step}/latest.json", content)

    def _read(self, key: str) -> tuple[Fingerprint, dict[str, Any]] | None:
        try:
            content = json.loads(self._store.read(key))
            return Fingerprint(parts=content["fingerprint"]), dict(content["result"])
        except (KeyError, TypeError, ValueError):
            return None
