from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from include.simulators.example_data import EXAMPLES, write_example_data


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_example_data(tmp_path_factory.mktemp("home") / "new" / "data")


def test_every_example_is_a_file(written: list[Path]) -> None:
    assert [path.name for path in written] == list(EXAMPLES)
    assert {path.name for path in written[0].parent.iterdir()} == set(EXAMPLES)


def test_writing_again_writes_the_same_bytes(written: list[Path]) -> None:
    before = [hashlib.sha256(path.read_bytes()).hexdigest() for path in written]
    again = write_example_data(written[0].parent)
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in again] == before


def test_the_real_data_are_those_of_the_library(written: list[Path]) -> None:
    frame = pd.read_csv(written[0])
    assert frame.shape == (569, 31)
    assert "mean_radius" in frame.columns
