"""Temporary files live as long as the process that wrote them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WORK = """
import os, signal, sys, tempfile
from include.storage.scratch import work_in_scratch
folder = work_in_scratch()
assert work_in_scratch() == folder
made = tempfile.mkdtemp()
assert made.startswith(str(folder)), made
# A fork ends before its parent and must not take the folder with it.
child = os.fork()
if child == 0:
    sys.exit(0)
os.waitpid(child, 0)
assert os.path.isdir(made)
print(os.listdir(folder.parent))
if sys.argv[1] == "killed":
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "stopped":
    raise SystemExit(3)
"""


def work(end: str, folder: Path) -> tuple[int, int]:
    """Return with what code a process ended, and how many scratch folders it saw."""
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", WORK, end], env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    return done.returncode, done.stdout.count("sluice-scratch")


def test_a_process_takes_its_scratch_along_when_it_ends(tmp_path: Path) -> None:
    assert work("ended", tmp_path) == (0, 1)
    assert work("stopped", tmp_path) == (3, 1)
    assert list(tmp_path.iterdir()) == []


def test_the_scratch_of_a_process_that_was_killed_goes_with_the_next_one(tmp_path: Path) -> None:
    assert work("killed", tmp_path) == (-9, 1)
    assert len(list(tmp_path.iterdir())) == 1
    assert work("ended", tmp_path) == (0, 1)
    assert list(tmp_path.iterdir()) == []
