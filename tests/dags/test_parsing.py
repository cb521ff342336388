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


def parse(root: Path) -> dict[str, Any]:
    home = Home(root=root, store=f"file://{root}/store", tracking="sqlite://", specs=root / "specs")
    home.create()
    command = [sys.executable, "-m", "plugins.parsing", str(PROJECT / "dags")]
    environment = {**airflow_environment(home, Ports()), **home.environment()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def write_specs(root: Path, **texts: str) -> None:
    (root / "specs").mkdir()
    for name, text in texts.items():
        (root / "specs" / f"{name}.yaml").write_text(text)


def test_a_dag_file_loads_no_heavy_library(tmp_path: Path) -> None:
    write_specs(tmp_path, model_0001=SPEC.format(number=1))
    parsed = parse(tmp_path)
    assert parsed["dags"] == 2
    assert parsed["heavy"] == []


def test_a_schedule_that_airflow_cannot_keep_hides_no_other_model(tmp_path: Path) -> None:
    wrong = SPEC.format(number=2).replace('schedule: "0 3 * * 1"', "schedule: {timetable: include.no_such.Timetable}")
    write_specs(tmp_path, model_0001=SPEC.format(number=1), model_0002=wrong)
    parsed = parse(tmp_path)
    assert parsed["dags"] == 2
    assert "model_0002.yaml: schedule.timetable" in next(iter(parsed["errors"].values()))


def test_a_broken_spec_is_shown_as_an_import_error_and_hides_no_other_model(tmp_path: Path) -> None:
    write_specs(tmp_path, model_0001=SPEC.format(number=1), broken="name: broken\ntarget: y\n")
    parsed = parse(tmp_path)
    assert parsed["dags"] == 2
    assert [Path(file).name for file in parsed["errors"]] == ["broken_specs.py"]
    assert "broken.yaml:2" in next(iter(parsed["errors"].values()))
