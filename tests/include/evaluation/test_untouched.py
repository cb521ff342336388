from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.errors import DataError
from include.evaluation.untouched import observe_shared_rows
from tests.include.evaluation.rows import holdout_of

hashes = st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=20)


def rows(names: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"y": 1.0}, index=pd.Index(np.array(names, dtype=np.uint64)))


@given(hashes, hashes)
def test_every_shared_row_is_counted(held: list[int], learned: list[int]) -> None:
    seen = observe_shared_rows("shared", rows(held), np.array(learned, dtype=np.uint64))
    assert seen.n == len(held)
    assert seen.value == (len(set(held) & set(learned)) if learned else None)


def test_the_first_of_them_are_named() -> None:
    seen = observe_shared_rows("shared", holdout_of(np.ones(9)), np.arange(2, 30, dtype=np.uint64))
    assert seen.value == 7
    assert seen.detail.startswith("seen in training, by row hash: 0000000000000002, 0000000000000003")
    assert seen.detail.endswith("and 2 more")


@pytest.mark.parametrize("unknown", [None, np.array([], dtype=np.uint64)])
def test_unknown_training_rows_prove_nothing(unknown: np.ndarray | None) -> None:
    assert observe_shared_rows("shared", holdout_of(np.ones(3)), unknown).value is None


def test_numbers_that_are_no_hashes_are_refused() -> None:
    with pytest.raises(DataError, match=r"index of the holdout: expected row hashes \(uint64\), got int64"):
        observe_shared_rows("shared", pd.DataFrame({"y": [1.0]}), np.array([1], dtype=np.uint64))
    with pytest.raises(DataError, match="training rows: expected row hashes"):
        observe_shared_rows("shared", holdout_of(np.ones(3)), np.array([1, 2]))
