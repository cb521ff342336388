from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial import distance

from include.statistics.predictive import Distance
from include.statistics.two_samples import anderson_darling, jensen_shannon

COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=8)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=8))
def test_jensen_shannon_agrees_with_scipy(cells: list[tuple[int, int]]) -> None:
    ours, theirs = (np.array(side) for side in zip(*cells, strict=True))
    if not ours.sum() or not theirs.sum():
        assert np.isnan(jensen_shannon(ours, theirs))
    else:
        assert jensen_shannon(ours, theirs) == pytest.approx(distance.jensenshannon(ours, theirs, base=2), abs=1e-6)


def test_anderson_darling_is_the_statistic_of_scipy() -> None:
    rng = np.random.default_rng(3)
    ours, theirs = rng.poisson(3, size=400), rng.poisson(3.4, size=90)
    cells = [np.bincount(side, minlength=20) for side in (ours, theirs)]
    # scipy gives the standardised statistic of Scholz & Stephens, from which the statistic is taken back here.
    result = stats.anderson_ksamp([ours, theirs], variant="midrank", method=stats.PermutationMethod(n_resamples=9))
    raw = _unstandardised(result.statistic, len(ours), len(theirs))
    # Theirs has the factor (rows - 1) / rows of the midrank version.
    scale = len(ours) * len(theirs) / (len(ours) + len(theirs))
    assert scale * float(anderson_darling(*cells)) == pytest.approx(raw, rel=0.005)


def _unstandardised(statistic: float, *sizes: int) -> float:
    n = np.array(sizes)
    rows, k = n.sum(), len(n)
    h_reciprocal, h = (1 / n).sum(), (1 / np.arange(1, rows)).sum()
    inner = np.cumsum(1 / np.arange(rows - 1, 1, -1))
    g = (inner / np.arange(2, rows)).sum()
    a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * h_reciprocal
    b = (2 * g - 4) * k**2 + 8 * h * k + (2 * g - 14 * h - 4) * h_reciprocal - 8 * h + 4 * g - 6
    c = (6 * h + 2 * g - 2) * k**2 + (4 * h - 4 * g + 6) * k + (2 * h - 6) * h_reciprocal + 4 * h
    d = (2 * h + 6) * k**2 - 4 * h * k
    variance = (a * rows**3 + b * rows**2 + c * rows + d) / ((rows - 1) * (rows - 2) * (rows - 3))
    return float(statistic * np.sqrt(variance) + k - 1)


@given(COUNTS)
def test_samples_distributed_alike_are_at_no_distance(counts: list[int]) -> None:
    if sum(counts):
        assert anderson_darling(counts, [3 * count for count in counts]) == pytest.approx(0, abs=1e-12)
        assert jensen_shannon(counts, [3 * count for count in counts]) == pytest.approx(0, abs=1e-6)


@given(COUNTS, st.data())
def test_the_order_of_values_may_be_turned_round(counts: list[int], data: st.DataObject) -> None:
    other = data.draw(st.lists(st.integers(0, 50), min_size=len(counts), max_size=len(counts)))
    if sum(counts) and sum(other):
        there = float(anderson_darling(counts, other))
        assert float(anderson_darling(counts[::-1], other[::-1])) == pytest.approx(there, abs=1e-9)


def test_values_beyond_everything_seen_count() -> None:
    assert anderson_darling([0, 100, 0], [0, 5, 5]) > 0.1


@pytest.mark.parametrize("measure", [anderson_darling, jensen_shannon])
def test_many_windows_at_once_are_each_at_their_own_distance(measure: Distance) -> None:
    reference, windows = [10, 20, 30], [[1, 2, 3], [5, 0, 0], [0, 7, 70]]
    each = [float(measure(reference, window)) for window in windows]
    assert measure(reference, windows).tolist() == pytest.approx(each, rel=1e-12)


@pytest.mark.parametrize("measure", [anderson_darling, jensen_shannon])
@pytest.mark.parametrize(("reference", "window"), [([0, 0], [1, 2]), ([1, 2], [0, 0]), ([0, 0], [0, 0])])
def test_an_empty_sample_is_at_no_known_distance_and_nobody_is_warned(
    measure: Distance, reference: list[int], window: list[int]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(measure(reference, window))


@pytest.mark.parametrize("measure", [anderson_darling, jensen_shannon])
def test_a_single_row_is_a_sample(measure: Distance) -> None:
    assert measure([1, 0], [0, 1]) > 0


@pytest.mark.parametrize(("reference", "current"), [([0, 0], [5, 0]), ([5, 0], [0, 0]), ([0, 0], [0, 0])])
def test_an_empty_sample_is_at_no_known_distance_from_one_that_lies_in_one_cell(
    reference: list[int], current: list[int]
) -> None:
    assert np.isnan(anderson_darling(reference, current))
