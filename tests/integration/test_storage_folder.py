"""The folder on a disk that is really full."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.domain.errors import UnavailableError
from include.storage.folder import FolderStore
from include.storage.keys import INCOMING

pytestmark = pytest.mark.integration


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_disk_that_fills_up_names_the_folder_and_shows_nothing_half(small_disk: Path, tmp_path: Path) -> None:
    store = FolderStore(small_disk / "store")
    store.put("old", b"old")
    (tmp_path / "large").write_bytes(b"x" * (2 << 20))
    for write in (
        lambda: store.put("old", b"x" * (2 << 20)),
        lambda: store.put_if_absent("new", b"x" * (2 << 20)),
        lambda: store.upload("new", tmp_path / "large"),
    ):
        with pytest.raises(UnavailableError, match=f"{store.folder} cannot be used: No space left"):
            write()
    assert store.keys("") == ["old"]
    assert store.read("old") == b"old"
    assert list((store.folder / INCOMING).iterdir()) == []
