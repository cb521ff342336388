from __future__ import annotations

import pytest

from include.domain.errors import RegistryError
from tests.fakes import MemoryRegistry
from tests.include.registry.house import MODEL, House


@pytest.fixture
def third(house: House) -> House:
    """Return a house in which versions 1, 2 and 3 became champion one after the other."""
    for version, before in ((1, None), (2, 1), (3, 2)):
        house.promote(version, before)
    return house


def test_the_version_that_the_champion_replaced_is_champion_again(third: House) -> None:
    entry = third.roll_back()
    assert (entry.action, entry.from_version, entry.to_version, entry.position) == ("roll_back", 3, 2, 4)
    assert third.aliases == {"champion": 2}
    assert third.verify() == []


def test_rolling_back_twice_goes_back_twice_and_not_to_and_fro(third: House) -> None:
    assert [third.roll_back().to_version, third.roll_back().to_version] == [2, 1]
    with pytest.raises(RegistryError, match="no version was champion before version 1"):
        third.roll_back()


def test_a_promotion_after_a_rollback_replaces_the_one_rolled_back_to(third: House) -> None:
    third.roll_back()
    third.promote(4, 2)
    assert third.roll_back().to_version == 2


def test_any_former_champion_can_be_named_also_a_later_one(third: House) -> None:
    assert third.roll_back(1).to_version == 1
    assert third.roll_back(3).to_version == 3


def test_a_version_that_never_was_champion_needs_a_verdict_instead(third: House) -> None:
    third.challenge(4)
    with pytest.raises(RegistryError, match="version 4: it has never been champion"):
        third.roll_back(4)
    assert len(third.ledger.entries()) == 4


def test_an_actor_and_a_reason_are_needed(third: House) -> None:
    with pytest.raises(RegistryError, match="needs an actor"):
        third.roll_back(actor=" ")
    with pytest.raises(RegistryError, match="needs a reason"):
        third.roll_back(reason="")
    assert len(third.ledger.entries()) == 3


def test_without_a_champion_there_is_nothing_to_roll_back(house: House) -> None:
    house.challenge(1)
    with pytest.raises(RegistryError, match="no champion to roll back from"):
        house.roll_back()


def test_a_deleted_version_is_not_gone_back_to(third: House) -> None:
    third.registry.delete(MODEL, 2)
    with pytest.raises(RegistryError, match="version 2: it was deleted from MLflow"):
        third.roll_back()
    assert third.roll_back(1).to_version == 1


def test_a_deleted_challenger_is_not_in_the_way(third: House) -> None:
    third.challenge(4)
    third.registry.delete(MODEL, 4)
    third.roll_back()
    assert third.aliases == {"champion": 2}


def test_rolling_back_to_the_champion_changes_nothing(third: House) -> None:
    entry = third.roll_back(3)
    assert (entry.action, entry.position) == ("promote", 3)
    assert len(third.ledger.entries()) == 3


def test_a_rollback_cut_short_is_finished_and_not_repeated(third: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(MemoryRegistry, "point", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            third.roll_back()
    assert third.aliases == {"champion": 3}
    assert third.roll_back().to_version == 2
    assert third.aliases == {"champion": 2}
    assert len(third.ledger.entries()) == 4


def test_of_two_people_who_roll_back_the_same_champion_the_second_goes_no_further(
    third: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(third, "clock", _once(third.roll_back, third.clock))
    entry = third.roll_back()
    assert (entry.to_version, third.aliases, len(third.ledger.entries())) == (2, {"champion": 2}, 4)


def test_a_rollback_of_a_champion_that_was_replaced_meanwhile_asks_again(
    third: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(third, "clock", _once(lambda: third.promote(4, 3), third.clock))
    with pytest.raises(RegistryError, match="version 4 became champion meanwhile"):
        third.roll_back()
    assert third.aliases == {"champion": 4}


def _once(first, clock):  # type: ignore[no-untyped-def]
    """Return a clock at whose first look somebody else is quicker."""
    pending = [first]

    def look():  # type: ignore[no-untyped-def]
        if pending:
            pending.pop()()
        return clock()

    return look


def test_a_version_that_was_refused_has_never_been_champion(third: House) -> None:
    third.refuse(4)
    with pytest.raises(RegistryError, match="never been champion"):
        third.roll_back(4)
    assert third.roll_back().to_version == 2
