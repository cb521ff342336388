from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from include.fleet.shared_rows import JUDGE, LEARN, put_rows, read_rows
from include.storage.store import open_store


def test_a_chunk_comes_back_as_it_was_put_and_alone(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    index = pd.Index(np.array([7, 5, 3, 1], dtype=np.uint64), name="row_hash")
    frame = pd.DataFrame(
        {
            "at": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"], utc=True).as_unit("us"),
            "amount": [1.5, np.nan, 3.5, 4.5],
            "kind": pd.Series(["a", None, "ü", "b"], dtype="str"),
        }
    ).set_index(index)
    parts = np.array([LEARN, JUDGE, LEARN, JUDGE], dtype=np.int8)
    put_rows(store, "rows.parquet", frame, parts, [np.array([3, 0]), np.array([1, 2])])
    rows, own = read_rows(store, "rows.parquet", 1)
    pd.testing.assert_frame_equal(rows, frame.iloc[[1, 2]])
    assert own.tolist() == [JUDGE, LEARN]
