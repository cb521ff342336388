"""The part of a spec that says how served predictions are watched: when, against what, and what is an alarm."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from include.domain.monitored import CONCERNS, Concern
from include.domain.record import Record
from include.domain.spec.fields import Duration, Share
from include.domain.spec.gates import BoundSpec
from include.domain.spec.schedule import Schedule


class ReferenceWindow(Record):
    """A named earlier stretch of event time that windows are compared with."""

    start: AwareDatetime = Field(description="First moment, with its zone", examples=["2026-01-01T00:00:00Z"])
    end: AwareDatetime = Field(description="Where it stops, itself not in it", examples=["2026-04-01T00:00:00Z"])

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if not self.start < self.end:
            raise ValueError(f"start {self.start} is not before end {self.end}")
        return self


class LabelsWatched(Record):
    """When the labels of a window are enough to judge it by."""

    window: Duration | None = Field(
        default=None,
        description="Length of event time over which realised quality is judged; that of the window if left out",
    )
    share_at_least: Share = Field(default=0.5, description="With fewer of the rows labelled the answer is inconclusive")
    bias_at_most: float = Field(
        default=0.1,
        gt=0,
        le=0.5,
        description="How far apart from others labelled rows may be scored: area under the ROC curve less 0.5",
    )


class MonitoringSpec(Record):
    """How served predictions are watched, window by window.

    Judged without a word here: failed expectations and rows set aside; drifted inputs; drifted predictions; what the
    champion has lost since its promotion, by labels, and by estimate until they arrive.
    """

    schedule: Schedule | None = Field(
        default=None, description="A cron line, several, or a mapping; whenever predictions are written if left out"
    )
    window: Duration | None = Field(
        default=None, description="Length of a window in event time; that of the scored window if left out"
    )
    reference: Literal["training", "same_season"] | ReferenceWindow = Field(
        default="training",
        description="What windows are compared with: the champion's training rows, the same window a year before, "
        "or {start, end}",
    )
    false_alarms: float = Field(
        default=0.05,
        gt=0,
        lt=0.5,
        description="Share of windows without drift that may be called drifted, all columns together",
    )
    weighting: Literal["importance", "equal"] = Field(
        default="importance", description="Whether important features get the greater part of the allowed false alarms"
    )
    report: Literal["always", "on_alarm", "never"] = Field(
        default="always", description="Which windows get Evidently's report; an alarm is a drifted column or answer"
    )
    rows_at_least: int = Field(default=50, ge=2, description="With fewer rows the answers are inconclusive")
    confidence: float = Field(default=0.95, ge=0.8, lt=1, description="Of the intervals that tell a loss of quality")
    labels: LabelsWatched = LabelsWatched()
    concerns: tuple[Concern, ...] = Field(default=CONCERNS, min_length=1, description="What is judged; all if left out")
    bounds: tuple[BoundSpec, ...] = Field(
        default=(),
        description="Further bounds on observations of a window; one on a name that is judged already replaces it",
    )

    @model_validator(mode="after")
    def _concerns_stand_once(self) -> Self:
        twice = sorted({concern for concern in self.concerns if self.concerns.count(concern) > 1})
        if twice:
            raise ValueError(f"{twice[0]!r} stands twice among concerns")
        return self
