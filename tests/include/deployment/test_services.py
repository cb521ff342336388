"""Processes that are kept running."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from include.deployment.services import Service, running
from include.domain.errors import SluiceError

CHILD = "import time; time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {CHILD!r}]); {CHILD}"


def group_is_alive(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_is_left_of_a_service_and_its_children(tmp_path: Path) -> None:
    with running([Service("parent", [sys.executable, "-c", PARENT])], os.environ, tmp_path) as processes:
        assert group_is_alive(processes[0].pid)
    assert not group_is_alive(processes[0].pid)


def test_a_service_that_ends_early_is_named_with_its_log(tmp_path: Path) -> None:
    dies = Service("mlflow", [sys.executable, "-c", "print('no'); raise SystemExit(3)"], "http://127.0.0.1:9/health")
    expected = pytest.raises(SluiceError, match=r"mlflow ended with code 3: see .*mlflow\.log")
    with expected, running([dies], os.environ, tmp_path):
        pass
    assert (tmp_path / "mlflow.log").read_text() == "no\n"
