"""What a segment's new member and a whole fleet have to show."""

from __future__ import annotations

from typing import Any

import pytest

from include.domain.evidence import Evidence, Observation
from include.domain.fleet import FleetMember, SegmentOutcome, SegmentResult, Server
from include.domain.fleet_gate import composition, fleet_gate, observe_segments, pooled_gate, segment_gate
from include.domain.gate import GateSpec, decide
from include.domain.requirement import Bound
from include.domain.spec import ModelSpec
from include.domain.verdict import Outcome
from tests.specs import a_spec

MEMBER = FleetMember(segment="north", fingerprint="f1", rows=500, run_id="r1", digest="d1")


def a_fleet(**parts: Any) -> ModelSpec:
    return a_spec(**{"segment_by": "region", **parts})


def result(
    segment: str, outcome: SegmentOutcome = "passed", served_by: Server = "challenger", **more: Any
) -> SegmentResult:
    return SegmentResult(segment=segment, learned=400, judged=100, outcome=outcome, served_by=served_by, **more)


def counted(*results: SegmentResult, pooled: Outcome | None = None) -> dict[str, Observation]:
    return {one.name: one for one in observe_segments(results, pooled)}


def judged(gate: GateSpec, seen: Observation) -> Outcome:
    """Return what the gate says to one observation, whatever else it asks for."""
    about = tuple(asked for asked in gate.requirements if asked.observation == seen.name)
    return decide(GateSpec(name=gate.name, requirements=about), Evidence(subject="churn", observations=(seen,))).outcome


def test_a_pooled_model_has_to_beat_both_on_untouched_rows_and_to_keep_the_bounds_of_the_spec() -> None:
    of_the_whole = {"observation": "predict_seconds.one_row", "at_most": 1}
    spec = a_fleet(gates={"bounds": [{"observation": "roc_auc", "at_least": 0.8}, of_the_whole]})
    gate = pooled_gate(spec)
    assert gate.name == "pooled"
    assert set(gate.requirements[2:]) == {
        spec.improvement("baseline"),
        spec.improvement("champion"),
        Bound(observation="roc_auc", at_least=0.8),
    }
    for name in ("holdout_rows_in_challenger_training", "holdout_rows_in_champion_training"):
        assert judged(gate, Observation(name=name, value=0)) == "passed"
        assert judged(gate, Observation(name=name, value=1)) == "blocked"


def test_a_member_has_to_show_what_the_pooled_model_has_and_not_to_be_surely_worse_than_it() -> None:
    gate = segment_gate(a_fleet())
    assert gate.name == "segment"
    assert gate.requirements[:-1] == pooled_gate(a_fleet()).requirements
    assert judged(gate, Observation(name="surely_worse_than_pooled", value=0)) == "passed"
    assert judged(gate, Observation(name="surely_worse_than_pooled", value=1)) == "blocked"


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("segments", 1, 0),
        ("segments_failed_share", 0.1, 0.11),
        ("kept_members_changed", 0, 1),
        ("stored_answers_otherwise", 0, 1),
    ],
)
def test_a_fleet_is_what_the_gates_of_its_segments_decided(name: str, good: float, bad: float) -> None:
    gate = fleet_gate(a_fleet(segment_by={"columns": ["region"], "failed_at_most": 0.1}))
    assert gate.name == "fleet"
    assert judged(gate, Observation(name=name, value=good)) == "passed"
    assert judged(gate, Observation(name=name, value=bad)) == "blocked"


def test_of_what_is_no_fleet_no_segment_may_fail() -> None:
    gate = fleet_gate(a_spec())
    assert judged(gate, Observation(name="segments_failed_share", value=0)) == "passed"
    assert judged(gate, Observation(name="segments_failed_share", value=0.001)) == "blocked"


