"""What parsing costs: no heavy library, and one broken spec hides no other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from include.bench.parse import SPEC
from include.deployment.airflow_settings import airflow_environment
from include.deployment.home import PROJECT, Home
from include.deployment.ports import Ports


def parsed(root: Path) -> dict[str, Any]:
    """Parse one spec without fault between two that have one, in a process of its own."""
    wrong = SPEC.format(number=2).replace('schedule: "0 3 * * 1"', "schedule: {timetable: include.no_such.Timetable}")
    (root / "specs").mkdir()
    for name, text in {
        "broken": "name: broken\ntarget: y\n",
        "model_0001": SPEC.format(number=1),
        "model_0002": wrong,
    }.items():
        (root / "specs" / f"{name}.yaml").write_text(text)
    home = Home(root=root, store=f"file://{root}/store", tracking="sqlite://", specs=root / "specs")
    home.create()
    command = [sys.executable, "-m", "plugins.parsing", str(PROJECT / "dags")]
    environment = {**airflow_environment(home, Ports()), **home.environment()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_parsing_shows_what_is_wrong_hides_no_other_model_and_loads_no_heavy_library(tmp_path: Path) -> None:
    seen = parsed(tmp_path)
    assert seen["heavy"] == []
    assert seen["dags"] == 4
    assert [Path(file).name for file in seen["errors"]] == ["broken_specs.py"]
    told = next(iter(seen["errors"].values()))
    assert "broken.yaml:2" in told
    assert "model_0002.yaml: schedule.timetable" in told
