from __future__ import annotations

from pathlib import Path

import pytest

from include.data.shelf import is_on_shelf, manifest_of
from include.domain.errors import DataError, UnavailableError
from include.storage.store import Store
from tests.fakes import MemoryStore
from tests.include.data.given import snapshot_of, written


class FullStore(MemoryStore):
    """A store whose disk is full from some upload or write on."""

    def __init__(self, fails: str) -> None:
        super().__init__()
        self.fails = fails

    def upload(self, key: str, path: Path) -> None:
        if self.fails == "upload":
            raise OSError(28, "No space left on device")
        super().upload(key, path)

    def put(self, key: str, content: bytes) -> None:
        if self.fails == "manifest" and key.endswith("manifest.json"):
            raise UnavailableError("folder cannot be used: No space left on device; make room")
        super().put(key, content)


@pytest.mark.parametrize("fails", ["upload", "manifest"])
def test_a_full_disk_leaves_nothing_that_looks_like_a_snapshot(here: Path, fails: str) -> None:
    written(here / "x.csv", "y,a\n1,2\n")
    store = FullStore(fails)
    with pytest.raises(UnavailableError, match="make room"):
        snapshot_of(store, "x.csv")
    assert not any(key.endswith("manifest.json") for key in store.objects)
    store.fails = ""
    dataset = snapshot_of(store, "x.csv")
    assert not dataset.reused
    assert is_on_shelf(store, dataset)


def test_the_data_are_there_before_the_manifest(here: Path) -> None:
    written(here / "x.csv", "y,a\n1,2\n")
    store = MemoryStore()
    snapshot_of(store, "x.csv")
    names = [key.rpartition("/")[2] for key in store.objects if key.startswith("snapshots/")]
    assert names == ["data.parquet", "manifest.json"]


def test_the_manifest_comes_back(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a\n1,2\n")
    dataset = snapshot_of(store, "x.csv")
    assert manifest_of(store, dataset).columns == dataset.columns
    elsewhere = dataset.model_copy(update={"uri": f"{store.uri}/snapshots/churn/{'0' * 64}"})
    with pytest.raises(DataError, match="is not in"):
        manifest_of(store, elsewhere)
    store.put(f"snapshots/churn/{dataset.fingerprint}/manifest.json", b"{}")
    with pytest.raises(DataError, match="cannot be read"):
        manifest_of(store, dataset)
