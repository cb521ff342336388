from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.errors import DataError
from include.evaluation.untouched import observe_shared_rows
from tests.include.evaluation.rows import holdout_of
from tests.specs import a_spec

SPEC = a_spec(data={"id": "customer", "time": "at"})
hashes = st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=20)


def rows(names: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"y": 1.0}, index=pd.Index(np.array(names, dtype=np.uint64)))


@given(hashes, hashes)
def test_every_shared_row_is_counted(held: list[int], learned: list[int]) -> None:
    seen = observe_shared_rows(SPEC, "shared", rows(held), np.array(learned, dtype=np.uint64))
    assert seen.n == len(held)
    assert seen.value == (len(set(held) & set(learned)) if learned else None)


def test_the_first_of_them_are_named() -> None:
    seen = observe_shared_rows(SPEC, "shared", holdout_of(np.ones(9)), np.arange(2, 30, dtype=np.uint64))
    assert seen.value == 7
    lines = seen.detail.splitlines()
    assert lines[0] == "seen in training, by row hash:"
    assert [line.split()[0] for line in lines[1:6]] == [f"{row:016x}" for row in range(2, 7)]
    assert lines[6:] == ["and 2 more"]


def test_a_person_knows_a_row_by_its_id_and_time_and_the_first_columns() -> None:
    held = pd.DataFrame(
        {"age": [36, 41], "at": pd.to_datetime(["2026-01-02", "2026-01-03"], utc=True), "customer": ["x" * 50, "alan"]},
        index=pd.Index(np.array([10, 255], dtype=np.uint64)),
    )
    seen = observe_shared_rows(SPEC, "shared", held, np.array([255], dtype=np.uint64))
    row = "00000000000000ff (customer=alan, at=2026-01-03 00:00:00+00:00, age=41)"
    assert seen.detail == f"seen in training, by row hash:\n{row}"
    long = observe_shared_rows(SPEC, "shared", held, np.array([10], dtype=np.uint64))
    assert f"customer={'x' * 39}…," in long.detail


def test_copies_are_counted_each_and_named_once() -> None:
    seen = observe_shared_rows(SPEC, "shared", rows([7, 7, 7, 8]), np.array([7, 9], dtype=np.uint64))
    assert seen.value == 3
    assert seen.detail == "seen in training, by row hash:\n0000000000000007 (y=1.0, 3 copies)"


@pytest.mark.parametrize("unknown", [None, np.array([], dtype=np.uint64)])
def test_unknown_training_rows_prove_nothing(unknown: np.ndarray | None) -> None:
    assert observe_shared_rows(SPEC, "shared", holdout_of(np.ones(3)), unknown).value is None


def test_numbers_that_are_no_hashes_are_refused() -> None:
    with pytest.raises(DataError, match=r"index of the holdout: expected row hashes \(uint64\), got int64"):
        observe_shared_rows(SPEC, "shared", pd.DataFrame({"y": [1.0]}), np.array([1], dtype=np.uint64))
    with pytest.raises(DataError, match="training rows: expected row hashes"):
        observe_shared_rows(SPEC, "shared", holdout_of(np.ones(3)), np.array([1, 2]))
