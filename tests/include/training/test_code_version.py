from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from include.training.code_version import code_version, own_version


def _git(folder: Path, *arguments: str) -> None:
    person = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *person, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    _git(tmp_path, "init")
    (tmp_path / "a.py").write_text("1\n")
    _git(tmp_path, "add", "a.py")
    _git(tmp_path, "commit", "-m", "first")
    return tmp_path


def test_a_clean_checkout_is_its_commit(repository: Path) -> None:
    found = code_version(repository)
    assert len(found["commit"]) == 40
    assert found["dirty"] == "false"


@pytest.mark.parametrize("name", ["a.py", "new.py"])
def test_a_changed_or_new_file_is_told(repository: Path, name: str) -> None:
    (repository / name).write_text("2\n")
    assert code_version(repository)["dirty"] == "true"


def test_no_repository_and_no_git_are_no_mistake(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert code_version(tmp_path_factory.mktemp("bare")) == {}
    monkeypatch.setenv("PATH", "")
    assert code_version(repository) == {}


def test_a_process_asks_for_its_own_commit_once() -> None:
    assert own_version() is own_version()
    assert own_version() == code_version()
