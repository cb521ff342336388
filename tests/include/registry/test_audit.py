from __future__ import annotations

import pytest

from include.domain.errors import LedgerBrokenError
from include.registry.audit import history
from include.registry.entry import entry_key
from tests.include.registry.house import MODEL, House


@pytest.fixture
def moved(house: House) -> House:
    house.challenge(1)
    house.promote(1, None)
    house.challenge(2)
    house.promote(2, 1)
    return house


def test_a_sound_house_has_no_problem(house: House, moved: House) -> None:
    assert House().verify() == []
    assert moved.verify() == []


def test_an_alias_out_of_place_is_named_with_the_entry_that_put_it_elsewhere(moved: House) -> None:
    moved.registry.point(MODEL, "champion", 1)
    moved.registry.point(MODEL, "challenger", None)
    assert moved.verify() == [
        "ledger/adult/00000004.json lets champion point at version 2, but in MLflow it points at version 1",
        "ledger/adult/00000004.json lets challenger point at version 2, but in MLflow it points at no version",
    ]


def test_an_alias_without_a_ledger_is_named(house: House) -> None:
    house.registry.point(MODEL, "champion", 1)
    assert house.verify() == [
        "ledger/adult/ is empty and lets champion point at no version, but in MLflow it points at version 1"
    ]


def test_a_changed_byte_is_named_though_the_aliases_are_in_place(moved: House) -> None:
    key = entry_key(MODEL, 1)
    moved.store.put(key, moved.store.read(key).replace(b"trained", b"drained"))
    assert moved.verify() == [f"{key} was changed after it was written: its bytes and its hash disagree"]
    with pytest.raises(LedgerBrokenError, match=key):
        history(moved.store, MODEL)


def test_a_ledger_that_lost_its_end_is_found_by_what_the_registry_noted(moved: House) -> None:
    moved.challenge(2)
    moved.promote(3, 2)
    del moved.store.objects[entry_key(MODEL, 5)]
    assert moved.verify()[0].startswith("ledger/adult/00000005.json is missing, yet the aliases")


def test_a_ledger_written_anew_from_one_entry_on_is_found(moved: House) -> None:
    entries = moved.ledger.entries()
    previous = entries[2]
    forged = entries[3].model_copy(update={"actor": "mallory", "previous_hash": previous.hash}).sealed()
    moved.store.put(entry_key(MODEL, 4), forged.as_bytes())
    assert moved.ledger.verify() == []
    assert moved.verify() == [
        "ledger/adult/00000004.json is not the entry that the aliases of adult followed: restore it"
    ]


def test_the_history_is_every_move_oldest_first(moved: House) -> None:
    assert [(e.position, e.action, e.from_version, e.to_version) for e in history(moved.store, MODEL)] == [
        (1, "challenge", None, 1),
        (2, "promote", None, 1),
        (3, "challenge", 1, 2),
        (4, "promote", 1, 2),
    ]
