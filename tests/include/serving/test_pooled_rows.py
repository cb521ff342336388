from __future__ import annotations

from include.serving.pooled_rows import observe_pooled_rows
from tests.fakes import MemoryStore
from tests.include.serving.logged import scored


def test_rows_that_the_pooled_model_answered_are_counted_over_all_parts() -> None:
    store = MemoryStore()
    parts = [
        *scored(store, "s1", ["a", "b"], served_by=["pooled", "member"]).parts,
        *scored(store, "s2", ["c"], served_by=["pooled"]).parts,
    ]
    seen = observe_pooled_rows(store, parts)
    assert (seen.value, seen.n) == (2, 3)
    assert "2 of 3 rows are of segments without a model of their own" in seen.detail


def test_of_no_rows_none_is_pooled() -> None:
    assert observe_pooled_rows(MemoryStore(), []).value == 0
