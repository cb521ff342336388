from __future__ import annotations

from datetime import timedelta

from tests.include.registry.house import MODEL, START, House, a_verdict


def test_a_model_nobody_trained_stands_nowhere(house: House) -> None:
    seen = House(versions=0).status()
    assert (seen.champion, seen.challenger, seen.last_verdict, seen.last_entry, seen.in_step) == (
        None,
        None,
        None,
        None,
        True,
    )
    assert seen.champion_age(START) is None


def test_champion_challenger_age_and_last_move_are_told(house: House) -> None:
    house.promote(1, None)
    house.challenge(2)
    seen = house.status()
    assert (seen.champion, seen.challenger) == (1, 2)
    assert seen.champion_age(START + timedelta(hours=3)) == timedelta(hours=2)
    assert seen.last_entry is not None
    assert seen.last_entry.action == "challenge"
    assert seen.in_step


def test_the_last_verdict_is_the_challengers(house: House) -> None:
    house.promote(1, None)
    assert house.status().last_verdict == "passed"
    house.challenge(2)
    house.judge(2, a_verdict(2, "inconclusive"))
    assert house.status().last_verdict == "inconclusive"


def test_aliases_that_left_the_ledger_are_out_of_step(house: House) -> None:
    house.promote(1, None)
    house.registry.point(MODEL, "champion", 2)
    assert not house.status().in_step
    house.registry.point(MODEL, "champion", None)
    assert not house.status().in_step
    house.repair()
    assert house.status().in_step


def test_after_a_rollback_the_champion_is_as_old_as_the_rollback(house: House) -> None:
    house.promote(1, None)
    house.promote(2, 1)
    house.roll_back()
    assert house.status().champion_since == START + timedelta(hours=3)


def test_a_refusal_does_not_make_the_champion_any_younger(house: House) -> None:
    promoted = house.promote(1, None)
    refused = house.refuse(2)
    assert house.status().champion_since == promoted.at
    assert house.status().last_entry == refused
