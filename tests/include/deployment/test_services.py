"""Processes that are kept running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from include.deployment.services import Service, running
from include.domain.errors import SluiceError

CHILD = "import time; time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {CHILD!r}]); {CHILD}"


def group_is_alive(leader: int) -> bool:
    # Whoever was killed is there until somebody has taken note of it: ask again.
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_is_left_of_a_service_and_its_children(tmp_path: Path) -> None:
    with running([Service("parent", [sys.executable, "-c", PARENT])], os.environ, tmp_path) as processes:
        assert group_is_alive(processes[0].pid)
    until(lambda: not group_is_alive(processes[0].pid))


KEEPER = f"""
import os, pathlib, signal, sys, time
from include.deployment.services import Service, interruptible, running
signal.signal(signal.SIGINT, signal.SIG_IGN)
child = Service("child", [sys.executable, "-c", {CHILD!r}])
try:
    with interruptible(), running([child], os.environ, pathlib.Path(sys.argv[1])) as processes:
        print(processes[0].pid, flush=True)
        time.sleep(60)
except KeyboardInterrupt:
    print("interrupted", signal.getsignal(signal.SIGINT) is signal.SIG_IGN)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_keeps_services_in_the_background_of_a_shell_may_be_told_to_stop(how: int, tmp_path: Path) -> None:
    keeper = subprocess.Popen([sys.executable, "-c", KEEPER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert keeper.stdout is not None
    child = int(keeper.stdout.readline())
    keeper.send_signal(how)
    assert keeper.communicate(timeout=30)[0] == "interrupted True\n"
    until(lambda: not group_is_alive(child))


def test_a_service_that_is_killed_is_started_again_without_what_it_had_started(tmp_path: Path) -> None:
    with running([Service("parent", [sys.executable, "-c", PARENT])], os.environ, tmp_path) as processes:
        first = processes[0]
        time.sleep(1)
        first.send_signal(signal.SIGKILL)
        until(lambda: processes[0] is not first)
        assert processes[0].poll() is None
        until(lambda: not group_is_alive(first.pid))
    until(lambda: not group_is_alive(processes[0].pid))


def test_a_service_that_cannot_be_started_any_more_is_waited_for_longer_and_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.deployment.services.PATIENCE_SECONDS", (0.05, 0.05, 3600))
    with running([Service("dies", [sys.executable, "-c", "print('no')"])], os.environ, tmp_path) as processes:
        first = processes[0]
        until(lambda: (tmp_path / "dies.log").read_text() == "no\n" * 3)
        time.sleep(0.5)
        assert processes[0] is not first
    # Once at first, twice again; the third wait is an hour.
    assert (tmp_path / "dies.log").read_text() == "no\n" * 3


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_service_that_ends_early_is_named_with_its_log(tmp_path: Path) -> None:
    dies = Service("mlflow", [sys.executable, "-c", "print('no'); raise SystemExit(3)"], "http://127.0.0.1:9/health")
    expected = pytest.raises(SluiceError, match=r"mlflow ended with code 3: see .*mlflow\.log")
    with expected, running([dies], os.environ, tmp_path):
        pass
    assert (tmp_path / "mlflow.log").read_text() == "no\n"
