"""A process does not outlive the one that it works for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from include.deployment.parents import die_with_the_parent

WATCHER = """
import os, sys, time
from include.deployment.parents import die_with_the_parent
child = os.fork()
if child == 0:
    if sys.argv[1] == "settled":
        die_with_the_parent()
    print(os.getpid(), flush=True)
    time.sleep(60)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux does it")
@pytest.mark.parametrize(("how", "lives_on"), [("settled", False), ("as it was", True)])
def test_a_task_does_not_outlive_a_watcher_that_was_killed(how: str, lives_on: bool) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", WATCHER, how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as watcher:
        assert watcher.stdout is not None
        task = psutil.Process(int(watcher.stdout.readline()))
        watcher.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + (2 if lives_on else 20)
    while _lives(task) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _lives(task) is lives_on
    if lives_on:
        task.kill()


def test_elsewhere_than_on_linux_nothing_is_asked_of_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("ctypes.CDLL", None)
    assert die_with_the_parent() is None


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux does it")
def test_who_comes_after_the_end_of_its_parent_ends_too() -> None:
    code = "from include.deployment.parents import die_with_the_parent; die_with_the_parent(1); print('lives')"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"")


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
