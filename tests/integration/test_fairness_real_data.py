"""A fairness gate on real data, as a user meets it: what fails it moves nothing, what is not asked is promoted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from include.registry.aliases import history
from include.storage.store import open_store

pytestmark = pytest.mark.integration
SEX = {"observation": "demographic_parity_difference.sex", "at_most": 0.05}


class House:
    """An installation of its own, with a spec of Adult."""

    def __init__(self, folder: Path, data: str) -> None:
        self.folder = folder
        (folder / "specs").mkdir()
        self.environment = {
            **os.environ,
            "SLUICE_HOME": str(folder / "state"),
            "SLUICE_SPECS": str(folder / "specs"),
            "COLUMNS": "200",
        }
        self.spec = folder / "specs" / "adult.yaml"
        assert self.sluice("new", "adult", "--data", data, "--target", "class").returncode == 0
        self.drafted = yaml.safe_load(self.spec.read_text(encoding="utf-8"))

    def sluice(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).parent / "sluice"), *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def run(self, *bounds: dict[str, object]) -> subprocess.CompletedProcess[str]:
        gates = {**self.drafted["gates"], "bounds": list(bounds)}
        self.spec.write_text(yaml.safe_dump({**self.drafted, "gates": gates}), encoding="utf-8")
        return self.sluice("run", "adult")

    def moves(self) -> list[str]:
        return [entry.action for entry in history(open_store(str(self.folder / "state" / "store")), "adult")]


def test_a_model_that_treats_the_sexes_too_differently_moves_nothing(tmp_path: Path) -> None:
    data = Path(os.environ.get("SLUICE_REAL_DATA", "real-data"), "adult.parquet")
    if not data.exists():
        pytest.skip("SLUICE_REAL_DATA names no folder with adult.parquet")
    house = House(tmp_path, str(data.resolve()))
    first = house.run(SEX)
    assert first.returncode == 3, first.stdout + first.stderr
    assert "demographic_parity_difference.sex" in first.stdout
    assert "0.191832 [0.17" in first.stdout
    assert house.moves() == []
    free = house.run()
    assert free.returncode == 0, free.stdout + free.stderr
    assert house.moves() == ["challenge", "promote"]
    again = house.run(SEX)
    assert again.returncode == 3, again.stdout + again.stderr
    assert house.moves() == ["challenge", "promote"]
