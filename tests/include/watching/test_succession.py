"""The watch over a new champion reads the rows as they were served, and acts once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from include.domain.references import ModelVersionRef
from include.registry.ledger import Ledger
from include.registry.loop_stop import stopped_by
from include.watching.succession import watch_round
from tests.include.registry.house import MODEL, START, House
from tests.include.watching.succeeded import SPEC, a_succession

CHAMPION = ModelVersionRef(name=MODEL, version=2, run_id="r2")


def look(house: House, actor: str = "adult.monitoring/1") -> Any:
    return watch_round(SPEC, house.store, CHAMPION, as_of=START + timedelta(days=9), actor=actor)


def rollbacks(house: House) -> int:
    return sum(entry.action == "roll_back" for entry in Ledger(house.store, MODEL).entries())


def test_a_worse_champion_is_taken_back_once_and_the_loop_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    house = a_succession(monkeypatch, off=3.0)
    decision, entry = look(house)
    assert (decision.outcome, entry.from_version, entry.to_version) == ("take_back", 2, 1)
    assert house.aliases == {"champion": 1}
    assert stopped_by(house.store, MODEL) == entry
    assert rollbacks(house) == 1


@pytest.mark.parametrize("remembered", [True, False])
def test_who_was_killed_after_the_rollback_is_told_the_same_and_rolls_back_no_more(
    monkeypatch: pytest.MonkeyPatch, remembered: bool
) -> None:
    house = a_succession(monkeypatch, off=3.0)
    with monkeypatch.context() as killed:
        if not remembered:
            killed.setattr("include.judging.watch._remember", lambda *asked: None)
        first = look(house)
    assert look(house) == first
    assert rollbacks(house) == 1


def test_a_good_champion_stays_and_is_looked_at_once_a_labelled_window(monkeypatch: pytest.MonkeyPatch) -> None:
    house = a_succession(monkeypatch, off=0.5)
    decision, entry = look(house)
    assert (decision.outcome, entry) == ("go_on", None)
    assert "no label came since the last look" in look(house)
    assert house.aliases == {"champion": 2}


def test_versions_that_clean_differently_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    house = a_succession(monkeypatch, off=3.0, cleaning=[{"do": "trim", "columns": ["shop"]}])
    assert look(house) == "versions 1 and 2 clean their rows differently, and only one form was kept"
    assert house.aliases == {"champion": 2}


def test_the_first_champion_has_no_predecessor(monkeypatch: pytest.MonkeyPatch) -> None:
    house = a_succession(monkeypatch, off=3.0, first=True)
    assert look(house) == "version 2 has no predecessor to be compared with"
