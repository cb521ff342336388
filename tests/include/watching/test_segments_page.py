from __future__ import annotations

from datetime import UTC, datetime

from include.domain.references import Window
from include.watching.segments_page import SHOWN, segments_page
from include.watching.segments_seen import observe_segments
from tests.include.watching.fleets import a_watched_fleet, losses

SPEC = a_watched_fleet()
WEEK = Window(start=datetime(2026, 1, 5, tzinfo=UTC), end=datetime(2026, 1, 12, tzinfo=UTC))


def page(segments: int, worse: tuple[int, ...] = ()) -> str:
    seen = observe_segments(SPEC, losses(segments, worse=worse), losses(segments, seed=1))
    return segments_page(SPEC, WEEK, 3, seen, table="monitoring/churn/segments/x.parquet")


def test_the_page_says_how_many_are_worse_and_shows_the_worst_first() -> None:
    text = page(80, worse=(40,))
    assert "80 segments with labels, 80 of them watched,\n1 surely worse than at the promotion" in text
    rows = text.split("<tr>")[2:]
    assert "<td>s040</td><td>worse</td>" in rows[0]
    assert len(rows) == SHOWN
    assert "The worst 50 of 80" in text
    assert "monitoring/churn/segments/x.parquet" in text


def test_the_page_is_as_long_for_thousands_of_segments_as_for_a_hundred() -> None:
    assert len(page(5_000)) < 1.05 * len(page(100))


def test_names_of_segments_are_text_and_nothing_else() -> None:
    now, then = losses(1), losses(1, seed=1)
    for one in (now, then):
        one.segments[:] = "<script>alert(1)</script>"
    seen = observe_segments(SPEC, now, then)
    assert "<script>" not in segments_page(SPEC, WEEK, 3, seen, table="t")


def test_a_page_can_be_made_where_no_segment_could_be_watched() -> None:
    seen = observe_segments(SPEC, losses(3, 5), losses(3, seed=1))
    assert "0 of them watched" in segments_page(SPEC, WEEK, 3, seen, table="t")
