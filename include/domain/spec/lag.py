"""The cleaning step by which a row knows what was before it in its series."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from include.domain.record import Record
from include.domain.span import Span, read_span
from include.domain.spec.fields import ColumnName


def _is_span(value: str) -> str:
    read_span(value)
    return value


class Lag(Record):
    """Add what a column held some periods earlier in the same series, as ``<column>_lag_<periods>``.

    The earlier row is found by its time and not by counting rows: where it is not there, the value is missing. Of the
    target that is what will be known when a row is predicted so many periods ahead.
    """

    do: Literal["lag"]
    column: ColumnName = Field(description="Whose earlier values are added; the target, as a rule")
    by: tuple[ColumnName, ...] = Field(default=(), description="Rows that agree in these are one series; all if none")
    periods: tuple[Annotated[int, Field(ge=1, le=100_000)], ...] = Field(
        min_length=1, description="How many periods earlier, each a column of its own"
    )
    every: Annotated[str, AfterValidator(_is_span)] = Field(
        description="One period: the time from a row of a series to its next", examples=["day", "quarter", "15 minutes"]
    )
    gaps: Literal["keep", "drop"] = Field(
        default="keep",
        description="Rows for which an earlier one is not there, as at the start of a series: drop trains on none of "
        "them. Rows to be scored all stay",
    )

    @model_validator(mode="after")
    def _is_of_a_series(self) -> Self:
        if self.column in self.by:
            raise ValueError(f"{self.column!r} names the series: it is the same in every row of one")
        twice = sorted({name for name in self.by if self.by.count(name) > 1})
        if twice:
            raise ValueError(f"{twice[0]!r} stands twice in by")
        if len(set(self.periods)) < len(self.periods):
            raise ValueError(f"periods: each once, got {list(self.periods)}")
        return self

    @property
    def period(self) -> Span:
        """The time from one row of a series to the next."""
        return read_span(self.every)

    @property
    def reach(self) -> Span:
        """How far back the step looks."""
        return self.period * max(self.periods)

    @property
    def made(self) -> tuple[str, ...]:
        """Names of the columns that it adds."""
        return tuple(self.name_of(periods) for periods in self.periods)

    def name_of(self, periods: int) -> str:
        """Return the name of the column that looks so many periods back."""
        return f"{self.column}_lag_{periods}"
