"""Parents: a process that works for another does not outlive it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1


def die_with_the_parent(parent: int | None = None) -> None:
    """Ask the kernel to kill this process when its parent ends (Linux only).

    A task whose supervisor was killed is tried again as soon as Airflow misses its heartbeats. Left alone, it would
    write on beside its own retry.

    Parameters
    ----------
    parent : int, optional
        Process id of the parent, where it may have ended before this was called.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
