"""The part of a spec that says what decisions are worth: a payoff for every outcome, costs below zero."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, FiniteFloat, model_validator

from include.domain.metric import Task
from include.domain.record import Record
from include.domain.spec.fields import ColumnName


class Payoff(Record):
    """What one outcome is worth in one row: a number, or a numeric column of the row times a factor, or their sum."""

    column: ColumnName | None = Field(default=None, description="Numeric column of the clean rows")
    times: FiniteFloat = Field(default=1.0, description="What the column is multiplied by; below zero makes it a cost")
    plus: FiniteFloat = Field(default=0.0, description="What is added in every row; below zero is a cost")

    @property
    def is_nothing(self) -> bool:
        """Whether it is 0 in every row."""
        return self.column is None and self.plus == 0

    def as_text(self) -> str:
        """Return the payoff as a person reads it.

        Examples
        --------
        >>> Payoff(column="amount", times=-1, plus=-20).as_text()
        '-1 * amount - 20'
        """
        if self.column is None:
            return f"{self.plus:g}"
        text = self.column if self.times == 1 else f"{self.times:g} * {self.column}"
        return f"{text} {'-' if self.plus < 0 else '+'} {abs(self.plus):g}" if self.plus else text


def _spelled_out(value: Any) -> Any:
    if isinstance(value, str):
        return {"column": value}
    return {"plus": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


OfOutcome = Annotated[
    Payoff, BeforeValidator(_spelled_out, json_schema_input_type=float | str | Payoff), Field(validate_default=True)
]

OUTCOMES = ("true_positive", "false_positive", "false_negative", "true_negative")
"""Payoffs of a binary model's decisions."""

ERRORS = ("over", "under")
"""Payoffs of each unit by which a prediction of a number is too high or too low."""


class ValueSpec(Record):
    """What decisions are worth to the business, in its own unit; what is not written is worth 0.

    A payoff is a number (``-5``), a numeric column (``amount``), or both (``{column: amount, times: -1, plus: -20}``).
    The threshold of a binary model is the one of the highest value on validation rows.
    """

    unit: str = Field(min_length=1, description="Unit of all payoffs", examples=["EUR"])
    true_positive: OfOutcome = Field(default=Payoff(), description="Binary: a positive row, said to be one")
    false_positive: OfOutcome = Field(default=Payoff(), description="Binary: a negative row, said to be positive")
    false_negative: OfOutcome = Field(default=Payoff(), description="Binary: a positive row that was missed")
    true_negative: OfOutcome = Field(default=Payoff(), description="Binary: a negative row, left alone")
    over: OfOutcome = Field(default=Payoff(), description="Regression: each unit that a prediction is too high")
    under: OfOutcome = Field(default=Payoff(), description="Regression: each unit that a prediction is too low")

    @model_validator(mode="after")
    def _right_is_worth_more_than_wrong(self) -> Self:
        for right, wrong in (("true_positive", "false_negative"), ("true_negative", "false_positive")):
            better, worse = self.payoff(right), self.payoff(wrong)
            if better.column is None and worse.column is None and better.plus < worse.plus:
                raise ValueError(
                    f"{wrong} ({worse.as_text()}) is worth more than {right} ({better.as_text()}): "
                    f"a cost is a payoff below zero"
                )
        for error in ERRORS:
            if self.payoff(error).column is None and self.payoff(error).plus > 0:
                raise ValueError(
                    f"{error}: an error of the model pays {self.payoff(error).as_text()}: a cost is a payoff below zero"
                )
        return self

    def payoff(self, outcome: str) -> Payoff:
        """Return the payoff of an outcome by its name."""
        found: Payoff = getattr(self, outcome)
        return found

    def check_task(self, task: Task) -> None:
        """Check that the payoffs are those of a task's decisions.

        Raises
        ------
        ValueError
            If they are not, or say that nothing is worth anything.
        """
        if task == "multiclass":
            raise ValueError(
                "value: payoffs are for task: binary and task: regression; a multiclass model has none yet: "
                "leave value out, or make a binary model of the class that costs"
            )
        own, other = (OUTCOMES, ERRORS) if task == "binary" else (ERRORS, OUTCOMES)
        foreign = [name for name in other if not self.payoff(name).is_nothing]
        if foreign:
            raise ValueError(f"value.{foreign[0]} is no outcome of a {task} model; expected {', '.join(own)}")
        if all(self.payoff(name).is_nothing for name in own):
            raise ValueError(f"value: every payoff is 0; give at least one of {', '.join(own)}")

    def columns(self) -> tuple[tuple[str, str], ...]:
        """Return every (outcome, column) that a payoff is read from."""
        named = ((name, self.payoff(name).column) for name in (*OUTCOMES, *ERRORS))
        return tuple((name, column) for name, column in named if column is not None)
