from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from include.domain.spec import ScheduleSpec
from include.domain.spec.schedule import Retries, Schedule, Timeouts


@pytest.mark.parametrize("written", ["0 5 * * *", ["0 5 * * *"], {"cron": "0 5 * * *"}, {"cron": ["0 5 * * *"]}])
def test_short_forms_of_cron_mean_the_same(written: Any) -> None:
    assert TypeAdapter(Schedule).validate_python(written) == ScheduleSpec(cron=("0 5 * * *",))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"cron": "0 25 * * *"}, "'25' is no hour"),
        ({"cron": "@daily", "timezone": "Mars/Olympus"}, "expected a time zone"),
        ({"timetable": "a.B", "cron": "@daily"}, "a timetable stands alone"),
        ({"timetable": "a.B", "assets": ["x"]}, "a timetable stands alone"),
        ({"timetable": "B"}, "expected a dotted import path"),
        ({"cron": "@daily", "arguments": {"a": 1}}, "arguments are for a timetable"),
        ({"timezone": "UTC"}, "names no time"),
        ([], "names no time"),
    ],
)
def test_a_schedule_says_one_thing_clearly(wrong: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TypeAdapter(Schedule).validate_python(wrong)


def test_cron_and_assets_may_stand_together() -> None:
    assert ScheduleSpec(cron="@daily", assets=("orders",)).assets == ("orders",)


def test_retries_and_timeouts_have_defaults_in_real_units() -> None:
    assert Retries().delay.total_seconds() == 30
    assert Timeouts().run > Timeouts().step
    with pytest.raises(ValidationError):
        Retries(attempts=-1)
