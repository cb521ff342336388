"""Secrets of one installation."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from include.deployment.secrets import login_file, open_secrets


def test_secrets_are_made_once(tmp_path: Path) -> None:
    assert open_secrets(tmp_path) == open_secrets(tmp_path)


def test_no_two_installations_share_a_secret(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    mine, theirs = open_secrets(tmp_path), open_secrets(tmp_path / "other")
    assert not set(mine.model_dump().values()) & set(theirs.model_dump().values())


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    open_secrets(tmp_path)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_airflow_finds_the_login_that_the_demo_prints(tmp_path: Path) -> None:
    secrets = open_secrets(tmp_path)
    assert json.loads(login_file(tmp_path).read_text()) == {"admin": secrets.admin_password}
