"""What is loaded before a fork is what its child runs, unless the files are others by then."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from include.deployment.home import PROJECT

SCRIPT = """
import json, os, sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from include.deployment.warm_house import WarmHouse

house = WarmHouse(Path(sys.argv[1]), ["rooms.inner"])
house.load()
loaded = "rooms.inner.said" in sys.modules
{before}
told = Path(sys.argv[1], "told")
if not os.fork():
    was_there = "rooms.inner.said" in sys.modules
    from rooms.inner.said import WORD
    told.write_text(json.dumps([loaded, was_there, WORD]))
    os._exit(0)
os.wait()
"""
EDIT = 'Path(sys.argv[1], "rooms", "inner", "said.py").write_text("WORD = \\"after the edit\\"")'


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("", [True, True, "before"]),
        (EDIT, [True, False, "after the edit"]),
        (f"house.stay(); {EDIT}", [True, True, "before"]),
        ('Path(sys.argv[1], "rooms", "other.py").unlink()', [True, False, "before"]),
    ],
    ids=["nothing changed", "an edit", "an edit after the task began", "a file less"],
)
def test_a_child_runs_what_was_loaded_unless_the_files_changed_before_it_began(
    tmp_path: Path, before: str, told: list[Any]
) -> None:
    inner = tmp_path / "rooms" / "inner"
    inner.mkdir(parents=True)
    for path in (tmp_path / "rooms", inner):
        (path / "__init__.py").write_text("")
    (tmp_path / "rooms" / "other.py").write_text("")
    (inner / "said.py").write_text('WORD = "before"')
    (inner / "unfinished.py").write_text("def (")
    command = [sys.executable, "-B", "-c", SCRIPT.format(before=before), str(tmp_path)]
    subprocess.run(command, cwd=PROJECT, check=True, timeout=60)
    assert json.loads((tmp_path / "told").read_text()) == told
