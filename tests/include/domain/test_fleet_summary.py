from __future__ import annotations

import pytest

from include.domain.fleet_summary import SHOWN, summarise
from tests.include.fleet.results import a_result

WON = a_result("won")
EVEN = a_result("even", outcome="inconclusive", served_by="champion", improvement=0.1, improvement_low=-0.2)
LOST = a_result(
    "lost", outcome="blocked", served_by="champion", improvement=-1.0, improvement_low=-2.0, improvement_high=-0.1
)
POISON = a_result("poison", outcome="failed", served_by="pooled", improvement=None, reason="its process died")


def test_segments_are_counted_by_what_became_of_them() -> None:
    summary = summarise([WON, EVEN, LOST, POISON])
    assert summary.outcomes == {"passed": 1, "inconclusive": 1, "blocked": 1, "failed": 1}
    assert summary.served == {"champion": 2, "challenger": 1, "pooled": 1}
    assert (summary.judged, summary.better, summary.worse) == (3, 2, 1)
    assert (summary.surely_better, summary.surely_worse) == (1, 1)
    assert summary.metric == WON.metric


def test_the_most_frequent_stand_first() -> None:
    summary = summarise([LOST, WON, EVEN, WON, EVEN, WON, WON])
    assert list(summary.outcomes) == ["passed", "inconclusive", "blocked"]
    assert list(summary.served) == ["challenger", "champion"]


def test_who_is_exactly_as_good_is_neither_better_nor_worse() -> None:
    even = a_result("even", improvement=0.0, improvement_low=0.0, improvement_high=0.0)
    unknown = a_result("unknown", improvement=0.5, improvement_low=None, improvement_high=None)
    summary = summarise([even, unknown])
    assert (summary.judged, summary.better, summary.worse) == (2, 1, 0)
    assert (summary.surely_better, summary.surely_worse) == (0, 0)


def test_nothing_compared_has_no_metric() -> None:
    assert summarise([POISON]).metric == ""


def test_a_baseline_of_nothing_is_a_scale_of_one() -> None:
    at_nothing = a_result("at nothing", baseline=0.0, improvement=-0.6)
    halved = a_result("halved", baseline=2.0, improvement=-1.0)
    equal = a_result("equal", baseline=None, improvement=0.0)
    better = a_result("better", baseline=1.0, improvement=0.4)
    order = [result.segment for result in summarise([better, equal, halved, at_nothing]).worst]
    assert order == ["at nothing", "halved", "equal", "better"]


def test_the_worst_stand_first_beside_their_own_baseline() -> None:
    small = a_result("small", baseline=0.1, improvement=-0.09, improvement_low=-0.1, improvement_high=-0.08)
    assert [result.segment for result in summarise([WON, LOST, small]).worst] == ["small", "lost", "won"]


@pytest.mark.parametrize("segments", [5, 5_000])
def test_it_is_as_long_for_five_segments_as_for_five_thousand(segments: int) -> None:
    results = [a_result(f"s{number}", outcome="failed", reason="poison") for number in range(segments)]
    assert len(summarise(results).as_lines("median")) <= 3 + 2 * SHOWN


def test_what_failed_is_named_with_the_reason() -> None:
    assert "failed: poison: its process died" in summarise([WON, POISON]).as_lines("median")


def test_it_reads_as_lines() -> None:
    named = a_result("named", metric="rmse", candidate=0.123456, baseline=None)
    assert summarise([named, LOST, EVEN]).as_lines("median")[:2] == [
        "3 segments, 3 trained: 1 passed, 1 blocked, 1 inconclusive",
        "served by champion 2, challenger 1",
    ]
    assert summarise([named]).as_lines("median")[-1] == "worst: named: rmse 0.1235, median unknown"
    assert summarise([LOST]).as_lines("median")[-1] == "worst: lost: mean_absolute_error 1, median 2"


def test_it_says_how_many_would_seem_better_by_chance() -> None:
    told = summarise([a_result(f"s{number}") for number in range(400)]).as_lines("median")[2]
    assert "about 10 would seem significantly better by chance" in told


def test_where_nothing_was_compared_nothing_is_said_of_it() -> None:
    assert summarise([POISON]).as_lines("median") == [
        "1 segment, 1 trained: 1 failed",
        "served by pooled 1",
        "failed: poison: its process died",
    ]


def test_segments_that_were_left_alone_or_judged_anew_were_not_trained() -> None:
    left = a_result("left", outcome="unchanged", served_by="champion", improvement=None)
    before = a_result("before", outcome="inconclusive", served_by="pooled", reused=True)
    anew = a_result("anew", outcome="blocked", served_by="pooled", model_reused=True)
    summary = summarise([WON, POISON, left, before, anew])
    assert summary.trained == 2
    assert summary.as_lines("median")[0].startswith("5 segments, 2 trained: ")
    assert summary.model_copy(update={"trained": None}).as_lines("median")[0].startswith("5 segments: ")
