"""What the demo says of an example."""

from __future__ import annotations

from typing import Any

import pytest

from include.commands.demo import champion, data_check, gate
from tests.include.model_card.cards import an_entry

CHECKED = {"accepted": {"rows": 19_990}, "quarantined": {"rows": 10}}


def done(result: Any = None, state: str = "success") -> dict[str, Any]:
    return {"state": state, "result": result}


def test_a_data_check_tells_how_many_rows_were_set_aside() -> None:
    seen = {"check_data": done(CHECKED), "gate_data": done()}
    assert data_check(seen) == "passed: 19,990 rows, 10 set aside"


def test_a_blocked_data_gate_is_not_called_passed() -> None:
    assert data_check({"check_data": done(CHECKED), "gate_data": done(state="failed")}) == "blocked"


@pytest.mark.parametrize(
    ("state", "told"), [("success", "passed"), ("failed", "blocked"), ("skipped", "nothing new to judge")]
)
def test_the_gate_is_told_by_how_its_task_ended(state: str, told: str) -> None:
    assert gate({"gate_model": done(state=state)}) == told


def test_a_candidate_that_failed_by_its_own_evidence_is_blocked() -> None:
    assert gate({"gate_candidate": done(state="failed")}) == "blocked"
    assert gate({"gate_candidate": done(), "gate_model": done()}) == "passed"


def test_a_promotion_that_never_ran_is_not_called_passed() -> None:
    assert gate({}) == "not reached"


def test_the_champion_is_the_one_that_the_ledger_names_last() -> None:
    moves = [an_entry(alias="challenger", action="challenge"), an_entry(to_version=3)]
    assert champion([]) is None
    assert champion(moves[:1]) is None
    assert champion(moves) == 3
