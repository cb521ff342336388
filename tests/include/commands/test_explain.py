from __future__ import annotations

from datetime import UTC, datetime

import pytest

from include.commands.explain import consequence, overlap
from include.domain.evidence import Evidence, Observation
from include.domain.gate import HOLDOUT_IN_CHAMPION_TRAINING
from include.domain.references import ModelVersionRef
from include.domain.verdict import Outcome, Reason, Verdict
from include.registry.entry import LedgerEntry, Move, successor
from include.registry.judged_version import JudgedVersion

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def judged(
    outcome: Outcome, *aliases: str, seen: str = "3 count on 90 rows", shared: int | None = None
) -> JudgedVersion:
    reason = Reason(requirement=HOLDOUT_IN_CHAMPION_TRAINING, outcome=outcome, asked="at most 0", seen=seen)
    observation = Observation(name=HOLDOUT_IN_CHAMPION_TRAINING, value=shared, n=90)
    return JudgedVersion(
        version=ModelVersionRef(name="adult", version=2, run_id="a" * 32),
        aliases=aliases,
        verdict=Verdict(gate="model", subject="adult", outcome=outcome, reasons=(reason,)),
        evidence=None if shared is None else Evidence(subject="adult", observations=(observation,)),
    )


def promoted(version: int) -> list[LedgerEntry]:
    move = Move(alias="champion", to_version=version, action="promote", actor="ada", reason="gate model passed")
    return [successor("adult", None, move, AT)]


def test_a_champion_is_told_with_the_entry_that_made_it_one() -> None:
    told = consequence(judged("passed", "champion"), promoted(2))
    assert told == "version 2 is the champion: ledger entry 1, 2026-03-01 12:30 UTC, by ada"


def test_a_former_champion_is_told_from_the_present_one() -> None:
    assert "was the champion, and is no longer" in consequence(judged("passed"), promoted(2))


@pytest.mark.parametrize("outcome", ["blocked", "inconclusive"])
def test_a_version_that_did_not_pass_is_said_to_have_changed_nothing(outcome: Outcome) -> None:
    told = consequence(judged(outcome, "challenger"), promoted(1))
    assert told == f"version 2 did not become the champion: the gate is {outcome}"


def test_a_version_that_passed_and_waits_is_not_called_champion() -> None:
    assert "may become the champion; no ledger entry" in consequence(judged("passed"), promoted(1))


def test_judged_rows_seen_in_training_are_counted_or_refused() -> None:
    name = HOLDOUT_IN_CHAMPION_TRAINING
    assert overlap(judged("passed", shared=0), name) == "0 of 90 rows"
    assert overlap(judged("blocked", shared=3), name) == "refused: 3 of 90 rows"
    assert overlap(judged("blocked", seen="nothing"), name) == "refused: nothing"
    assert overlap(judged("passed"), "another") == "not asked"
