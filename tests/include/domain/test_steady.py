"""A watch for a surely bad turn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from include.domain.evidence import Evidence, Observation
from include.domain.gate import GateSpec, decide
from include.domain.steady import Steady
from include.domain.verdict import Outcome
from tests.include.domain.observed import better, seen
from tests.strategies import observations

LOST = "realised.lost.brier_score"


def outcome(*observed: Observation, **terms: Any) -> Outcome:
    watch = Steady(observation=LOST, at_most=0, rows_at_least=50, **terms)
    return decide(GateSpec(name="realised_quality", requirements=(watch,)), seen(*observed)).outcome


def test_only_what_lies_wholly_beyond_the_bound_is_an_alarm() -> None:
    assert outcome(better(LOST, low=-0.01, value=0.01, high=0.03)) == "passed"
    assert outcome(better(LOST, low=0.01, value=0.02, high=0.03)) == "blocked"
    assert outcome(better(LOST, low=0.01, value=0.02, high=0.03), otherwise="inconclusive") == "inconclusive"


def test_a_number_below_its_least_value_is_one_too() -> None:
    watch = Steady(observation=LOST, at_least=0.8)
    gate = GateSpec(name="realised_quality", requirements=(watch,))
    assert decide(gate, seen(better(LOST, low=0.7, value=0.75, high=0.79))).outcome == "blocked"
    assert decide(gate, seen(better(LOST, low=0.7, value=0.75, high=0.8))).outcome == "passed"


@pytest.mark.parametrize(
    "thin",
    [
        better(LOST, n=49),
        better(LOST, n=None),
        better(LOST, confidence=0.9),
        Observation(name=LOST, value=None, n=500, detail="of one class alone"),
        Observation(name=LOST, value=0.2, n=500),
        Observation(name=LOST, value=None, n=0),
    ],
)
def test_too_little_raises_no_alarm_and_passes_nothing(thin: Observation) -> None:
    assert outcome(thin) == "inconclusive"


def test_nobody_having_looked_blocks() -> None:
    assert outcome() == "blocked"


def test_a_plain_number_is_asked_where_no_interval_is() -> None:
    assert outcome(Observation(name=LOST, value=1, n=50), confident=False) == "blocked"
    assert outcome(Observation(name=LOST, value=0, n=50), confident=False) == "passed"


@given(observations(LOST))
def test_what_cannot_be_believed_never_passes(observed: Observation) -> None:
    verdict = outcome(observed)
    interval = observed.interval
    if verdict == "passed":
        assert observed.value is not None
        assert interval is not None
        assert interval.low <= min(0, observed.value)
        assert observed.n is not None
        assert observed.n >= 50


def test_a_watch_that_asks_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="asks nothing"):
        Steady(observation=LOST)
    with pytest.raises(ValueError, match="cannot be met"):
        Steady(observation=LOST, at_least=1, at_most=0)


def test_a_gate_with_a_watch_survives_the_way_through_json() -> None:
    gate = GateSpec(name="data_quality", requirements=(Steady(observation=LOST, at_most=0),))
    assert GateSpec.model_validate(gate.to_json()) == gate
    assert decide(gate, Evidence(subject="nothing")).outcome == "blocked"


def test_evidence_that_cannot_be_trusted_silences_the_alarms_that_rest_on_it() -> None:
    trust = Steady(observation="labelled_share", at_least=0.5, confident=False, otherwise="inconclusive")
    gate = GateSpec(name="realised_quality", requirements=(trust, Steady(observation=LOST, at_most=0)))
    worse = better(LOST, low=0.01, value=0.02, high=0.03)
    assert decide(gate, seen(Observation(name="labelled_share", value=0.9), worse)).outcome == "blocked"
    doubted = decide(gate, seen(Observation(name="labelled_share", value=0.2), worse))
    assert doubted.outcome == "inconclusive"
    assert "no alarm: the evidence cannot be trusted (labelled_share)" in doubted.reasons[1].detail
    assert decide(gate, seen(Observation(name="labelled_share", value=0.2))).outcome == "blocked"


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ({"at_most": 0}, "not surely above 0 (95% interval)"),
        ({"at_least": 0.8, "confidence": 0.99}, "not surely below 0.8 (99% interval)"),
        ({"at_least": 0.1, "at_most": 0.4, "confident": False}, "not below 0.1 or above 0.4"),
        ({"at_most": 2, "confident": False, "rows_at_least": 1000}, "not above 2 on 1,000 rows or more"),
    ],
)
def test_what_is_asked_reads_as_a_sentence(terms: dict[str, Any], text: str) -> None:
    assert Steady(observation=LOST, **terms).as_text() == text


def test_an_answer_without_a_number_says_that_somebody_looked_and_one_with_a_number_adds_nothing() -> None:
    gate = GateSpec(name="realised_quality", requirements=(Steady(observation=LOST, at_most=0),))
    empty = decide(gate, seen(Observation(name=LOST, value=None, n=500))).reasons[0]
    assert empty.detail == "looked, and there is no number to judge"
    assert decide(gate, seen(better(LOST, low=-0.01, value=0.0, high=0.01))).reasons[0].detail == ""


def test_a_silenced_alarm_tells_every_doubt_and_is_inconclusive() -> None:
    doubts = ("labelled_share", "labelled_classes")
    trust = [Steady(observation=name, at_least=2, confident=False, otherwise="inconclusive") for name in doubts]
    gate = GateSpec(name="realised_quality", requirements=(*trust, Steady(observation=LOST, at_most=0)))
    doubted = [Observation(name=name, value=1) for name in doubts]
    silenced = decide(gate, seen(*doubted, better(LOST, low=0.01, value=0.02, high=0.03))).reasons[2]
    told = "no alarm: the evidence cannot be trusted (labelled_share, labelled_classes)"
    assert (silenced.outcome, silenced.detail) == ("inconclusive", told)


@pytest.mark.parametrize("value", [0.1, 0.3])
def test_an_interval_that_ends_at_its_value_holds_it(value: float) -> None:
    assert outcome(better(LOST, low=0.1, value=value, high=0.3)) == "blocked"
