from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.record import digest
from include.domain.verdict import Outcome, Reason, Verdict
from include.registry.entry import Move
from include.registry.rules import refusal
from tests.include.registry.house import a_verdict

PROMOTION = Move(alias="champion", to_version=2, action="promote", actor="ada", reason="better")


def _recorded(verdict: Verdict) -> str:
    return digest(verdict.to_json())


@given(
    st.sampled_from(["passed", "blocked", "inconclusive"]),
    st.sampled_from(["model", "data"]),
    st.sampled_from(["this", "another", "none"]),
    st.fixed_dictionaries(
        {
            "actor": st.sampled_from(["ada", "adult.promotion/7"]),
            "run": st.sampled_from(["", "adult.promotion/7"]),
            "reason": st.sampled_from(["", " ", "needed"]),
        }
    ),
)
def test_only_a_person_with_a_reason_overrides_and_only_what_the_model_gate_could_not_tell(
    outcome: Outcome, gate: str, recorded: str, said: dict[str, str]
) -> None:
    verdict = a_verdict(2, outcome, gate)
    digests = {"this": _recorded(verdict), "another": "f" * 64, "none": None}
    move = PROMOTION.model_copy(update={"overridden": True, **said})
    allowed = refusal(move, verdict, digests[recorded]) is None
    evident = outcome == "inconclusive" and gate == "model" and recorded == "this"
    assert allowed == (evident and said == {"actor": "ada", "run": "adult.promotion/7", "reason": "needed"})


def test_nobody_overrides_a_verdict_that_hides_what_blocked_it() -> None:
    blocked = Reason(requirement="roc_auc", outcome="blocked", asked="", seen="")
    forged = a_verdict(2, "inconclusive").model_copy(update={"reasons": (blocked,)})
    move = PROMOTION.model_copy(update={"overridden": True, "run": "adult.promotion/7"})
    assert "may override an inconclusive verdict only" in str(refusal(move, forged, _recorded(forged)))


def test_only_promotions_override() -> None:
    move = PROMOTION.model_copy(update={"overridden": True, "action": "roll_back"})
    assert refusal(move, None, None) == "roll_back overrides nothing"


def test_a_rejection_needs_a_person_and_silence_none() -> None:
    run = "adult.promotion/7"
    said_no = PROMOTION.model_copy(update={"action": "reject", "run": run})
    assert refusal(said_no, None, None) is None
    for unknown in ({"run": ""}, {"actor": run}):
        assert "needs the person" in str(refusal(said_no.model_copy(update=unknown), None, None))
    assert refusal(said_no.model_copy(update={"action": "expire", "actor": run}), None, None) is None


@given(
    st.none() | st.sampled_from(["passed", "blocked", "inconclusive"]),
    st.sampled_from(["model", "data"]),
    st.sampled_from(["this", "another", "none"]),
)
def test_only_the_recorded_verdict_of_the_model_gate_that_passed_promotes(
    outcome: Outcome | None, gate: str, recorded: str
) -> None:
    verdict = a_verdict(2, outcome, gate) if outcome else None
    digests = {"this": _recorded(verdict) if verdict else None, "another": "f" * 64, "none": None}
    allowed = refusal(PROMOTION, verdict, digests[recorded]) is None
    assert allowed == (outcome == "passed" and gate == "model" and recorded == "this")


def test_a_verdict_that_contradicts_its_reasons_promotes_nothing() -> None:
    blocked = Reason(requirement="roc_auc", outcome="blocked", asked="", seen="")
    for reasons in ((), (blocked,)):
        forged = a_verdict(2).model_copy(update={"reasons": reasons})
        assert "only a verdict that passed" in str(refusal(PROMOTION, forged, _recorded(forged)))


def test_a_refusal_shows_the_reasons_of_the_verdict() -> None:
    verdict = a_verdict(2, "blocked", seen="0.71")
    assert "0.71" in str(refusal(PROMOTION, verdict, _recorded(verdict)))


def test_a_version_judged_again_is_not_promoted_by_its_older_verdict() -> None:
    older, newer = a_verdict(2), a_verdict(2, "blocked")
    assert "judged again" in str(refusal(PROMOTION, older, _recorded(newer)))


@pytest.mark.parametrize(
    ("action", "alias"),
    [("challenge", "champion"), ("promote", "challenger"), ("roll_back", "challenger"), ("repair", "champion")],
)
def test_an_action_moves_its_own_alias_only(action: str, alias: str) -> None:
    move = PROMOTION.model_copy(update={"action": action, "alias": alias})
    assert refusal(move, a_verdict(2), _recorded(a_verdict(2))) == f"{action} does not move the alias {alias}"


@pytest.mark.parametrize("action", ["promote", "roll_back"])
def test_the_champion_moves_only_by_somebody_and_for_a_reason(action: str) -> None:
    move = PROMOTION.model_copy(update={"action": action})
    for blank in ("", "  "):
        assert "needs an actor" in str(refusal(move.model_copy(update={"actor": blank}), None, None))
        assert "needs a reason" in str(refusal(move.model_copy(update={"reason": blank}), None, None))


def test_a_challenge_needs_no_reason_and_a_rollback_no_verdict() -> None:
    challenge = Move(alias="challenger", to_version=2, action="challenge", actor="ada", reason="")
    back = PROMOTION.model_copy(update={"action": "roll_back"})
    assert refusal(challenge, None, None) is None
    assert refusal(back, None, None) is None
