from __future__ import annotations

import pytest

from include.domain.named_segments import NAMED, named_segments


@pytest.mark.parametrize(
    ("count", "told", "more"),
    [
        (1, "1 segment", ""),
        (2, "2 segments", ""),
        (NAMED, f"{NAMED} segments", ""),
        (NAMED + 1, f"{NAMED + 1} segments", " and 1 more"),
        (NAMED + 1_000, f"1,0{NAMED} segments", " and 1,000 more"),
    ],
)
def test_twenty_segments_are_named_and_the_others_are_counted(count: int, told: str, more: str) -> None:
    named = ", ".join(f"s{i}" for i in range(min(count, NAMED)))
    assert named_segments([f"s{i}" for i in range(count)]) == f"{told}: {named}{more}"
