from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.statistics.clusters import clusters_of

labels = st.lists(st.sampled_from(["a", "b", "c", None, float("nan")]), max_size=12)


@given(labels)
def test_rows_share_a_cluster_exactly_if_they_share_a_name(names: list[object]) -> None:
    clusters = clusters_of(np.array(names, dtype=object))
    for i, one in enumerate(names):
        for j, other in enumerate(names):
            together = i == j or (isinstance(one, str) and one == other)
            assert (clusters.codes[i] == clusters.codes[j]) == together
    assert sorted(set(clusters.codes.tolist())) == list(range(clusters.count))


@given(labels.filter(bool), st.integers(0, 2**32 - 1))
def test_a_draw_takes_as_many_clusters_as_there_are(names: list[object], seed: int) -> None:
    clusters = clusters_of(np.array(names, dtype=object))
    drawn = clusters.draw(3, np.random.default_rng(seed))
    assert drawn.sum(axis=1).tolist() == [clusters.count] * 3
    spread = clusters.of_rows(drawn)
    for row, code in enumerate(clusters.codes):
        assert spread[:, row].tolist() == drawn[:, code].tolist()


def test_every_cluster_is_drawn_as_often_as_chance_has_it() -> None:
    drawn = clusters_of(None, rows=4).draw(20_000, np.random.default_rng(7))
    assert drawn.mean(axis=0) == pytest.approx([1, 1, 1, 1], abs=0.03)
    assert drawn.var(axis=0) == pytest.approx([0.75] * 4, abs=0.03)


def test_sums_go_to_the_cluster_of_the_row() -> None:
    clusters = clusters_of(np.array([7, 3, 7]))
    assert clusters.sums(np.array([1.0, 10.0, 100.0]))[clusters.codes].tolist() == [101, 10, 101]
    assert not clusters.are_rows
    assert clusters_of(np.array([7, 3, 5])).are_rows


def test_nothing_has_no_clusters() -> None:
    assert (clusters_of(None).count, clusters_of(None, rows=0).rows) == (0, 0)
