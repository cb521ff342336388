from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from include.fleet.packing import CHUNKS_A_SLOT, ROWS_AT_MOST, pack

sizes = st.lists(st.integers(min_value=1, max_value=5_000), min_size=1, max_size=60)


@given(sizes, st.integers(min_value=1, max_value=8))
def test_every_segment_is_in_one_chunk(rows: list[int], slots: int) -> None:
    packed = pack(rows, slots=slots)
    assert sorted(place for chunk in packed for place in chunk) == list(range(len(rows)))
    assert len(packed) <= max(CHUNKS_A_SLOT * slots, 1)
    assert all(packed)


@given(sizes, st.integers(min_value=1, max_value=8))
def test_no_chunk_waits_long_for_another(rows: list[int], slots: int) -> None:
    filled = [sum(rows[place] for place in chunk) for chunk in pack(rows, slots=slots)]
    # Whoever got the last segment had least before it.
    assert max(filled) - min(filled) <= max(rows)


def test_a_fleet_of_thousands_is_a_few_tasks() -> None:
    assert len(pack([1_000] * 5_000, slots=2)) == 5_000_000 // ROWS_AT_MOST
    assert len(pack([10] * 5_000, slots=2)) == 2 * CHUNKS_A_SLOT


def test_segments_share_no_chunk_that_would_not_fit_into_memory() -> None:
    filled = [100_000 * len(chunk) for chunk in pack([100_000] * 40, slots=1)]
    assert max(filled) <= ROWS_AT_MOST
