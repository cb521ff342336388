from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import include
from include.storage.code import LIBRARIES, fingerprint_of_code, fingerprint_of_environment


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in (("data/__init__.py", ""), ("data/frames.py", "x = 1\n"), ("training/rows.py", "y = 2\n")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(include, "__file__", str(tmp_path / "__init__.py"))
    fingerprint_of_code.cache_clear()
    return tmp_path


def _fingerprint(*rooms: str) -> str:
    fingerprint_of_code.cache_clear()
    return fingerprint_of_code(*rooms)


def test_the_fingerprint_is_the_hash_of_names_lengths_and_bytes(house: Path) -> None:
    expected = hashlib.sha256(b"data/__init__.py 0\ndata/frames.py 6\nx = 1\n").hexdigest()
    assert _fingerprint("data") == expected


def test_a_changed_byte_changes_it(house: Path) -> None:
    before = _fingerprint("data")
    (house / "data/frames.py").write_text("x = 2\n")
    assert _fingerprint("data") != before


def test_a_file_that_is_new_or_renamed_changes_it(house: Path) -> None:
    before = _fingerprint("data")
    (house / "data/more.py").write_text("")
    between = _fingerprint("data")
    (house / "data/more.py").rename(house / "data/other.py")
    assert len({before, between, _fingerprint("data")}) == 3


def test_bytes_that_move_between_files_change_it(house: Path) -> None:
    before = _fingerprint("data")
    (house / "data/__init__.py").write_text("x = 1\n")
    (house / "data/frames.py").write_text("")
    assert _fingerprint("data") != before


def test_other_rooms_and_other_files_do_not_matter(house: Path) -> None:
    before = _fingerprint("data")
    (house / "training/rows.py").write_text("changed")
    (house / "data/notes.txt").write_text("changed")
    assert _fingerprint("data") == before


def test_order_and_repetition_of_rooms_do_not_matter(house: Path) -> None:
    assert _fingerprint("data", "training") == _fingerprint("training", "data", "training")


def test_one_module_can_be_asked_about(house: Path) -> None:
    before = _fingerprint("data.frames")
    (house / "data/__init__.py").write_text("changed")
    assert _fingerprint("data.frames") == before


def test_an_absent_room_is_no_empty_room(house: Path) -> None:
    with pytest.raises(ValueError, match=r"include\.kitchen"):
        _fingerprint("kitchen")


def test_the_files_are_read_once_a_process(house: Path) -> None:
    before = _fingerprint("data")
    (house / "data/frames.py").write_text("changed")
    assert fingerprint_of_code("data") == before


def test_the_environment_names_python_machine_and_every_library() -> None:
    seen = fingerprint_of_environment()
    assert seen["python"] == platform.python_version()
    assert set(seen["libraries"]) == set(LIBRARIES)
    assert seen["libraries"]["numpy"] == np.__version__
    assert "absent" not in seen["libraries"].values()


def test_the_number_of_threads_belongs_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    one = fingerprint_of_environment()
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert fingerprint_of_environment() != one


def test_unset_threads_count_as_the_usable_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    assert int(fingerprint_of_environment()["threads"]["MKL_NUM_THREADS"]) >= 1


def test_asking_imports_none_of_the_libraries() -> None:
    code = (
        "import sys; from include.storage.code import fingerprint_of_environment as f; f(); "
        "print(sorted({'numpy', 'pandas', 'sklearn', 'boto3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
