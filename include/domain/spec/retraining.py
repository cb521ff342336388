"""The part of a spec that says when a model asks for its own retraining, on which data, and how far it is trusted."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from include.domain.record import Record
from include.domain.spec.fields import Duration
from include.domain.spec.schedule import is_zone

Alarm = Literal["input_drift", "prediction_drift", "realised_quality", "estimated_quality"]
"""Concerns of monitoring that training again can help: broken data are no reason to train."""

ALARMS: tuple[Alarm, ...] = get_args(Alarm)

TrainOn = Literal["all", "sliding", "since_change", "weighted"]


class Budget(Record):
    """How many requests are made at most, whatever happens."""

    day: int = Field(default=1, ge=0, description="Within any 24 hours of event time")
    week: int = Field(default=3, ge=0, description="Within any 7 days of event time")


class QuietHours(Record):
    """Hours of the day in which nothing is asked for; a window counts by the moment at which it ends."""

    start: time = Field(description="First moment, such as 22:00")
    end: time = Field(description="First moment after it, such as 06:00; may lie on the next day")
    timezone: Annotated[str, AfterValidator(is_zone)] = Field(default="UTC", description="Of both")

    @model_validator(mode="after")
    def _leaves_time(self) -> Self:
        if self.start == self.end:
            raise ValueError("quiet hours that end when they start leave no time, or no quiet: leave them out")
        return self

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies in them.

        Examples
        --------
        >>> from datetime import UTC
        >>> night = QuietHours(start="22:00", end="06:00")
        >>> [night.holds(datetime(2026, 1, 5, hour, tzinfo=UTC)) for hour in (21, 22, 5, 6)]
        [False, True, True, False]
        """
        there = moment.astimezone(ZoneInfo(self.timezone)).time()
        if self.start < self.end:
            return self.start <= there < self.end
        return there >= self.start or there < self.end


class RetrainingSpec(Record):
    """When monitoring asks for training, and what holds it back. Without this block it only raises alarms."""

    on: tuple[Alarm, ...] = Field(
        default=("input_drift", "prediction_drift", "realised_quality"),
        description="Alarms that may ask for training",
    )
    changes: bool = Field(
        default=True, description="Ask too when spec, code, parameters or installed packages would train another model"
    )
    k: int = Field(default=3, ge=1, description="So many windows have to raise the same alarm, the newest among them")
    of: int = Field(default=4, ge=1, description="Of so many, the newest in which it was looked at")
    cooldown: Duration = Field(
        default="7d",
        validate_default=True,
        description="Event time after a request in which there is no other; with `data: since_change` one that brought "
        "no new champion is repeated sooner, once what came since the change has grown by half",
    )
    budget: Budget = Budget()
    quiet_hours: QuietHours | None = Field(default=None, description="When nothing is asked for; never if left out")
    data: TrainOn = Field(
        default="since_change",
        description="What is learned from then: all; the newest `span`; what came since the first window of the alarm "
        "(all, where no alarm asks but a changed training); or all with weights that halve every `half_life`",
    )
    span: Duration | None = Field(default=None, description="With `data: sliding`: how far back")
    half_life: Duration | None = Field(
        default=None, description="With `data: weighted`: age at which a row counts half"
    )
    watch: int = Field(
        default=4,
        ge=0,
        description="Labelled windows in which a new champion has to hold its own against its predecessor; 0 trusts it",
    )

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if self.k > self.of:
            raise ValueError(f"k {self.k} of {self.of} windows can never be reached: choose k of at most {self.of}")
        if len(set(self.on)) < len(self.on):
            raise ValueError("an alarm stands twice in on")
        if self.cooldown < timedelta(0):
            raise ValueError("the cooldown is below zero")
        self._check_data("sliding", "span", self.span)
        self._check_data("weighted", "half_life", self.half_life)
        return self

    def _check_data(self, data: str, field: str, value: timedelta | None) -> None:
        if (self.data == data) != (value is not None):
            need = f"data: {data} needs {field}, such as 90d" if value is None else f"{field} is for data: {data}"
            raise ValueError(need)
        if value is not None and value <= timedelta(0):
            raise ValueError(f"{field} has to be above zero")
