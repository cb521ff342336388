"""Schedules: what a spec says about time, as Airflow's timetables."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from airflow.sdk import (
    Asset,
    AssetAll,
    AssetAny,
    AssetOrTimeSchedule,
    CronDataIntervalTimetable,
    MultipleCronTriggerTimetable,
)

from include.domain.errors import CodeNotAllowedError, SpecError
from include.domain.spec import ScheduleSpec

ALLOWED = ("airflow.", "include.", "plugins.")
CLOCK = "SLUICE_CLOCK"
"""Variable that leaves out all that goes by the time of day, if it is ``off``: assets and people still start runs."""


def training_schedule(schedule: ScheduleSpec | None, asked_by: Asset | None = None) -> Any:
    """Return what Airflow's DAG takes as its schedule.

    One cron line gives runs with a data interval; several give a run at each of their times; assets are asked for all
    together, beside the cron lines where there are any. What monitoring asks for stands beside all of that: it waits
    for no cron line and no other asset.

    :param asked_by: The asset by which monitoring asks for training, where it may.
    :raises CodeNotAllowedError: if the timetable lies outside Airflow and the project.
    :raises SpecError: if there is no such timetable, or not with these arguments.
    """
    if schedule is None:
        return [asked_by] if asked_by else None
    times = _timetable(schedule.timetable, schedule.arguments) if schedule.timetable else _times(schedule)
    if os.environ.get(CLOCK) == "off":
        times = None
    assets = [Asset(name) for name in schedule.assets]
    if asked_by is not None:
        either = AssetAny(AssetAll(*assets), asked_by) if assets else asked_by
        return AssetOrTimeSchedule(timetable=times, assets=either) if times else either
    if not assets:
        return times
    return AssetOrTimeSchedule(timetable=times, assets=AssetAll(*assets)) if times else assets


def _times(schedule: ScheduleSpec) -> Any:
    if not schedule.cron:
        return None
    if len(schedule.cron) == 1:
        return CronDataIntervalTimetable(schedule.cron[0], timezone=schedule.timezone)
    return MultipleCronTriggerTimetable(*schedule.cron, timezone=schedule.timezone)


def _timetable(path: str, arguments: dict[str, Any]) -> Any:
    if not path.startswith(ALLOWED):
        raise CodeNotAllowedError(f"schedule.timetable: {path} is not allowed; expected one of {', '.join(ALLOWED)}…")
    module, _, name = path.rpartition(".")
    try:
        return getattr(import_module(module), name)(**arguments)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise SpecError([f"schedule.timetable: {path} cannot be made with {arguments}: {error}"]) from error
