from __future__ import annotations

from typing import Any

import pytest

from include.domain.errors import LedgerBrokenError, RegistryError, StaleVerdictError
from include.domain.record import digest
from include.registry.aliases import UNASKED
from tests.fakes import MemoryRegistry, MemoryStore
from tests.include.registry.house import MODEL, House, a_verdict


def test_a_move_is_in_the_ledger_before_it_takes_effect(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    length_at_effect: list[int] = []
    point = MemoryRegistry.point

    def watched(registry: MemoryRegistry, *move: Any) -> None:
        length_at_effect.append(len(house.ledger.entries()))
        point(registry, *move)

    monkeypatch.setattr(MemoryRegistry, "point", watched)
    house.challenge(1)
    house.promote(1, None)
    house.promote(2, 1)
    house.roll_back()
    assert length_at_effect == [1, 2, 3, 4]


def test_a_ledger_that_cannot_be_written_moves_no_alias(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(store: MemoryStore, key: str, content: bytes) -> bool:
        raise OSError("full")

    monkeypatch.setattr(MemoryStore, "put_if_absent", full)
    with pytest.raises(OSError, match="full"):
        house.promote(1, None)
    assert house.aliases == {}


def test_an_entry_says_who_moved_what_when_why_and_by_which_verdict(house: House) -> None:
    house.promote(1, None)
    entry = house.promote(2, 1, actor="adult.promotion/run 7", reason="gate model passed")
    assert entry.model_dump(include={"position", "alias", "from_version", "to_version", "action"}) == {
        "position": 2,
        "alias": "champion",
        "from_version": 1,
        "to_version": 2,
        "action": "promote",
    }
    assert (entry.actor, entry.reason) == ("adult.promotion/run 7", "gate model passed")
    assert (entry.verdict, entry.outcome) == (digest(a_verdict(2).to_json()), "passed")
    assert entry.at.isoformat() == "2026-01-01T02:00:00+00:00"


@pytest.mark.parametrize("outcome", ["blocked", "inconclusive", None])
def test_without_a_verdict_that_passed_nobody_becomes_champion(house: House, outcome: Any) -> None:
    verdict = a_verdict(1, outcome) if outcome else None
    if verdict:
        house.judge(1, verdict)
    with pytest.raises(RegistryError, match="version 1 does not become champion"):
        house.promote(1, None, verdict=verdict)
    assert house.store.objects == {}
    assert house.aliases == {}


def test_the_verdict_about_one_version_does_not_promote_another(house: House) -> None:
    with pytest.raises(RegistryError, match="about another"):
        house.promote(2, None, verdict=a_verdict(1))


def test_a_promotion_says_against_whom_the_verdict_was_reached(house: House) -> None:
    with pytest.raises(RegistryError, match="judged_against"):
        house.promote(1, UNASKED)


def test_a_verdict_against_yesterdays_champion_is_stale_and_says_what_to_do(house: House) -> None:
    house.promote(1, None)
    house.promote(2, 1)
    with pytest.raises(StaleVerdictError) as caught:
        house.promote(3, 1)
    assert str(caught.value) == (
        "adult: the verdict was reached against version 1, but by the ledger version 2 is champion "
        "(ledger/adult/00000002.json); run the DAG adult.promotion again"
    )
    with pytest.raises(StaleVerdictError, match="while there was no champion, but by the ledger version 2 is"):
        house.promote(3, None)
    assert house.aliases == {"champion": 2}


def test_a_verdict_against_a_champion_that_never_was_is_stale(house: House) -> None:
    with pytest.raises(StaleVerdictError, match="by the ledger there is none"):
        house.promote(2, 1)


def test_a_champion_found_in_another_registry_does_not_count(house: House) -> None:
    house.registry.point(MODEL, "champion", 4)
    with pytest.raises(StaleVerdictError):
        house.promote(2, 4)


def test_a_move_that_is_made_already_is_not_made_again(house: House) -> None:
    first = house.promote(1, None)
    house.challenge(2)
    assert house.promote(1, None) == first
    assert len(house.ledger.entries()) == 2


def test_a_retry_after_death_between_ledger_and_alias_finishes_the_move(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(MemoryRegistry, "point", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            house.promote(1, None)
    assert house.aliases == {}
    entry = house.promote(1, None)
    assert (entry.position, house.aliases) == (1, {"champion": 1})
    assert house.verify() == []


def test_a_version_that_does_not_exist_is_not_written_down(house: House) -> None:
    with pytest.raises(RegistryError, match="no such version"):
        house.challenge(99)
    assert house.store.objects == {}


@pytest.mark.parametrize("action", ["roll_back", "repair"])
def test_other_actions_are_not_smuggled_in(house: House, action: str) -> None:
    house.promote(1, None)
    with pytest.raises(RegistryError, match="function of its own"):
        house.promote(2, 1, action=action)


def test_a_challenger_may_not_become_champion_by_a_challenge(house: House) -> None:
    with pytest.raises(RegistryError, match="challenge does not move the alias champion"):
        house.promote(1, None, action="challenge")


def test_a_ledger_in_another_store_extends_nothing(house: House) -> None:
    house.promote(1, None)
    house.promote(2, 1)
    house.store = MemoryStore()
    for ask in (lambda: house.promote(3, None), lambda: house.challenge(3), house.roll_back, house.reconcile):
        with pytest.raises(LedgerBrokenError, match=r"00000002\.json is missing.*SLUICE_STORE"):
            ask()
    assert house.store.objects == {}
    assert house.aliases == {"champion": 2}
