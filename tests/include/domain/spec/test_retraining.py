"""The block `retraining`: what may be written there, and when it is quiet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from include.domain.spec import RetrainingSpec
from include.domain.spec.retraining import QuietHours
from tests.specs import a_spec


def quiet_at(hours: QuietHours) -> list[int]:
    """Return the hours of a winter day in UTC that begin quietly."""
    return [hour for hour in range(24) if hours.holds(datetime(2026, 1, 5, hour, tzinfo=UTC))]


def test_quiet_hours_hold_their_first_moment_and_not_their_last() -> None:
    assert quiet_at(QuietHours(start="12:00", end="14:00")) == [12, 13]
    assert quiet_at(QuietHours(start="22:00", end="02:00")) == [0, 1, 22, 23]


def test_quiet_hours_are_those_of_their_own_time_zone() -> None:
    assert quiet_at(QuietHours(start="12:00", end="14:00", timezone="Asia/Tokyo")) == [3, 4]


def test_quiet_hours_of_no_length_are_refused() -> None:
    with pytest.raises(ValidationError, match="leave no time, or no quiet"):
        QuietHours(start="12:00", end="12:00")


def test_a_span_of_an_hour_is_a_span_and_one_of_nothing_is_none() -> None:
    assert RetrainingSpec(data="sliding", span="1h").span == timedelta(hours=1)
    with pytest.raises(ValidationError, match="span has to be above zero"):
        RetrainingSpec(data="sliding", span="0s")


def test_without_event_time_there_is_nothing_to_retrain_on() -> None:
    assert a_spec(data={"time": "day"}, retraining={}).retraining == RetrainingSpec()
    told = r"error, retraining needs data\.time: without event time there are no windows \["
    with pytest.raises(ValidationError, match=told):
        a_spec(retraining={})
