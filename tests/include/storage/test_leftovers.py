"""What a killed process leaves goes; what a living one writes stays."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from include.storage import leftovers
from include.storage.folder import FolderStore
from include.storage.keys import INCOMING
from include.storage.leftovers import STALE_SECONDS, held_file, held_folder, hold, own_name, sweep


def killed_with(folder: Path) -> Path:
    """Return a folder with content whose process was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        made, _ = held_folder(folder, "scratch")
        (made / "inner").mkdir()
        (made / "inner" / "half").write_bytes(b"half")
        os.write(writer, str(made).encode())
        signal.pause()
    made = Path(os.read(reader, 4096).decode())
    assert sweep(folder) == []
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return made


def test_a_folder_goes_after_its_process_was_killed_and_not_before(tmp_path: Path) -> None:
    made = killed_with(tmp_path)
    assert sweep(tmp_path) == [made]
    assert list(tmp_path.iterdir()) == []


def test_what_is_named_otherwise_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "notes").mkdir()
    assert sweep(tmp_path) == []


def test_only_its_age_speaks_against_what_came_from_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("socket.gethostname", lambda: "elsewhere")
        young, old = tmp_path / own_name("young"), tmp_path / own_name("old")
    for path in (young, old):
        path.touch()
    os.utime(old, (0, old.stat().st_mtime - STALE_SECONDS - 1))
    assert sweep(tmp_path) == [old]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "swept").mkdir()
    (tmp_path / "swept" / own_name("link")).symlink_to(tmp_path / "precious")
    assert sweep(tmp_path / "swept") == []
    assert (tmp_path / "precious").is_dir()


def test_a_file_that_was_swept_before_it_was_held_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[list[Path]] = []

    def too_late(path: Path) -> int:
        if not swept:
            swept.append(sweep(tmp_path))
        return hold(path)

    monkeypatch.setattr(leftovers, "hold", too_late)
    made, held = held_file(tmp_path, "data.parquet")
    os.close(held)
    assert [path.exists() for path in (swept[0][0], made)] == [False, True]


def test_writers_and_sweepers_at_once_lose_nothing(tmp_path: Path) -> None:
    def write(number: int) -> None:
        # A store sweeps before its first write.
        FolderStore(tmp_path).put(f"a/{number}", str(number).encode())

    with ThreadPoolExecutor(max_workers=16) as writers:
        list(writers.map(write, range(300)))
    store = FolderStore(tmp_path)
    assert sorted(int(store.read(key)) for key in store.keys("")) == list(range(300))


@pytest.mark.parametrize("verb", ["put", "put_if_absent"])
def test_the_next_writer_takes_away_what_a_killed_one_left(tmp_path: Path, verb: str) -> None:
    child = os.fork()
    if child == 0:
        os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)
        getattr(FolderStore(tmp_path), verb)("half", b"x" * 100_000)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    FolderStore(tmp_path).put("other", b"whole")
    assert list((tmp_path / INCOMING).iterdir()) == []
    assert FolderStore(tmp_path).keys("") == ["other"]
