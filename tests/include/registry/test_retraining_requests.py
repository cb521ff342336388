from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from include.domain.references import Window
from include.domain.retraining import RetrainingDecision, RetrainingRequest
from include.registry.retraining_requests import own_request, record_request, retraining_requests
from tests.fakes import MemoryStore


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def asked(by: str, day: int = 1) -> RetrainingDecision:
    at = datetime(2026, 1, day, tzinfo=UTC)
    request = RetrainingRequest(
        model="churn", at=at, alarms=("input_drift",), reason="drift", window=Window(end=at), champion=1, by=by
    )
    return RetrainingDecision(decision="ask", reasons=("drift",), request=request)


def test_requests_are_kept_in_the_order_of_their_windows(store: MemoryStore) -> None:
    for day in (9, 2, 11):
        assert record_request(store, asked(f"run {day}", day)).decision == "ask"
    assert [made.at.day for made in retraining_requests(store, "churn")] == [2, 9, 11]
    assert retraining_requests(store, "chur") == ()


def test_a_task_that_was_killed_finds_its_own_request_and_makes_no_second(store: MemoryStore) -> None:
    record_request(store, asked("run 1"))
    again = record_request(store, asked("run 1"))
    assert again.decision == "ask"
    assert own_request(store, "churn", "run 1") == again.request
    assert own_request(store, "churn", "run 2") is None
    assert len(retraining_requests(store, "churn")) == 1


def test_of_many_who_ask_at_one_window_one_is_heard(store: MemoryStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        decisions = list(pool.map(lambda i: record_request(store, asked(f"run {i}")), range(16)))
    assert [one.decision for one in decisions].count("ask") == 1
    waiting = next(one for one in decisions if one.decision == "wait")
    assert "asked at this window already: drift" in waiting.reasons[0]


def test_who_waits_leaves_nothing_behind(store: MemoryStore) -> None:
    record_request(store, RetrainingDecision(decision="wait", reasons=("calm",)))
    assert store.objects == {}
