"""Scratch: a folder for whatever a process writes on the way, gone with the process, even with one that is killed."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from include.storage.leftovers import held_folder, sweep

_STEM = "sluice-scratch"


def work_in_scratch() -> Path:
    """Let this process, its libraries and its children put temporary files into a folder of its own, and return it.

    The folder goes when the process ends. Those of processes that were killed go now, at the start of the next one.
    """
    root = Path(tempfile.gettempdir())
    if root.name.startswith(_STEM):
        return root
    sweep(root, f"{_STEM}.*")
    # Held for as long as the process lives: nobody closes the descriptor but its end.
    folder, _ = held_folder(root, _STEM)
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    atexit.register(_forget, folder, root, os.getpid())
    return folder


def _forget(folder: Path, root: Path, owner: int) -> None:
    # A forked child inherits the duty but not the folder.
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
        tempfile.tempdir = os.environ["TMPDIR"] = str(root)
