from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from include.data.split_by_time import cut_after, cut_at_share

hours = st.lists(st.integers(0, 50), min_size=2, max_size=80).filter(lambda values: len(set(values)) > 1)


def _moments(values: list[int]) -> np.ndarray:
    return np.datetime64("2018-01-01", "us") + np.array(values) * np.timedelta64(1, "h")


@given(hours, st.floats(0.05, 0.85))
def test_no_other_cut_comes_nearer_to_the_share(values: list[int], share: float) -> None:
    moments = _moments(values)
    cut = cut_at_share(moments, share)
    missed = abs(np.count_nonzero(moments >= cut) - share * len(moments))
    others = [abs(np.count_nonzero(moments >= other) - share * len(moments)) for other in np.unique(moments)[1:]]
    assert missed == min(others)
    assert np.count_nonzero(moments < cut) > 0


@given(hours, st.floats(0.05, 0.85), st.integers(-1, 50))
def test_a_moved_cut_lies_behind_the_champion_or_is_not_moved(values: list[int], share: float, until: int) -> None:
    moments = _moments(values)
    trained = moments[np.array(values) <= until]
    cut = cut_at_share(moments, share)
    moved = cut_after(moments, cut, share, trained)
    assert moved >= cut
    if moved != cut:
        assert moved > trained.max()
        assert np.count_nonzero(moments >= moved) >= share * len(moments) / 2
