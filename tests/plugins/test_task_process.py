"""A task's process ends with whoever watches over it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import CommsDecoder

from plugins import task_process
from plugins.task_process import die_with_the_parent, settle_in

WATCHER = """
import os, sys, time
from plugins import task_process
from plugins.task_process import die_with_the_parent, settle_in
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
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
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


@pytest.mark.parametrize("supervised", [True, False])
def test_only_a_task_with_a_supervisor_is_bound_to_its_parent(
    supervised: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(task_process, "die_with_the_parent", lambda: done.append("bound"))
    monkeypatch.setattr("include.storage.scratch.work_in_scratch", lambda: done.append("in scratch"))
    comms = object.__new__(CommsDecoder) if supervised else object()
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", comms, raising=False)
    settle_in({})
    assert done == (["bound", "in scratch"] if supervised else ["in scratch"])


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