def test_segments_are_counted_by_what_became_of_them_and_by_who_serves_them() -> None:
    seen = counted(
        result("a", improvement=0.2, improvement_low=0.1),
        result("b", "blocked", "champion", improvement=0.1, improvement_low=-0.1),
        result("c", "inconclusive", "pooled", improvement=0.1, improvement_low=0.0),
        result("d", "unchanged", "champion"),
        result("e", "too_small", "pooled"),
        result("f", "too_small", "pooled"),
        result("g", "not_asked", "champion"),
        result("h", "failed", "champion"),
        result("i", "passed", reused=True, improvement=0.3, improvement_low=0.2),
        result("j", "unchanged", "champion", improvement=0.5),
        result("k", "not_asked", "champion"),
    )
    assert {name: one.value for name, one in seen.items()} == {
        "segments": 11,
        "segments_trained": 4,
        "segments_unchanged": 2,
        "segments_promoted": 2,
        "segments_kept": 6,
        "segments_pooled": 3,
        "segments_failed": 1,
        "segments_failed_share": 1 / 11,
        "segments_beating_baseline": 2,
        "models_trained_in_vain": 0,
    }
    assert {one.unit for name, one in seen.items() if name != "segments_failed_share"} == {"count"}
    assert (seen["segments_failed_share"].unit, seen["segments_failed_share"].n) == ("share", 11)
    assert seen["segments_beating_baseline"].n == 5
    details = {name: one.detail for name, one in seen.items() if one.detail}
    assert details == {"segments_pooled": "too few rows: 2 segments: e, f", "segments_failed": "failed: 1 segment: h"}


def test_of_a_fleet_without_segments_no_share_has_failed() -> None:
    seen = counted()
    assert (seen["segments"].value, seen["segments_failed_share"].value) == (0, None)
    assert {one.detail for one in seen.values()} == {""}


@pytest.mark.parametrize(
    ("outcomes", "pooled", "low", "high", "verdict"),
    [
        ([], None, 0, 0, "passed"),
        (["unchanged", "too_small", "failed", "not_asked"], None, 0, 0, "passed"),
        (["blocked", "passed", "inconclusive"], None, 0, 0, "passed"),
        (["blocked"], "passed", 0, 0, "passed"),
        (["blocked", "inconclusive"], None, 1, 2, "blocked"),
        (["blocked"], "blocked", 2, 2, "blocked"),
        (["inconclusive"], "inconclusive", 0, 2, "inconclusive"),
        ([], "blocked", 1, 1, "blocked"),
    ],
)
def test_a_fleet_is_in_vain_where_models_were_trained_and_none_passed(
    outcomes: list[SegmentOutcome], pooled: Outcome | None, low: int, high: int, verdict: Outcome
) -> None:
    results = [result(f"s{i}", outcome, "pooled") for i, outcome in enumerate(outcomes)]
    seen = counted(*results, pooled=pooled)["models_trained_in_vain"]
    assert seen.interval is not None
    assert (seen.value, seen.unit, seen.interval.low, seen.interval.high) == (high, "count", low, high)
    assert (seen.interval.confidence, seen.interval.method) == (0.99, "lost, and lost or undecided")
    assert judged(fleet_gate(a_fleet()), seen) == verdict


def test_a_verdict_of_an_earlier_run_is_no_training_of_this_one() -> None:
    old = [result("a", "passed", reused=True), result("b", "blocked", "pooled")]
    assert counted(*old)["models_trained_in_vain"].value == 1
    assert counted(*old)["segments_trained"].value == 1


def test_a_model_that_was_only_judged_anew_was_not_trained_but_counts_as_decided() -> None:
    anew = result("a", "blocked", "pooled", model_reused=True)
    assert counted(anew)["models_trained_in_vain"].value == 1
    assert counted(anew)["segments_trained"].value == 0


def test_a_composition_names_the_training_of_every_member_that_serves() -> None:
    results = [result("north", member=MEMBER), result("south", "blocked", "pooled")]
    assert composition(results) == {"north": "f1"}
