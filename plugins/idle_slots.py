"""Idle slots: the memory of a LocalExecutor whose slots have nothing to do.

Run as ``python -m plugins.idle_slots SLOTS`` in the environment of an Airflow process; prints bytes as JSON. Pages that
processes share count once (the sum of their proportional set sizes).
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from pathlib import Path
from typing import Any

from airflow.configuration import conf
from airflow.executors.local_executor import LocalExecutor


def idle_bytes(slots: int) -> dict[str, int]:
    """Start a LocalExecutor with so many slots and return its memory: without the slots, and with them."""
    method = conf.get("scheduler", "mp_start_method", fallback="") or "fork"
    multiprocessing.set_start_method(method, force=True)
    if method == "forkserver":
        multiprocessing.set_forkserver_preload(conf.getlist("scheduler", "mp_forkserver_preload"))
    executor: Any = LocalExecutor(parallelism=slots)  # type: ignore[no-untyped-call]
    executor.start()
    alone = 0
    if method == "forkserver":
        executor._spawn_worker()
        time.sleep(15)
        alone = _proportional_bytes()
    for _ in range(slots - len(executor.workers)):
        executor._spawn_worker()
    time.sleep(5)
    together = _proportional_bytes()
    started = len(executor.workers)
    executor.end()
    return {"slots": started, "first_bytes": alone, "bytes": together}


def _proportional_bytes() -> int:
    """Return the memory of this process and all below it."""
    found = 0
    for process in _processes(os.getpid()):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                found += int(line.split()[1]) * 1024
    return found


def _processes(root: int) -> list[int]:
    """Return a process and all below it."""
    found = [root]
    for process in found:
        for listed in Path(f"/proc/{process}/task").glob("*/children"):
            found += [int(child) for child in listed.read_text(encoding="ascii").split()]
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(idle_bytes(int(sys.argv[1]))) + "\n")
