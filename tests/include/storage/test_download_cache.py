from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from include.domain.errors import UnavailableError
from include.storage.download_cache import DownloadCache


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DownloadCache:
    monkeypatch.setenv("SLUICE_HOME", str(tmp_path))
    return DownloadCache("http://127.0.0.1/bucket")


def test_a_download_that_fails_leaves_no_file(cache: DownloadCache, tmp_path: Path) -> None:
    def half(to: Path) -> None:
        to.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(UnavailableError, match=f"{tmp_path}.*No space left"):
        cache.file("data/a.parquet", "tag", half)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert cache.file("data/a.parquet", "tag", lambda to: to.write_bytes(b"whole") and None).read_bytes() == b"whole"


def test_the_same_name_in_two_buckets_is_two_files(cache: DownloadCache) -> None:
    other = DownloadCache("http://127.0.0.1/other")
    first = cache.file("a", "tag", lambda to: to.write_bytes(b"1") and None)
    second = other.file("a", "tag", lambda to: to.write_bytes(b"2") and None)
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")


def test_what_a_killed_download_left_goes_with_the_next_one(cache: DownloadCache, tmp_path: Path) -> None:
    def killed(to: Path) -> None:
        to.with_suffix(".part").write_bytes(b"half")
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        cache.file("a", "tag", killed)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert cache.file("a", "tag", lambda to: to.write_bytes(b"whole") and None).read_bytes() == b"whole"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a"]
