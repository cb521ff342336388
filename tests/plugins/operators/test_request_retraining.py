"""Monitoring asks for training, or says why it waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from include.domain.evidence import Evidence, Observation
from include.domain.monitored import MonitoredWindow
from include.domain.references import ModelVersionRef, Window
from include.domain.spec import ModelSpec
from include.domain.verdict import Reason, Verdict
from include.monitoring.shelf import keep_window
from include.registry.retraining_requests import retraining_requests
from include.storage.steps import StepRecords
from plugins.assets import retrain_asset
from plugins.operators.request_retraining import RequestRetrainingOperator
from tests.fakes import MemoryStore
from tests.specs import a_spec

START = datetime(2026, 1, 1, tzinfo=UTC)
SPEC = a_spec(data={"time": "called_at"}, retraining={})


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> MemoryStore:
    """Return a store with four windows of version 1, the last three of them drifted."""
    store = MemoryStore()
    for day in range(4):
        keep_window(store, drifted(day) if day else calm(day))
    monkeypatch.setattr("plugins.hooks.house.HouseHook.store", lambda hook: store)
    monkeypatch.setattr("plugins.hooks.house.HouseHook.records", lambda hook: StepRecords(store))
    champion = ModelVersionRef(name="churn", version=1, run_id="r1")
    monkeypatch.setattr("include.watching.asking.current", lambda model, alias: champion)
    return store


def seen(day: int, outcome: Any, value: float) -> MonitoredWindow:
    window = Window(start=START + timedelta(days=day), end=START + timedelta(days=day + 1))
    reason = Reason(requirement="drifted_columns", outcome=outcome, asked="at most 0", seen=str(value))
    return MonitoredWindow(
        model="churn",
        window=window,
        as_of=window.end,
        version=ModelVersionRef(name="churn", version=1, run_id="r1"),
        evidence=Evidence(subject="churn", observations=(Observation(name="drifted_columns", value=value),)),
        verdicts=(Verdict(gate="input_drift", subject="churn", outcome=outcome, reasons=(reason,)),),
    )


def drifted(day: int) -> MonitoredWindow:
    return seen(day, "blocked", 2.0 + day)


def calm(day: int) -> MonitoredWindow:
    return seen(day, "passed", 0.0)


def run(spec: ModelSpec = SPEC, name: str = "run 1") -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the task; return the request and what the asset event carries."""
    event = SimpleNamespace(extra={})
    ti = SimpleNamespace(dag_id="churn.monitoring", run_id=name, task_id="request_retraining", map_index=-1)
    context: Any = {"ti": ti, "params": {}, "outlet_events": {retrain_asset("churn"): event}}
    request = RequestRetrainingOperator(task_id="request_retraining", spec=spec).execute(context)
    return request, event.extra


def test_the_event_carries_the_request_that_was_written_down(store: MemoryStore) -> None:
    request, extra = run()
    assert extra == {"request": request}
    assert "input_drift in 3 of the last 4 windows" in request["reason"]
    assert len(request["evidence"]) == 3
    assert [made.to_json() for made in retraining_requests(store, "churn")] == [request]


def test_a_task_that_was_killed_tells_of_the_same_request_again(store: MemoryStore) -> None:
    first, _ = run()
    again, extra = run()
    assert again == first
    assert extra == {"request": first}
    assert len(retraining_requests(store, "churn")) == 1


def test_the_next_run_waits_and_says_until_when(store: MemoryStore) -> None:
    run()
    keep_window(store, drifted(4))
    with pytest.raises(
        AirflowSkipException, match="too little more has come since the change: until 2026-01-06 12:00 UTC"
    ):
        run(name="run 2")


def test_a_spec_without_the_block_only_raises_alarms(store: MemoryStore) -> None:
    with pytest.raises(AirflowSkipException, match=r"write `retraining: \{\}`"):
        run(a_spec(data={"time": "called_at"}))
