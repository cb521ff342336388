"""The process of a task: it works in a scratch folder of its own, and does not outlive who watches over it."""

from __future__ import annotations

import ctypes
import signal
import sys
from typing import Any

_SET_PARENT_DEATH_SIGNAL = 1


def settle_in(context: Any) -> None:
    """Prepare the process for the work of a task; Airflow calls it just before the operator."""
    from include.storage.scratch import work_in_scratch

    if has_a_supervisor():
        die_with_the_parent()
    work_in_scratch()


def has_a_supervisor() -> bool:
    """Return whether the parent of this process is a supervisor, and not whoever started a local run."""
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import CommsDecoder

    return isinstance(getattr(task_runner, "SUPERVISOR_COMMS", None), CommsDecoder)


def die_with_the_parent() -> None:
    """Ask the kernel to kill this process when its parent ends (Linux only).

    A task whose supervisor was killed is tried again as soon as Airflow misses its heartbeats. Left alone, it would
    write on beside its own retry.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
