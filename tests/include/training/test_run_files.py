from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from include.training.run_files import read_hashes, write_hashes


@given(st.lists(st.integers(0, 2**64 - 1), max_size=50))
def test_hashes_come_back_whole_and_in_order(hashes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows", "training.parquet")
        write_hashes(np.array(hashes, dtype=np.uint64), path)
        found = read_hashes(path)
    assert found.dtype == np.uint64
    assert found.tolist() == hashes
