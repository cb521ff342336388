"""The part of a spec that says who hears of what; how to log in stays in Airflow's connections."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from include.domain.notice import EVENTS, Event
from include.domain.record import Record

Address = Annotated[str, StringConstraints(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$")]
TopicArn = Annotated[str, StringConstraints(pattern=r"^arn:[\w-]+:sns:[\w-]*:\d*:[\w.-]+$")]
Channel = Annotated[str, StringConstraints(pattern=r"^[#@]?[\w.-]+$")]


class NotifySpec(Record):
    """Who hears of what happens to a model. The log of the task always does."""

    email: tuple[Address, ...] = Field(default=(), description="Addresses that get a mail")
    slack: Channel | None = Field(default=None, description="Slack channel; needs the extra `slack`")
    sns: TopicArn | None = Field(default=None, description="ARN of an SNS topic")
    on: tuple[Event, ...] = Field(default=EVENTS, min_length=1, description="Of what; everything if left out")
    email_connection: str = Field(default="smtp_default", description="Airflow connection to the mail server")
    slack_connection: str = Field(default="slack_api_default", description="Airflow connection to Slack")
    sns_connection: str = Field(default="aws_default", description="Airflow connection to AWS")

    @model_validator(mode="after")
    def _on_reaches_somebody(self) -> Self:
        if self.on != EVENTS and not self.reaches_somebody:
            raise ValueError("on names events, but nobody hears of them: give email, slack or sns")
        return self

    @property
    def reaches_somebody(self) -> bool:
        """Whether anybody but the log hears of anything."""
        return bool(self.email or self.slack or self.sns)
