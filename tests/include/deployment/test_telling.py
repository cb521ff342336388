"""A notice from the command line: told by a process of Airflow, and a failure to tell is said and not raised."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from include.deployment import telling
from include.deployment.home import Home
from include.domain.notice import Notice
from include.domain.spec import NotifySpec

NOTICE = Notice(event="rolled_back", model="churn", headline="rolled back to version 1 from version 2")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.from_environment({"SLUICE_HOME": str(tmp_path)})
    home.create()
    return home


def no_process(*_: Any, **__: Any) -> Any:
    raise AssertionError("a process was started")


@pytest.mark.parametrize("to", [NotifySpec(), NotifySpec(email=("a@b.org",), on=("promoted",))])
def test_where_nobody_wants_to_hear_no_process_is_started(
    home: Home, to: NotifySpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", no_process)
    assert telling.tell(home, NOTICE, to) == ""


@pytest.mark.parametrize(
    "error", [OSError("no more processes"), subprocess.TimeoutExpired("tell", 60)], ids=["os", "slow"]
)
def test_a_process_that_fails_is_said(home: Home, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(subprocess, "run", failing)
    assert telling.tell(home, NOTICE, NotifySpec(email=("a@b.org",))) == f"nobody was told: {error}"


@pytest.mark.integration
def test_a_connection_of_the_installation_is_used_and_a_missing_one_is_said(home: Home) -> None:
    assert "did not take the notice" in telling.tell(home, NOTICE, NotifySpec(email=("a@b.org",)))
