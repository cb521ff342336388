from __future__ import annotations

import hashlib
from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from include.data.split_by_order import quantile_bins, row_order, share_by_order

hashes = st.lists(st.integers(0, 2**64 - 1), min_size=2, max_size=50, unique=True)


def _splitmix(value: int, start: int) -> int:
    """SplitMix64 as Steele, Lea and Flood print it, on Python's integers."""
    mask = 2**64 - 1
    z = (value + start) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)


@given(hashes)
def test_the_order_is_that_of_splitmix(values: list[int]) -> None:
    start = int.from_bytes(hashlib.sha256(b"holdout").digest()[:8], "big")
    order = row_order(np.array(values, np.uint64), "holdout")
    assert order.tolist() == [_splitmix(value, start) for value in values]
    assert len(set(order.tolist())) == len(values)


def test_another_salt_is_another_order() -> None:
    values = np.arange(1000, dtype=np.uint64)
    ranks = [pd.Series(row_order(values, salt)).rank() for salt in ("holdout", "validation")]
    assert abs(ranks[0].corr(ranks[1])) < 0.15


@given(st.lists(st.integers(1, 5), min_size=2, max_size=30), st.floats(0.05, 0.9), st.integers(0, 100))
def test_units_are_taken_whole_and_one_stays_behind(sizes: list[int], share: float, seed: int) -> None:
    units = np.repeat(np.arange(len(sizes)), sizes)
    order = row_order(np.arange(seed, seed + len(sizes), dtype=np.uint64), "x")
    chosen = share_by_order(units, order, np.zeros(len(units), np.int64), share)
    by_unit = pd.Series(chosen).groupby(units)
    assert (by_unit.nunique() == 1).all()
    assert 1 <= by_unit.first().sum() < len(sizes)
    assert abs(chosen.sum() - share * len(units)) <= max(sizes)


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=60))
def test_equal_numbers_share_a_bin_and_bins_keep_the_order(values: list[float]) -> None:
    bins = quantile_bins(pd.Series(values))
    pairs = sorted(zip(values, bins.tolist(), strict=True))
    assert all(one[1] <= other[1] for one, other in pairwise(pairs))
    assert len({(value, place) for value, place in pairs}) == len({value for value, _ in pairs})
    assert set(bins) <= set(range(10))
