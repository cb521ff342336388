"""Why a training run was started."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from airflow.sdk import Asset, AssetAll, AssetAny, AssetOrTimeSchedule

from include.domain.references import Window
from include.domain.retraining import RetrainingRequest, TrainingData
from include.domain.spec import ScheduleSpec
from plugins.assets import retrain_asset
from plugins.requests import request_of
from plugins.schedules import training_schedule
from plugins.windows import run_window
from tests.specs import a_spec

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def request(at: datetime = MARCH) -> RetrainingRequest:
    data = TrainingData(window=Window(start=at - timedelta(days=30), end=at), half_life=timedelta(days=9))
    return RetrainingRequest(
        model="churn", at=at, alarms=("input_drift",), reason="drift", window=Window(end=at), champion=1, data=data
    )


def started_by(*events: dict[str, Any], model: str = "churn") -> dict[str, Any]:
    return {"triggering_asset_events": {retrain_asset(model): [SimpleNamespace(extra=extra) for extra in events]}}


def test_a_run_that_nobody_asked_for_has_no_request() -> None:
    assert request_of("churn", {}) is None
    assert request_of("churn", {"triggering_asset_events": {Asset("sales"): [SimpleNamespace(extra={})]}}) is None
    assert request_of("churn", started_by({"request": request().to_json()}, model="other")) is None


def test_a_request_comes_back_from_its_event_as_it_was_made() -> None:
    assert request_of("churn", started_by({"request": request().to_json()})) == request()


def test_of_several_requests_the_newest_counts_and_an_event_made_by_hand_carries_none() -> None:
    later = request(MARCH + timedelta(days=1))
    events = [{"request": one.to_json()} for one in (later, request())]
    assert request_of("churn", started_by(*events, {})) == later
    assert request_of("churn", started_by({})) is None


def test_a_run_that_was_asked_for_reads_what_the_policy_says_unless_the_form_says_more() -> None:
    context = started_by({"request": request().to_json()})
    assert run_window(a_spec(), context) == Window(start=MARCH - timedelta(days=30), end=MARCH)
    form = {**context, "params": {"window_end": "2026-01-01T00:00:00"}}
    assert run_window(a_spec(), form) == Window(end=datetime(2026, 1, 1, tzinfo=UTC))


def test_training_listens_to_monitoring_beside_everything_else() -> None:
    asset = retrain_asset("churn")
    assert training_schedule(None, asset) == [asset]
    both = training_schedule(ScheduleSpec(cron="@daily", assets=("sales", "prices")), asset)
    assert isinstance(both, AssetOrTimeSchedule)
    needed, asked = both.asset_condition.objects
    assert isinstance(both.asset_condition, AssetAny)
    assert (needed, asked) == (AssetAll(Asset("sales"), Asset("prices")), asset)
    assert isinstance(training_schedule(ScheduleSpec(cron="@daily"), asset), AssetOrTimeSchedule)
