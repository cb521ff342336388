from __future__ import annotations

import pytest

from include.domain.errors import RegistryError
from include.registry.aliases import repair
from tests.include.registry.house import MODEL, House


def test_an_alias_moved_by_hand_is_recorded_and_put_back(house: House) -> None:
    house.promote(1, None)
    house.registry.point(MODEL, "champion", 3)
    (entry,) = house.repair()
    assert (entry.action, entry.from_version, entry.to_version) == ("repair", 3, 1)
    assert house.aliases == {"champion": 1}
    assert house.verify() == []


def test_an_alias_that_the_ledger_never_set_is_taken_away(house: House) -> None:
    house.registry.point(MODEL, "champion", 3)
    (entry,) = house.repair()
    assert (entry.from_version, entry.to_version) == (3, None)
    assert house.aliases == {}
    assert house.verify() == []
    house.promote(1, None)
    assert house.aliases == {"champion": 1}


def test_an_alias_whose_version_was_deleted_is_given_up(house: House) -> None:
    house.promote(1, None)
    house.registry.delete(MODEL, 1)
    assert house.verify() != []
    (entry,) = house.repair()
    assert (entry.from_version, entry.to_version) == (None, None)
    assert house.verify() == []
    house.promote(2, None)
    assert house.aliases == {"champion": 2}


def test_what_is_in_place_is_left_alone(house: House) -> None:
    house.promote(1, None)
    house.challenge(2)
    assert house.repair() == []
    assert len(house.ledger.entries()) == 2


def test_a_repair_makes_no_champion(house: House) -> None:
    house.promote(1, None)
    house.registry.point(MODEL, "champion", 3)
    house.repair()
    with pytest.raises(RegistryError, match="never been champion"):
        house.roll_back(3)


def test_a_repair_is_made_by_somebody_and_for_a_reason(house: House) -> None:
    for terms in ({"actor": "", "reason": "r"}, {"actor": "ada", "reason": " "}):
        with pytest.raises(RegistryError, match="an actor and a reason"):
            repair(house.store, MODEL, registry=house.registry, **terms)
