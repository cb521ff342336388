"""Verdict and answer make one entry: promoted, overridden, rejected, expired, or a refusal by the rules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.approval import Answer
from include.domain.errors import RegistryError, StaleVerdictError
from include.domain.references import ModelVersionRef
from include.domain.verdict import Outcome
from include.registry.answers import settle
from include.registry.entry import LedgerEntry
from tests.include.registry.house import House, a_verdict

RUN = "adult.promotion/7"
YES = Answer(decision="approve", person="grace", reason="needed")


def settled(house: House, answer: Answer | None, outcome: Outcome = "passed", **asked: Any) -> LedgerEntry:
    verdict = a_verdict(2, outcome)
    house.judge(2, verdict)
    version = ModelVersionRef(name="adult", version=2, run_id="r")
    terms = {"judged_against": None, "run": RUN, "clock": house.clock, "registry": house.registry, **asked}
    return settle(house.store, version, verdict, answer, **terms)


def test_a_gate_that_passed_promotes_where_nobody_is_asked(house: House) -> None:
    entry = settled(house, None)
    assert (entry.action, entry.actor, entry.reason, entry.run) == ("promote", RUN, "gate model passed", "")


def test_a_person_who_approves_is_named_with_the_reason(house: House) -> None:
    entry = settled(house, YES)
    assert (entry.action, entry.actor, entry.reason, entry.run) == ("promote", "grace", "needed", RUN)
    assert not entry.overridden


def test_a_person_who_approves_the_inconclusive_overrides_it(house: House) -> None:
    entry = settled(house, YES, "inconclusive")
    assert (entry.action, entry.overridden, entry.outcome) == ("promote", True, "inconclusive")
    assert house.aliases == {"champion": 2}


def test_no_and_silence_are_written_down_and_move_nothing(house: House) -> None:
    no = settled(house, Answer(decision="reject", person="grace"))
    nothing = settled(house, Answer(decision="expire"))
    assert (no.action, no.actor, no.reason) == ("reject", "grace", "no reason given")
    assert (nothing.action, nothing.actor, nothing.reason) == ("expire", RUN, "nobody answered in time")
    assert house.aliases == {}


def test_an_override_without_a_reason_is_refused(house: House) -> None:
    with pytest.raises(RegistryError, match="needs a reason"):
        settled(house, Answer(decision="approve", person="grace"), "inconclusive")
    assert settled(house, Answer(decision="approve", person="grace")).reason == "gate model passed; no reason given"


def test_an_answer_that_came_after_another_champion_is_stale(house: House) -> None:
    house.promote(1, None)
    with pytest.raises(StaleVerdictError):
        settled(house, YES)


answers = st.none() | st.builds(
    Answer,
    decision=st.sampled_from(["approve", "reject", "expire"]),
    person=st.just("grace"),
    reason=st.sampled_from(["", "needed"]),
)


@given(st.sampled_from(["passed", "inconclusive", "blocked"]), answers)
def test_whoever_asks_only_a_yes_or_a_passed_gate_promotes_and_never_the_blocked(
    outcome: Outcome, answer: Answer | None
) -> None:
    house = House()
    try:
        entry = settled(house, answer, outcome)
    except RegistryError:
        assert outcome == "blocked" or (outcome == "inconclusive" and (answer is None or not answer.reason))
        assert house.aliases == {}
    else:
        promoted = entry.action == "promote"
        assert promoted == (answer is None or answer.decision == "approve")
        assert promoted == (house.aliases == {"champion": 2})
        assert not (promoted and outcome == "blocked")
    assert house.verify() == []
