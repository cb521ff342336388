from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from include.quality.distribution import MISSING, UNSEEN, Partition, partition_of


def _divergence(partition: Partition, current: pd.Series) -> float:
    counts = partition.coded(current).value_counts().reindex(list(partition.labels)).to_numpy()
    return float(entropy(counts, partition.shares))


def _normal(n: int, *, seed: int = 1, shift: float = 0.0) -> pd.Series:
    return pd.Series(np.random.default_rng(seed).normal(shift, 1, n))


columns = st.one_of(
    st.lists(st.none() | st.floats(allow_nan=False), min_size=1, max_size=60),
    st.lists(st.none() | st.integers(-(10**6), 10**6), min_size=1, max_size=60),
    st.lists(st.none() | st.text(max_size=3), min_size=1, max_size=60),
    st.lists(st.none() | st.booleans(), min_size=1, max_size=60),
)


@given(columns, columns)
def test_every_value_falls_into_one_bin_of_positive_share(reference: list[Any], current: list[Any]) -> None:
    partition = partition_of(pd.Series(reference))
    assert len(partition.labels) == len(set(partition.labels)) == len(partition.shares)
    assert partition.shares.min() > 0
    assert partition.shares.sum() == pytest.approx(1)
    assert not partition.coded(pd.Series(current)).isna().any()


@given(columns)
def test_a_reference_hardly_diverges_from_itself(reference: list[Any]) -> None:
    column = pd.Series(reference * 20)
    assert _divergence(partition_of(column), column) < 0.1


def test_amounts_are_cut_into_tenths() -> None:
    partition = partition_of(_normal(10_000))
    assert len(partition.labels) == 11
    assert partition.shares[:10] == pytest.approx(np.full(10, 0.1), abs=0.002)


def test_the_divergence_of_a_shift_is_the_one_of_two_normals() -> None:
    # Cut into tenths, the divergence of two unit normals one apart is a little below the whole 1/2 (Kullback 1959).
    assert 0.42 < _divergence(partition_of(_normal(50_000)), _normal(50_000, seed=2, shift=1)) < 0.5


def test_another_sample_hardly_diverges() -> None:
    assert _divergence(partition_of(_normal(5000)), _normal(5000, seed=2)) < 0.01


@pytest.mark.parametrize(
    "reference",
    [_normal(1000), pd.Series(["a", "b"] * 500, dtype="str"), pd.Series([3, 4] * 500)],
    ids=["amounts", "text", "few numbers"],
)
def test_a_column_gone_missing_is_seen(reference: pd.Series) -> None:
    gone = reference.where(reference.index % 10 == 0)
    partition = partition_of(reference)
    assert _divergence(partition, gone) > 1
    assert (partition.coded(gone) == MISSING).mean() == 0.9


def test_a_category_never_seen_is_seen() -> None:
    partition = partition_of(pd.Series(["a", "b"] * 500))
    assert (partition.coded(pd.Series(["a", "new"])) == UNSEEN).tolist() == [False, True]
    assert _divergence(partition, pd.Series(["new", "a"] * 500)) > 1


def test_names_that_are_nearly_all_new_are_expected_to_go_on_so() -> None:
    names = pd.Series([f"name {i}" for i in range(2000)])
    others = pd.Series([f"other {i}" for i in range(2000)])
    assert _divergence(partition_of(names), others) < 0.75


def test_a_value_that_fills_the_column_has_a_bin_of_its_own() -> None:
    tips = pd.Series(np.where(np.arange(5000) % 2, 0.0, np.arange(5000)))
    partition = partition_of(tips)
    assert "0" in partition.labels
    assert _divergence(partition, tips + 0.01) > 0.25


def test_a_constant_that_moves_is_seen() -> None:
    assert _divergence(partition_of(pd.Series([7.0] * 500)), pd.Series([8.0] * 500)) > 1


def test_gaps_do_not_make_whole_numbers_other_values() -> None:
    partition = partition_of(pd.Series([1, 2] * 100))
    assert _divergence(partition, pd.Series([1.0, 2.0, 1.0, 2.0])) < 0.05


def test_numbers_that_are_names_are_told_apart() -> None:
    zones = pd.Series(np.arange(1000) % 40)
    partition = partition_of(zones, as_categories=True)
    assert partition.edges is None
    assert partition_of(zones).edges is not None


def test_moments_are_amounts() -> None:
    days = pd.Series(pd.date_range("2018-01-01", periods=300, tz="UTC").as_unit("us"))
    partition = partition_of(days)
    assert partition.labels[0] == "below 2018-01-30 00:00:00"
    assert _divergence(partition, days + pd.Timedelta(days=300)) > 1


def test_a_value_called_like_a_bin_is_told_apart() -> None:
    labels = partition_of(pd.Series(["(missing)", "(missing)'", "a"])).labels
    assert len(set(labels)) == 6


def test_infinities_do_not_break_the_bins() -> None:
    reference = pd.concat([_normal(500), pd.Series([np.inf, -np.inf])])
    assert np.isfinite(partition_of(reference).edges).all()  # type: ignore[arg-type]


def test_text_where_amounts_were_is_missing_as_an_amount() -> None:
    assert set(partition_of(_normal(100)).coded(pd.Series(["x", "y"], dtype="str"))) == {MISSING}
