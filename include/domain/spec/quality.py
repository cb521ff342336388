"""The part of a spec that says what the data have to look like, in the words of Great Expectations."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from include.domain.record import Record
from include.domain.spec.fields import ColumnName, Duration, Share


class Expectation(Record):
    """One expectation, written as Great Expectations writes it (type and kwargs), and what hangs on it."""

    type: str = Field(pattern=r"^expect_[a-z0-9_]+$", description="Name of an expectation of Great Expectations")
    kwargs: dict[str, Any] = Field(default={}, description="Its arguments: column, min_value, mostly…")
    name: str | None = Field(default=None, description="How reports call it; type and column if left out")
    required: bool = Field(default=True, description="Whether the run stops if it fails")
    quarantine: bool = Field(default=False, description="Whether rows that fail it may be set aside instead")
    because: str = Field(default="", description="Why it is expected, for whoever reads the report")

    @property
    def title(self) -> str:
        """The name reports use."""
        return self.name or ".".join([self.type.removeprefix("expect_"), *self._columns()])

    def _columns(self) -> list[str]:
        keys = ("column", "column_A", "column_B", "column_list", "column_set")
        found = [self.kwargs[key] for key in keys if key in self.kwargs]
        return [str(name) for item in found for name in (item if isinstance(item, list) else [item])]


class Suite(Record):
    """Expectations written here, in a suite file of Great Expectations (JSON), or both."""

    file: str | None = Field(
        default=None, description="Path of a suite as Great Expectations stores it, from the spec's folder"
    )
    expectations: tuple[Expectation, ...] = Field(default=(), description="In any order")

    @model_validator(mode="after")
    def _titles_are_unique(self) -> Self:
        titles = [expectation.title for expectation in self.expectations]
        twice = sorted({title for title in titles if titles.count(title) > 1})
        if twice:
            raise ValueError(f"two expectations are called {twice[0]!r}: give one of them a name of its own")
        return self


class Quarantine(Record):
    """How many rows may be set aside before the run stops."""

    at_most_share: Share = Field(default=0.01, description="Share of the snapshot's rows")


class ReferenceCheck(Record):
    """The distribution of the clean columns, compared with the data that the champion was trained on."""

    columns: tuple[ColumnName, ...] | Literal["features"] = Field(
        default="features", description="A list, or all features"
    )
    at_most: float = Field(default=0.25, gt=0, description="Largest Kullback-Leibler divergence, in nats")
    required: bool = Field(default=False, description="Whether the run stops where it is exceeded")


class QualitySpec(Record):
    """What raw and clean data have to look like."""

    raw: Suite = Field(default=Suite(), description="Asked of the data as they arrive")
    clean: Suite = Field(default=Suite(), description="Asked of the data after cleaning")
    quarantine: Quarantine = Quarantine()
    reference: ReferenceCheck = ReferenceCheck()
    rows_at_least: int = Field(default=50, ge=1, description="With fewer rows the run stops")
    freshness: Duration | None = Field(
        default=None, description="Oldest age of the newest row at the end of the window"
    )
