"""What a person refused stands in the ledger, once, and moves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from include.domain.errors import RegistryError
from include.domain.record import digest
from tests.include.registry.house import House, a_verdict


@pytest.mark.parametrize("action", ["reject", "expire"])
def test_a_decision_is_an_entry_that_moves_no_alias(house: House, action: str) -> None:
    house.promote(1, None)
    house.challenge(2)
    entry = house.refuse(2, action=action)
    assert (entry.position, entry.from_version, entry.to_version) == (3, 1, 2)
    assert entry.aliases == house.aliases == {"champion": 1, "challenger": 2}
    assert (entry.verdict, entry.outcome) == (digest(a_verdict(2).to_json()), "passed")
    assert house.verify() == []


def test_a_first_model_may_be_refused(house: House) -> None:
    house.challenge(1)
    assert house.refuse(1).aliases == house.aliases == {"challenger": 1}
    assert house.verify() == []


def test_a_retried_task_writes_its_decision_once_whatever_came_between(house: House) -> None:
    house.challenge(2)
    first = house.refuse(2)
    house.challenge(3)
    house.promote(1, None)
    assert house.refuse(2) == first
    assert len(house.ledger.entries()) == 4


def test_another_run_or_another_version_is_another_decision(house: House) -> None:
    house.challenge(2)
    entries = [house.refuse(2), house.refuse(2, run="adult.promotion/8"), house.refuse(3), house.refuse(2)]
    assert [entry.position for entry in entries] == [2, 3, 4, 2]


def test_a_decision_repairs_what_a_dead_writer_left(house: House) -> None:
    house.promote(1, None)
    house.registry.point("adult", "champion", 2)
    house.refuse(3)
    assert house.aliases == {"champion": 1}


@pytest.mark.parametrize(
    "lacking",
    [{"actor": " "}, {"reason": ""}, {"run": ""}, {"run": "", "action": "expire"}, {"actor": "adult.promotion/7"}],
)
def test_a_decision_without_person_reason_or_run_is_not_written(house: House, lacking: dict[str, Any]) -> None:
    with pytest.raises(RegistryError, match="adult version 2"):
        house.refuse(2, **lacking)
    assert house.store.objects == {}
