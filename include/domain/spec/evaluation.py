"""The part of a spec that says for whom a model is looked at apart: slices of the holdout, and groups of people."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from include.domain.record import Record
from include.domain.spec.fields import ColumnName


class SliceSpec(Record):
    """A column that divides the rows: by its values, or by quantiles of a number."""

    column: ColumnName = Field(description="Column of the clean data; it need not be a feature")
    quantiles: int | None = Field(
        default=None, ge=2, le=20, description="Parts of about equal size that a number is cut into; values if left out"
    )


def _spelled_out(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


SliceBy = Annotated[SliceSpec, BeforeValidator(_spelled_out, json_schema_input_type=str | SliceSpec)]


class EvaluationSpec(Record):
    """Where a model is looked at apart: parts of the holdout that it must not fail, groups that it must treat alike.

    Slices that are declared are judged: no model passes that is surely worse in one of them than the baseline, or than
    the champion. What fairness is enough, ``gates.bounds`` says.
    """

    slices: tuple[SliceBy, ...] = Field(default=(), description="Columns, or {column: age, quantiles: 4}")
    fairness: tuple[ColumnName, ...] = Field(
        default=(), description="Sensitive columns of the clean data, features or not; binary only"
    )
    rows_at_least: int = Field(
        default=30, ge=2, description="A slice or group of fewer rows is named, and is inconclusive"
    )

    @model_validator(mode="after")
    def _columns_stand_once(self) -> Self:
        for where, names in (("slices", [by.column for by in self.slices]), ("fairness", list(self.fairness))):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{twice[0]!r} stands twice among {where}")
        return self
