"""The part of a spec that says what a candidate has to show: both comparisons always, on terms that it chooses."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from include.domain.gate import Bound
from include.domain.record import Record


class Beats(Record):
    """On which terms a candidate has to be better than a rival."""

    metric: str | None = Field(
        default=None, description="brier_score for classes, mean_absolute_error for numbers if left out"
    )
    confidence: float = Field(
        default=0.95, ge=0.8, lt=1, description="Of the two-sided interval of the paired difference"
    )
    margin: FiniteFloat = Field(
        default=0.0, description="What the difference has to exceed; below zero asks for non-inferiority"
    )
    test: Literal["bootstrap", "exact"] = Field(default="bootstrap", description="exact needs the metric accuracy")
    rows_at_least: int = Field(default=30, ge=2, description="With fewer rows the answer is inconclusive")

    @model_validator(mode="after")
    def _exact_counts_errors(self) -> Self:
        if self.test == "exact" and self.metric != "accuracy":
            raise ValueError("the exact test counts errors: it needs metric: accuracy")
        return self


class BoundSpec(Record):
    """A closed bound on one observation of the candidate."""

    observation: str = Field(min_length=1, description="Name of a metric or another observation")
    at_least: FiniteFloat | None = Field(default=None, description="Smallest value that passes")
    at_most: FiniteFloat | None = Field(default=None, description="Largest value that passes")
    confident: bool = Field(default=False, description="Ask it of the whole interval, not of the value")
    confidence: float = Field(default=0.95, ge=0.8, lt=1, description="Least coverage of that interval")
    rows_at_least: int = Field(default=0, ge=0, description="With fewer rows the answer is inconclusive")

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        self.as_bound()
        return self

    def as_bound(self) -> Bound:
        """Return the requirement that the gate judges."""
        return Bound(**self.model_dump())


class GatesSpec(Record):
    """What a candidate has to show before it may become the champion."""

    beats_baseline: Beats = Beats()
    beats_champion: Beats = Beats()
    bounds: tuple[BoundSpec, ...] = Field(default=(), description="Further bounds on metrics and other observations")
