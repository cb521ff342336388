"""Limits of a machine: data larger than memory, and a disk that is full."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from include.data.snapshot import take_snapshot
from include.domain.errors import UnavailableError
from include.storage.store import open_store
from tests.specs import a_spec

pytestmark = pytest.mark.integration

ROWS = 1_500_000
MEGABYTES = 1000

_READ = """
import sys
from include.data.snapshot import take_snapshot
from include.storage.store import open_store
from include.training.step_costs import peak_memory_bytes
from tests.specs import a_spec
data = {"source": sys.argv[1], "target": "d0", "time": "t"}
spec = a_spec(task="regression", data=data, training={"estimator": "sklearn.linear_model.Ridge"})
dataset = take_snapshot(spec, open_store(sys.argv[2]))
print(dataset.rows, dataset.reused, peak_memory_bytes() // 2**20)
"""


def _csv(path: Path, rows: int) -> Path:
    columns = [f"(hash(i * 31 + {k}) % 1000000)::BIGINT AS i{k}" for k in range(6)]
    columns += [f"(hash(i * 37 + {k}) % 1000000) / 1000.0 AS d{k}" for k in range(7)]
    columns += [f"['red', 'green', 'blue'][1 + (hash(i * 41 + {k}) % 3)::INT] AS s{k}" for k in range(5)]
    columns += ["TIMESTAMP '2018-01-01' + to_seconds((hash(i) % 30000000)::BIGINT) AS t", "hash(i + 7) % 2 = 0 AS b"]
    duckdb.connect().execute(f"COPY (SELECT {', '.join(columns)} FROM range({rows}) r(i)) TO '{path}' (HEADER)")
    return path


def test_a_table_of_twenty_columns_is_read_within_its_bound_of_memory_and_only_once(tmp_path: Path) -> None:
    path = _csv(tmp_path / "large.csv", ROWS)
    seen = []
    for _ in range(2):
        command = [sys.executable, "-c", _READ, str(path), str(tmp_path / "store")]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows, reused, megabytes = done.stdout.split()
        assert int(rows) == ROWS
        assert int(megabytes) < MEGABYTES
        seen.append(reused)
    assert seen == ["False", "True"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder with a file system of 1 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mount.returncode:
        pytest.skip("no right to mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("full", ["working folder", "store"])
def test_a_full_disk_says_so_and_leaves_nothing_that_looks_whole(
    small_disk: Path, tmp_path: Path, full: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _csv(tmp_path / "x.csv", 60_000)
    store = open_store(str(small_disk / "store" if full == "store" else tmp_path / "store"))
    if full == "working folder":
        monkeypatch.setattr("tempfile.tempdir", str(small_disk))
    data = {"source": str(path), "target": "d0"}
    spec = a_spec(task="regression", data=data, training={"estimator": "sklearn.linear_model.Ridge"})
    with pytest.raises(UnavailableError, match="make room"):
        take_snapshot(spec, store)
    assert store.keys("snapshots/") == []
    assert store.keys("steps/") == []
    left = [file for file in small_disk.rglob("*") if file.is_file()]
    assert left == []
