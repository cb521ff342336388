from __future__ import annotations

import asyncio
from typing import Any

import pytest

from include.domain.errors import UnavailableError
from include.domain.references import ModelVersionRef
from include.serving.service.alias_watcher import AliasWatcher
from include.serving.service.loaded_model import LoadedModel
from tests.fakes import MemoryRegistry
from tests.include.serving.service.houses import House, a_fraud_spec, a_model, a_row


@pytest.fixture(scope="module")
def versions() -> dict[int, LoadedModel]:
    return {number: a_model(a_fraud_spec(), number, seed=number) for number in (1, 2, 3)}


class Street:
    """A house whose aliases are watched."""

    def __init__(self, versions: dict[int, LoadedModel], **serving: Any) -> None:
        self.registry = MemoryRegistry()
        for number in versions:
            self.registry.add("fraud", number)
        self.house = House(None, spec=a_fraud_spec(serving=serving))
        self.loads: list[int] = []

        def load(version: ModelVersionRef, **_: Any) -> LoadedModel:
            self.loads.append(version.version)
            if version.version not in versions:
                raise UnavailableError("the artifact store does not answer")
            return versions[version.version]

        def find(model: str, alias: str) -> ModelVersionRef:
            return ModelVersionRef(name=model, version=self.registry.read(model).aliases[alias], run_id="r")

        self.watcher = AliasWatcher(
            [self.house.model], self.house.metrics, seconds=1, registry=self.registry, find=find, load=load
        )

    def point(self, **aliases: int | None) -> bool:
        for alias, version in aliases.items():
            self.registry.point("fraud", alias, version)
        return self.watcher.look(self.house.model)

    @property
    def serving(self) -> tuple[int, int | None]:
        now = self.house.model.now()
        return now.champion.model.version.version, now.challenger.model.version.version if now.challenger else None


def test_an_alias_that_moves_changes_who_answers(versions: dict[int, LoadedModel]) -> None:
    street = Street(versions)
    assert not street.point()
    assert street.point(champion=1)
    assert not street.point(champion=1)
    assert street.point(champion=2)
    assert street.serving == (2, None)
    assert street.loads == [1, 2]


def test_who_is_being_answered_goes_on_with_the_version_it_began_with(versions: dict[int, LoadedModel]) -> None:
    street = Street(versions)
    street.point(champion=1)

    async def ask() -> Any:
        asked = asyncio.ensure_future(street.house.predict(a_row(0)))
        await asyncio.sleep(0)
        street.point(champion=2)
        return await asked, await street.house.predict(a_row(0))

    (_, first), (_, second) = asyncio.run(ask())
    assert [said["predictions"][0]["version"] for said in (first, second)] == [1, 2]


def test_the_challenger_is_loaded_where_it_is_asked_anything_and_not_twice(versions: dict[int, LoadedModel]) -> None:
    assert Street(versions).point(champion=1, challenger=2)
    street = Street(versions, shadow=True)
    street.point(champion=1, challenger=2)
    assert street.serving == (1, 2)
    street.point(champion=2)
    assert street.serving == (2, None)
    assert street.loads == [1, 2]


def test_what_cannot_be_loaded_leaves_the_champion_where_it_was(versions: dict[int, LoadedModel]) -> None:
    street = Street(versions, shadow=True)
    street.point(champion=1)
    street.registry.add("fraud", 9)
    with pytest.raises(UnavailableError):
        street.point(champion=9)
    assert street.serving == (1, None)
    assert street.point(champion=2, challenger=9)
    assert street.serving == (2, None)


def test_a_champion_whose_alias_was_taken_away_serves_on(versions: dict[int, LoadedModel]) -> None:
    street = Street(versions)
    street.point(champion=1)
    assert not street.point(champion=None)
    assert street.serving == (1, None)
