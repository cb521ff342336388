"""The part of a spec that says when: cron, assets or a timetable."""

from __future__ import annotations

from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from include.domain.record import Record
from include.domain.spec.cron import check_cron
from include.domain.spec.fields import Duration, ImportPath


def is_zone(value: str) -> str:
    """Return the name of a time zone, if there is such a zone."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"expected a time zone such as UTC or Europe/Berlin, got {value!r}") from error
    return value


def _crons(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Crons = Annotated[
    tuple[Annotated[str, AfterValidator(check_cron)], ...],
    BeforeValidator(_crons, json_schema_input_type=str | list[str]),
]


class ScheduleSpec(Record):
    """When a model is trained. Several cron lines make a seasonal calendar: a run at each of their times."""

    cron: Crons = Field(default=(), description="One cron line, or several")
    timezone: Annotated[str, AfterValidator(is_zone)] = Field(default="UTC", description="Of the cron lines")
    assets: tuple[str, ...] = Field(
        default=(), description="Airflow assets (names or URIs) whose update asks for training"
    )
    timetable: ImportPath | None = Field(
        default=None, description="Import path of a timetable of Airflow or of the project"
    )
    arguments: dict[str, Any] = Field(default={}, description="Arguments of the timetable")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.timetable and (self.cron or self.assets):
            raise ValueError("a timetable stands alone: leave out cron and assets")
        if not (self.timetable or self.cron or self.assets):
            raise ValueError("the schedule names no time: give cron, assets or a timetable, or leave it out")
        if self.arguments and not self.timetable:
            raise ValueError("arguments are for a timetable: name it, or leave them out")
        return self


def _spelled_out(value: Any) -> Any:
    return {"cron": value} if isinstance(value, str | list) else value


Schedule = Annotated[ScheduleSpec, BeforeValidator(_spelled_out, json_schema_input_type=str | list[str] | ScheduleSpec)]


class Retries(Record):
    """How often a step is tried again when a server does not answer; bad data and blocked gates never are."""

    attempts: int = Field(default=2, ge=0, le=20, description="How many times after the first")
    delay: Duration = Field(
        default="30s", description="Wait before the first; it doubles every time", validate_default=True
    )


class Timeouts(Record):
    """How long things may take."""

    step: Duration = Field(default="2h", description="One task", validate_default=True)
    run: Duration = Field(default="12h", description="A whole DAG run", validate_default=True)
