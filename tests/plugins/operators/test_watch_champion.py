"""The task that watches a champion tells of a rollback, whatever becomes of the task."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from include.domain.references import ModelVersionRef
from include.registry.ledger import Ledger
from plugins.operators.watch_champion import WatchChampionOperator
from tests.include.registry.house import MODEL, House
from tests.include.watching.succeeded import SPEC, a_succession
from tests.specs import a_spec


class Told(list[Any]):
    """What was delivered."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    monkeypatch.setattr("plugins.operators.watch_champion.deliver", lambda notice, to: told.append(notice))
    return told


def run(monkeypatch: pytest.MonkeyPatch, house: House, spec: Any = SPEC) -> dict[str, Any]:
    """Run the task; a retry has the same name."""

    def current(model: str, alias: str) -> ModelVersionRef | None:
        version = house.aliases.get(alias)
        return ModelVersionRef(name=model, version=version, run_id=f"r{version}") if version else None

    monkeypatch.setattr("include.registry.versions.current", current)
    monkeypatch.setattr("plugins.hooks.house.HouseHook.store", lambda hook: house.store)
    ti = SimpleNamespace(dag_id=f"{MODEL}.monitoring", run_id="run 1", task_id="watch_champion", map_index=-1)
    context: Any = {"ti": ti, "params": {}, "dag_run": SimpleNamespace(logical_date=None, run_after=None)}
    return WatchChampionOperator(task_id="watch_champion", spec=spec).execute(context)


def rollbacks(house: House) -> int:
    return sum(entry.action == "roll_back" for entry in Ledger(house.store, MODEL).entries())


def test_a_worse_champion_is_taken_back_and_people_are_told(monkeypatch: pytest.MonkeyPatch, told: Told) -> None:
    house = a_succession(monkeypatch, off=3.0)
    assert run(monkeypatch, house)["outcome"] == "take_back"
    assert house.aliases == {"champion": 1}
    assert len(told) == 1


def test_a_task_killed_between_rollback_and_notice_tells_when_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, told: Told
) -> None:
    house = a_succession(monkeypatch, off=3.0)

    def killed(*asked: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as once:
        once.setattr("plugins.operators.watch_champion.deliver", killed)
        with pytest.raises(KeyboardInterrupt):
            run(once, house)
    assert (rollbacks(house), len(told)) == (1, 0)
    run(monkeypatch, house)
    assert (rollbacks(house), len(told)) == (1, 1)
    assert "2" in str(told[0])


def test_nobody_is_told_of_a_good_champion(monkeypatch: pytest.MonkeyPatch, told: Told) -> None:
    house = a_succession(monkeypatch, off=0.5)
    assert run(monkeypatch, house)["outcome"] == "go_on"
    assert not told


def test_it_skips_with_a_reason_where_nothing_can_be_compared(monkeypatch: pytest.MonkeyPatch, told: Told) -> None:
    house = a_succession(monkeypatch, off=3.0, cleaning=[{"do": "trim", "columns": ["shop"]}])
    with pytest.raises(AirflowSkipException, match="clean their rows differently"):
        run(monkeypatch, house)
    with pytest.raises(AirflowSkipException, match="no block `retraining`"):
        run(monkeypatch, house, a_spec(name=MODEL))
    with pytest.raises(AirflowSkipException, match="no window was monitored yet"):
        run(monkeypatch, only_promoted(House()))
    assert not told


def only_promoted(house: House) -> House:
    house.promote(1, None)
    return house
