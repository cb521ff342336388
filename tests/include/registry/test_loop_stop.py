from __future__ import annotations

import pytest

from include.domain.errors import RegistryError, StaleVerdictError
from include.registry.loop_stop import resume, stop_told, stopped_by
from include.registry.rollback import roll_back
from tests.include.registry.house import MODEL, House


@pytest.fixture
def watched(house: House) -> House:
    """Return a house in which version 2 has replaced version 1."""
    house.promote(1, None)
    house.promote(2, 1)
    return house


def take_back(house: House, version: int = 2) -> None:
    terms = {"actor": "watch", "reason": "worse by 0.2", "automatic": True, "registry": house.registry}
    roll_back(house.store, MODEL, to=version - 1, instead_of=version, **terms)  # type: ignore[arg-type]


def test_an_automatic_rollback_stops_the_loop_and_says_so(watched: House) -> None:
    assert stopped_by(watched.store, MODEL) is None
    take_back(watched)
    told = stop_told(stopped_by(watched.store, MODEL))
    assert "version 2 was rolled back by itself (ledger entry 3: worse by 0.2)" in told
    assert watched.aliases == {"champion": 1}
    assert watched.verify() == []


def test_a_rollback_by_a_person_stops_nothing(watched: House) -> None:
    watched.roll_back()
    assert stopped_by(watched.store, MODEL) is None


def test_a_person_lets_it_go_on_and_stands_in_the_ledger(watched: House) -> None:
    take_back(watched)
    entry = resume(watched.store, MODEL, actor="ada", reason="labels are right again", registry=watched.registry)
    assert (entry.action, entry.actor, entry.to_version, entry.position) == ("resume", "ada", 1, 4)
    assert stopped_by(watched.store, MODEL) is None
    assert watched.aliases == {"champion": 1}
    assert watched.verify() == []


def test_a_promotion_by_hand_does_not_let_it_go_on(watched: House) -> None:
    take_back(watched)
    watched.promote(3, 1)
    assert stopped_by(watched.store, MODEL) is not None


def test_only_a_stopped_loop_is_resumed_and_only_for_a_reason(watched: House) -> None:
    with pytest.raises(RegistryError, match="is not stopped"):
        resume(watched.store, MODEL, actor="ada", reason="", registry=watched.registry)
    take_back(watched)
    with pytest.raises(RegistryError, match="resume needs a reason"):
        resume(watched.store, MODEL, actor="ada", reason=" ", registry=watched.registry)


def test_a_champion_that_came_meanwhile_is_not_taken_back(watched: House) -> None:
    watched.promote(3, 2)
    with pytest.raises(StaleVerdictError, match="version 2 was to be rolled back, but version 3 is champion by now"):
        take_back(watched)
    assert watched.aliases == {"champion": 3}


def test_what_is_taken_back_twice_is_taken_back_once(watched: House) -> None:
    take_back(watched)
    take_back(watched)
    assert len(watched.ledger.entries()) == 3
