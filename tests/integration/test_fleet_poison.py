"""Poisoned segments: whatever the rows of one do to its process, the others are trained, and it is named."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.fleet import chunk
from tests.integration.fleets import DIES, HANGS, RAISES, Fleets, Round, mlflow_of_its_own, poisoned, sales

pytestmark = pytest.mark.integration

KINDS = {RAISES: "ArithmeticError: no line goes", DIES: "its process died", HANGS: "took longer than"}
POISONED = {f"town {at:03d}": list(KINDS)[at % 3] for at in range(2, 60, 6)}
TERMS = {
    "segment_by": {"columns": ["town"], "rows_at_least": 20, "timeout": "20s", "failed_at_most": 0.2},
    "training": {
        "estimator": "tests.integration.fleets.Poisoned",
        "allowed_packages": ["tests"],
        "trusted_types": ["tests.integration.fleets.Poisoned"],
    },
}


@pytest.fixture(scope="module")
def fleets(empty_mlflow_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleets]:
    folder = tmp_path_factory.mktemp("poison")
    with mlflow_of_its_own(empty_mlflow_database, folder):
        made = Fleets(folder, TERMS)
        made.write(poisoned(sales(60, 160), **{name.replace(" ", "_"): kind for name, kind in POISONED.items()}))
        yield made


@pytest.fixture(scope="module")
def made(fleets: Fleets) -> Round:
    return fleets.train(slots=1, processes=3)


def test_ten_poisoned_segments_of_sixty_are_named_and_the_others_have_their_models(made: Round) -> None:
    assert sorted(made.outcomes()["failed"]) == sorted(POISONED)
    assert len(made.outcomes()["passed"]) == 50
    for name, kind in POISONED.items():
        assert made.results[name].reason.startswith(KINDS[kind]), name
        assert made.results[name].served_by == "pooled"
    failed = made.evidence.find("segments_failed")
    assert failed is not None
    assert all(name in failed.detail for name in POISONED)


def test_so_many_may_fail_as_the_spec_says_and_not_one_more(fleets: Fleets, made: Round) -> None:
    assert made.verdict(fleets.spec).passed
    assert fleets.spec.segment_by is not None
    strict = fleets.spec.segment_by.model_copy(update={"failed_at_most": 9 / 60})
    assert made.verdict(fleets.spec.model_copy(update={"segment_by": strict})).outcome == "blocked"


def test_a_chunk_that_is_there_stands_and_is_not_worked_on_again(
    fleets: Fleets, made: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk, "open_work", None)
    again = [chunk.train_chunk(fleets.spec, one, fleets.store, processes=1, before={}) for one in made.chunks]
    assert again == made.keys


CHUNK = """
import json, sys
from include.domain.fleet import ChunkRef
from include.domain.spec import ModelSpec
from include.fleet.chunk import train_chunk
from include.storage.store import open_store
spec, chunk, store = (json.loads(text) for text in sys.argv[1:])
train_chunk(ModelSpec.model_validate(spec), ChunkRef.model_validate(chunk), open_store(store), processes=2, before={})
"""


def test_a_task_that_is_killed_leaves_no_process_behind_and_its_retry_comes_to_the_same(
    fleets: Fleets, made: Round
) -> None:
    (fleets.folder / "store" / made.keys[0]).unlink()
    asked = [json.dumps(one) for one in (fleets.spec.to_json(), made.chunks[0].to_json(), str(fleets.folder / "store"))]
    task = subprocess.Popen([sys.executable, "-c", CHUNK, *asked], cwd=Path(__file__).parents[2])
    children = _await_children(task.pid, 2)
    task.send_signal(signal.SIGKILL)
    task.wait()
    deadline = time.monotonic() + 30
    while any(map(_lives, children)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [child for child in children if _lives(child)] == []
    key = chunk.train_chunk(fleets.spec, made.chunks[0], fleets.store, processes=3, before={})
    assert key == made.keys[0]
    again = fleets.assembled(made.plan, made.chunks, [key, *made.keys[1:]])
    assert again.run.run_id == made.run.run_id
    assert again.outcomes() == made.outcomes()


def _await_children(pid: int, count: int) -> list[int]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        found = [
            int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()
        ]
        if len(found) >= count:
            return found
        time.sleep(0.05)
    raise AssertionError("no process was forked")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
