"""The part of a spec that makes a fleet of a model: one architecture, one model a segment of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from include.domain.record import Record
from include.domain.requirement import improvement_name, needs_champion
from include.domain.spec.fields import ColumnName, Duration, Share

FAILED_AT_MOST = 0.05


class SegmentsSpec(Record):
    """How rows are divided into segments, and what becomes of a segment that cannot have a model of its own.

    A pooled model is trained on all rows; it serves segments that are new, too small, or whose own model did not pass.
    """

    columns: tuple[ColumnName, ...] = Field(min_length=1, description="Rows that agree in them are one segment")
    rows_at_least: int = Field(
        default=100, ge=2, description="Labelled rows to learn from; with fewer the pooled model serves, and it is said"
    )
    prior_rows: int = Field(
        default=0,
        ge=0,
        description="Partial pooling: rows that the pooled model counts for beside a segment's own; 0 is none",
    )
    failed_at_most: Share = Field(
        default=FAILED_AT_MOST, description="Share of segments that may fail before the gate blocks the fleet"
    )
    timeout: Duration = Field(default="10m", description="Training and judging of one segment", validate_default=True)

    @model_validator(mode="after")
    def _columns_stand_once(self) -> Self:
        twice = sorted({name for name in self.columns if self.columns.count(name) > 1})
        if twice:
            raise ValueError(f"{twice[0]!r} stands twice among columns")
        return self

    def check_target(self, target: str) -> None:
        """Check that segments can be told before the target is known; ValueError otherwise."""
        if target in self.columns:
            raise ValueError(f"segment_by: {target!r} is the target: choose columns that are known before it")

    def check_bounds(self, observations: Sequence[str]) -> None:
        """Check that bounds ask nothing that is observed of one model only; ValueError otherwise."""
        for at, name in enumerate(observations):
            if needs_champion(name) or name.startswith(_SIMPLER):
                raise ValueError(
                    f"gates.bounds[{at}].observation: {name} compares one model with another, and segment_by makes "
                    "many, each of which meets its own rivals on the terms of gates.beats_baseline and "
                    "gates.beats_champion: leave the bound out"
                )


_SIMPLER = improvement_name("simpler", "")


def _spelled_out(value: Any) -> Any:
    if isinstance(value, str):
        return {"columns": [value]}
    return {"columns": value} if isinstance(value, list | tuple) else value


SegmentBy = Annotated[
    SegmentsSpec, BeforeValidator(_spelled_out, json_schema_input_type=str | list[str] | SegmentsSpec)
]
