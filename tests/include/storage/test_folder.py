from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from include.domain.errors import SluiceError, UnavailableError
from include.storage.folder import FolderStore
from include.storage.keys import INCOMING


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


def _full_disk(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_nothing_is_made_before_the_first_write(store: FolderStore) -> None:
    assert store.keys("") == []
    assert not store.exists("a")
    assert not store.folder.exists()


def test_an_object_is_a_file_of_the_same_name(store: FolderStore) -> None:
    store.put("ledger/adult/00000001.json", b"{}")
    assert (store.folder / "ledger/adult/00000001.json").read_bytes() == b"{}"
    assert store.local_copy("ledger/adult/00000001.json") == store.folder / "ledger/adult/00000001.json"


def test_no_unfinished_file_is_left_or_listed(store: FolderStore) -> None:
    store.put("a", b"1")
    store.put_if_absent("a", b"2")
    store.put_if_absent("b", b"2")
    assert list((store.folder / INCOMING).iterdir()) == []
    (store.folder / INCOMING / "left.by.a.killed.process").write_bytes(b"half")
    assert store.keys("") == ["a", "b"]


def test_the_umask_decides_who_may_read(store: FolderStore) -> None:
    before = os.umask(0o027)
    try:
        store.put("a", b"")
    finally:
        os.umask(before)
    assert (store.folder / "a").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("verb", ["put", "put_if_absent", "upload"])
def test_a_full_disk_names_the_folder_and_leaves_nothing_half_visible(
    store: FolderStore, verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("old", b"old")
    (tmp_path / "source").write_bytes(b"new")
    content = tmp_path / "source" if verb == "upload" else b"new"
    monkeypatch.setattr(os, "fsync", _full_disk)
    for key in ("new", "old") if verb != "put_if_absent" else ("new",):
        with pytest.raises(UnavailableError, match=f"{store.folder} cannot be used: No space left"):
            getattr(store, verb)(key, content)
    assert store.keys("") == ["old"]
    assert store.read("old") == b"old"
    assert list((store.folder / INCOMING).iterdir()) == []


@pytest.mark.parametrize("verb", ["put", "put_if_absent"])
def test_a_writer_that_dies_half_way_leaves_nothing_visible(store: FolderStore, verb: str) -> None:
    store.put("before", b"")
    child = os.fork()
    if child == 0:
        os.fsync = lambda descriptor: os._exit(9)
        getattr(store, verb)("half", b"x" * 100_000)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert not store.exists("half")
    assert store.keys("") == ["before"]
    assert getattr(store, verb)("half", b"whole") in (None, True)
    assert store.read("half") == b"whole"


def test_a_reader_meets_all_of_the_old_or_all_of_the_new(store: FolderStore) -> None:
    contents = [bytes([i]) * 200_000 for i in range(8)]
    store.put("a", contents[0])
    child = os.fork()
    if child == 0:
        for content in contents * 4:
            store.put("a", content)
        os._exit(0)
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        assert store.read("a") in contents


def test_a_symbolic_link_does_not_lead_out(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(b"secret")
    store.put("a", b"")
    (store.folder / "link").symlink_to(tmp_path / "outside")
    for verb in (store.read, store.exists, store.local_copy):
        with pytest.raises(SluiceError, match="leads out"):
            verb("link/secret")
    with pytest.raises(SluiceError, match="leads out"):
        store.put("link/secret", b"")
    assert (tmp_path / "outside" / "secret").read_bytes() == b"secret"


def test_an_object_is_no_folder_and_a_folder_no_object(store: FolderStore) -> None:
    store.put("a/b", b"")
    with pytest.raises(SluiceError, match="a/b cannot be both"):
        store.put("a/b/c", b"")
    with pytest.raises(SluiceError, match="store/a cannot be both"):
        store.put("a", b"")


def test_a_link_whose_answer_was_lost_still_wins(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def answer_lost(source: Path, target: Path) -> None:
        link(source, target)
        raise FileExistsError(errno.EEXIST, "exists", str(target))

    monkeypatch.setattr(os, "link", answer_lost)
    assert store.put_if_absent("a", b"mine")
    assert store.read("a") == b"mine"


def test_a_file_system_without_hard_links_is_said_to_be_unusable(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(UnavailableError, match="Operation not permitted"):
        store.put_if_absent("a", b"")
    assert store.keys("") == []


def test_an_absent_source_is_not_blamed_on_the_store(store: FolderStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.upload("a", tmp_path / "nowhere")
