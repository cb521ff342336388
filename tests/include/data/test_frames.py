from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from include.data.frames import read_frame
from include.domain.errors import DataError
from include.storage.store import Store
from tests.include.data.given import PEOPLE, snapshot_of, written


def test_every_type_has_its_place_in_pandas(here: Path, store: Store) -> None:
    written(here / "x.csv", PEOPLE + "Grace,85,1.7,1906-12-09,2018-01-02 10:00:00,\n")
    frame = read_frame(snapshot_of(store, "x.csv", "age", time="seen"), store)
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "age": "int64",
        "born": "datetime64[us, UTC]",
        "height": "float64",
        "member": "boolean",
        "name": "str",
        "seen": "datetime64[us, UTC]",
    }
    assert frame.index.name == "row_hash"
    assert frame.index.dtype == np.uint64
    assert frame["name"].tolist() == ["Ada", "Grace", "Alan"]


def test_whole_numbers_with_gaps_are_floats(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a\n1,5\n2,\n")
    frame = read_frame(snapshot_of(store, "x.csv"), store)
    assert frame["a"].dtype == np.float64
    assert frame["y"].dtype == np.int64


def test_rows_come_by_time_and_then_by_hash(here: Path, store: Store) -> None:
    rows = "".join(f"2018-01-{1 + number % 3:02d},{number}\n" for number in range(30))
    written(here / "x.csv", f"t,y\n{rows}")
    frame = read_frame(snapshot_of(store, "x.csv", time="t"), store)
    expected = frame.reset_index().sort_values(["t", "row_hash"]).set_index("row_hash")
    pd.testing.assert_frame_equal(frame, expected)
    untimed = read_frame(snapshot_of(store, "x.csv"), store)
    assert untimed.index.is_monotonic_increasing


def test_some_columns_can_be_asked_for_and_keep_the_order_of_the_rows(here: Path, store: Store) -> None:
    written(here / "x.csv", "t,y,a\n2018-01-02,1,5\n2018-01-01,2,6\n")
    dataset = snapshot_of(store, "x.csv", time="t")
    assert read_frame(dataset, store, ["y", "a"]).to_numpy().tolist() == [[2, 6], [1, 5]]
    assert read_frame(dataset, store, []).shape == (2, 0)
    with pytest.raises(DataError, match=r"'b'"):
        read_frame(dataset, store, ["b"])


def test_a_snapshot_that_is_not_there_says_so(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a\n1,5\n")
    dataset = snapshot_of(store, "x.csv")
    gone = dataset.model_copy(update={"uri": f"{store.uri}/snapshots/churn/{'0' * 64}"})
    with pytest.raises(DataError, match="take it again"):
        read_frame(gone, store)
