"""Schedules of specs as Airflow's timetables."""

from __future__ import annotations

import pytest
from airflow.sdk import (
    Asset,
    AssetOrTimeSchedule,
    CronDataIntervalTimetable,
    CronTriggerTimetable,
    MultipleCronTriggerTimetable,
)

from include.domain.errors import CodeNotAllowedError, SpecError
from include.domain.spec import ScheduleSpec
from plugins.schedules import training_schedule


def test_no_schedule_means_on_demand() -> None:
    assert training_schedule(None) is None


def test_one_cron_line_gives_runs_with_a_data_interval() -> None:
    made = training_schedule(ScheduleSpec(cron="0 3 * * 1", timezone="Europe/Berlin"))
    assert isinstance(made, CronDataIntervalTimetable)


def test_several_cron_lines_make_a_seasonal_calendar() -> None:
    assert isinstance(training_schedule(ScheduleSpec(cron=["0 3 * * 1", "0 3 * 12 *"])), MultipleCronTriggerTimetable)


def test_assets_alone_are_waited_for_together() -> None:
    assert training_schedule(ScheduleSpec(assets=("a", "b"))) == [Asset("a"), Asset("b")]


def test_assets_stand_beside_the_clock() -> None:
    assert isinstance(training_schedule(ScheduleSpec(cron="@daily", assets=("a",))), AssetOrTimeSchedule)


def test_a_timetable_of_airflow_is_made_with_its_arguments() -> None:
    arguments = {"expression": "@hourly", "timezone": "UTC"}
    made = training_schedule(ScheduleSpec(timetable="airflow.sdk.CronTriggerTimetable", arguments=arguments))
    assert isinstance(made, CronTriggerTimetable)


@pytest.mark.parametrize(
    "timetable", ["airflow.sdk.CronTriggerTimetable", "airflow.sdk.NoSuch", "include.no_such.Thing"]
)
def test_a_timetable_that_cannot_be_made_is_a_mistake_in_the_spec(timetable: str) -> None:
    with pytest.raises(SpecError, match=r"schedule\.timetable"):
        training_schedule(ScheduleSpec(timetable=timetable))


def test_a_timetable_from_elsewhere_is_refused_by_name() -> None:
    with pytest.raises(CodeNotAllowedError, match=r"os\.path\.join is not allowed"):
        training_schedule(ScheduleSpec(timetable="os.path.join"))


def test_without_a_clock_only_assets_and_people_start_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_CLOCK", "off")
    asked_by = Asset("churn.retrain")
    assert training_schedule(ScheduleSpec(cron="@daily")) is None
    assert training_schedule(ScheduleSpec(cron="@daily"), asked_by) == asked_by
    assert training_schedule(ScheduleSpec(cron="@daily", assets=("a",))) == [Asset("a")]


def test_a_schedule_that_cannot_be_kept_is_a_mistake_with_and_without_a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_CLOCK", "off")
    with pytest.raises(SpecError, match=r"schedule\.timetable"):
        training_schedule(ScheduleSpec(timetable="include.no_such.Thing"))
