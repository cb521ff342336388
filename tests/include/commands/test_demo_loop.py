"""What the demo says of its loop, from what the loop has kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from include.commands.demo_loop import LOOPED, answered_request, form_of, window_to_train
from include.commands.demo_loop_told import delay, loop_told
from include.domain.evidence import Evidence, Observation
from include.domain.monitored import MonitoredWindow
from include.domain.references import ModelVersionRef, Window
from include.domain.retraining import RetrainingDecision, RetrainingRequest, TrainingData
from include.monitoring.shelf import keep_window
from include.registry.ledger import Ledger
from include.registry.retraining_requests import record_request
from include.simulators.demand_story import CHANGED, HISTORY, WINDOWS
from tests.fakes import MemoryStore

METRIC = "mean_absolute_error"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SINCE = Window(start=WINDOWS[CHANGED].start, end=WINDOWS[CHANGED + 1].end)


def asked_after(window: Window = WINDOWS[CHANGED + 1]) -> RetrainingRequest:
    assert window.end is not None
    return RetrainingRequest(
        model=LOOPED,
        at=window.end,
        alarms=("realised_quality",),
        reason="realised_quality in 2 of the last 2 windows",
        window=window,
        champion=1,
        data=TrainingData(window=SINCE),
        by=f"{LOOPED}.monitoring/asset__7",
    )


def realised(number: int, version: int, error: float) -> MonitoredWindow:
    window = WINDOWS[number]
    assert window.end is not None
    return MonitoredWindow(
        model=LOOPED,
        window=window,
        as_of=window.end,
        version=ModelVersionRef(name=LOOPED, version=version, run_id=f"r{version}"),
        evidence=Evidence(subject=LOOPED, observations=(Observation(name=f"realised.{METRIC}", value=error),)),
        verdicts=(),
    )


@pytest.fixture
def store() -> MemoryStore:
    """Return a store after the loop: version 1 has lost in two windows, version 2 serves the last one."""
    store = MemoryStore()
    for number, (version, error) in enumerate([(1, 7.7), (1, 7.6), (1, 16.4), (1, 16.5), (2, 8.1)]):
        keep_window(store, realised(number, version, error))
    record_request(store, RetrainingDecision(decision="ask", reasons=(), request=asked_after()))
    for version in (1, 2):
        promote(store, version)
    return store


def promote(store: MemoryStore, version: int) -> None:
    from include.registry.entry import Move, successor

    move = Move(alias="champion", to_version=version, action="promote", actor="demo", reason="test")
    Ledger(store, LOOPED).append(lambda last: successor(LOOPED, last, move, NOW))


def told(store: MemoryStore) -> dict[str, str]:
    return dict(loop_told(store, METRIC, "http://airflow", "http://mlflow"))


def test_reason_delay_and_the_quality_of_both_versions_are_told(store: MemoryStore) -> None:
    rows = told(store)
    assert rows["reason"] == "realised_quality in 2 of the last 2 windows"
    assert rows["delay"].startswith("2 windows")
    assert rows["version 1"] == f"{METRIC} 7.7 in window 1, 7.6 in window 2, 16.4 in window 3, 16.5 in window 4"
    assert rows["version 2"] == f"{METRIC} 8.1 in window 5"
    assert rows["promotion"] == "version 2 is the champion in place of version 1"
    assert rows["asked by"] == f"http://airflow/dags/{LOOPED}.monitoring/runs/asset__7"
    assert "grocery_demand.retrain, on what came from 2024-09-18 until 2024-11-13" in rows["training"]


def test_what_was_asked_before_the_change_is_not_told_as_its_discovery() -> None:
    assert delay(asked_after(WINDOWS[CHANGED - 1])) == "asked for outside of the change"


def test_a_loop_that_never_asked_says_so() -> None:
    assert told(MemoryStore())["reason"] == "no training was asked for"


def test_the_present_champion_is_trained_again_on_what_it_has_learned_from(store: MemoryStore) -> None:
    assert window_to_train(store) == SINCE
    assert window_to_train(MemoryStore()) == HISTORY


def test_a_request_without_a_new_champion_is_not_answered() -> None:
    store = MemoryStore()
    promote(store, 1)
    record_request(store, RetrainingDecision(decision="ask", reasons=(), request=asked_after()))
    assert answered_request(store) is None
    assert told(store)["promotion"] == "none: version 1 stays the champion"
    assert window_to_train(store) == HISTORY


def test_an_open_side_is_left_out_of_the_form() -> None:
    assert form_of(HISTORY) == {"window_end": HISTORY.end.isoformat()}  # type: ignore[union-attr]
