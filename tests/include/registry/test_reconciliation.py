"""Whatever the order in which concurrent writers take their steps, and wherever one dies, ledger and aliases agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.domain.errors import RegistryError, StaleVerdictError
from tests.fakes import MemoryRegistry
from tests.include.registry.house import MODEL, House
from tests.include.registry.turns import Killed, SteppingRegistry, SteppingStore, Turns

WRITERS = 3
LONGEST = 18
"""Steps of the longest move when nobody is in its way."""


def _stepping_house() -> tuple[House, Turns]:
    turns, house = Turns(), House(versions=0)
    house.store, house.registry = SteppingStore(turns), SteppingRegistry(turns)
    for version in range(1, 9):
        house.registry.add(MODEL, version, **House(versions=version).registry.versions[MODEL, version])
    return house, turns


def _works(house: House) -> st.SearchStrategy[list[Callable[[], Any]]]:
    one = st.one_of(
        st.integers(3, 8).map(lambda v: lambda: house.challenge(v)),
        st.integers(3, 8).map(lambda v: lambda: house.promote(v, 2)),
        st.none().map(lambda _: house.roll_back),
        st.integers(3, 8).map(lambda v: lambda: house.refuse(v)),
        st.none().map(lambda _: house.reconcile),
        st.none().map(lambda _: house.repair),
    )
    return st.lists(one, min_size=2, max_size=WRITERS)


def _prepared() -> tuple[House, Turns]:
    house, turns = _stepping_house()
    house.promote(1, None)
    house.promote(2, 1)
    return house, turns


orders = st.lists(st.tuples(st.integers(0, WRITERS - 1), st.integers(1, 20)), max_size=6)


def _move(house: House, name: str) -> Callable[[], Any]:
    moves: dict[str, Callable[[], Any]] = {
        "challenge": lambda: house.challenge(3),
        "another challenge": lambda: house.challenge(4),
        "promote": lambda: house.promote(3, 2),
        "roll back": house.roll_back,
        "refuse": lambda: house.refuse(3),
        "reconcile": house.reconcile,
    }
    return moves[name]


@pytest.mark.parametrize("second", ["another challenge", "promote", "roll back", "refuse", "reconcile"])
@pytest.mark.parametrize("first", ["challenge", "promote", "roll back", "refuse", "reconcile"])
def test_a_writer_may_be_overtaken_at_any_step(first: str, second: str) -> None:
    for steps in range(LONGEST):
        house, turns = _prepared()
        turns.run([_move(house, first), _move(house, second)], [(0, steps), (1, LONGEST)])
        assert house.verify() == [], f"{first} overtaken after {steps} steps"


def test_two_writers_may_overtake_each_other_at_any_step() -> None:
    for steps in range(LONGEST):
        for steps_of_other in range(0, LONGEST, 3):
            house, turns = _prepared()
            works = [_move(house, "challenge"), _move(house, "another challenge")]
            turns.run(works, [(0, steps), (1, steps_of_other), (0, LONGEST)])
            assert house.verify() == [], f"overtaken after {steps} and {steps_of_other} steps"


@settings(max_examples=40, deadline=None)
@given(st.data(), orders)
def test_any_interleaving_ends_with_the_aliases_at_the_last_entry(
    data: st.DataObject, order: list[tuple[int, int]]
) -> None:
    house, turns = _prepared()
    errors = turns.run(data.draw(_works(house)), order)
    assert {type(error) for error in errors} <= {type(None), RegistryError, StaleVerdictError}
    assert house.verify() == []


@settings(max_examples=40, deadline=None)
@given(st.data(), orders, st.integers(0, 40))
def test_a_writer_that_dies_anywhere_is_made_good_by_the_next(
    data: st.DataObject, order: list[tuple[int, int]], dies_at: int
) -> None:
    house, turns = _prepared()
    errors = turns.run(data.draw(_works(house)), order, dies_at=dies_at)
    assert {type(error) for error in errors} <= {type(None), RegistryError, StaleVerdictError, Killed}
    assert house.ledger.verify() == []
    house.reconcile()
    assert house.verify() == []


@settings(max_examples=40, deadline=None)
@given(orders)
def test_of_many_promotions_judged_against_one_champion_exactly_one_wins(order: list[tuple[int, int]]) -> None:
    house, turns = _prepared()
    works: list[Callable[[], Any]] = [lambda version=version: house.promote(version, 2) for version in (3, 4, 5)]
    errors = turns.run(works, order)
    assert sum(error is None for error in errors) == 1
    assert sum(isinstance(error, StaleVerdictError) for error in errors) == 2
    assert len(house.ledger.entries()) == 3


def test_dying_between_ledger_and_alias_is_seen_and_repaired(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.promote(1, None)
    with monkeypatch.context() as dying:
        dying.setattr(MemoryRegistry, "point", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            house.promote(2, 1)
    assert house.verify() == [
        "ledger/adult/00000002.json lets champion point at version 2, but in MLflow it points at version 1"
    ]
    house.reconcile()
    assert house.aliases == {"champion": 2}
    assert house.verify() == []


def test_without_a_ledger_nothing_is_touched(house: House) -> None:
    house.registry.point(MODEL, "champion", 3)
    assert house.reconcile() is None
    assert house.aliases == {"champion": 3}


def test_an_alias_of_a_deleted_version_stays_away(house: House) -> None:
    house.promote(1, None)
    house.challenge(2)
    house.registry.delete(MODEL, 2)
    house.registry.point(MODEL, "champion", 3)
    house.reconcile()
    assert house.aliases == {"champion": 1}


def test_what_is_in_place_is_not_written_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.promote(1, None)
    monkeypatch.setattr(MemoryRegistry, "point", lambda *_: pytest.fail("written again"))
    monkeypatch.setattr(MemoryRegistry, "note", lambda *_: pytest.fail("noted again"))
    house.reconcile()
    assert house.aliases == {"champion": 1}
