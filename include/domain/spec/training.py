"""The part of a spec that says how a model is made."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from include.domain.record import Record
from include.domain.spec.fields import ColumnName, ImportPath


class Split(Record):
    """How rows are divided into training, validation (for tuning) and holdout (for judging)."""

    by: Literal["time", "group", "stratified"] | None = Field(
        default=None, description="Time where the data have a time column, else group where an entity, else stratified"
    )
    holdout: float = Field(default=0.2, gt=0, lt=0.9, description="Share of rows that judge the model")
    validation: float = Field(default=0.2, gt=0, lt=0.9, description="Share of the other rows that guides the tuning")


def _check_range(low: float, high: float, log: bool) -> None:
    if low > high:
        raise ValueError(f"low {low:g} is above high {high:g}")
    if log and low <= 0:
        raise ValueError(f"log needs low above 0, got {low:g}")


class IntRange(Record):
    """Whole numbers between two bounds (closed)."""

    kind: Literal["int"]
    low: int = Field(description="Smallest value that may be tried")
    high: int = Field(description="Largest value that may be tried")
    log: bool = Field(default=False, description="Try orders of magnitude equally often")

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        _check_range(self.low, self.high, self.log)
        return self


class FloatRange(Record):
    """Numbers between two bounds (closed)."""

    kind: Literal["float"]
    low: FiniteFloat = Field(description="Smallest value that may be tried")
    high: FiniteFloat = Field(description="Largest value that may be tried")
    log: bool = Field(default=False, description="Try orders of magnitude equally often")

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        _check_range(self.low, self.high, self.log)
        return self


class Choice(Record):
    """One of the listed values."""

    kind: Literal["choice"]
    values: tuple[str | int | float | bool | None, ...] = Field(min_length=1, description="What may be tried")


SearchSpace = dict[str, Annotated[IntRange | FloatRange | Choice, Field(discriminator="kind")]]


class Tuning(Record):
    """A search for parameters by Optuna, each trial a nested MLflow run."""

    space: SearchSpace = Field(min_length=1, description="What may vary: parameters of the estimator")
    trials: int = Field(default=20, ge=1, le=10_000, description="How many combinations are tried")
    minutes: float | None = Field(default=None, gt=0, description="When to stop searching, whatever is left")
    metric: str | None = Field(default=None, description="What the search minimises or maximises")


class Preprocessing(Record):
    """What happens to a column before the estimator sees it, by its kind."""

    numeric: Literal["as_is", "impute", "scale"] = Field(
        default="impute", description="Median for missing; scale also standardises"
    )
    categorical: Literal["one_hot", "ordinal"] = Field(
        default="one_hot", description="Unseen categories become a class of their own"
    )
    rare_below: int = Field(default=10, ge=1, description="Categories seen less often are pooled (one_hot)")


class SeasonalNaiveSpec(Record):
    """The forecast to beat where the same comes again every season: the value of a season ago."""

    seasonal_naive: ColumnName = Field(description="Feature that holds it, as a cleaning step lag makes it")

    def __str__(self) -> str:
        """Return what it is called."""
        return f"seasonal naive forecast ({self.seasonal_naive})"


Baseline = Literal["prior", "most_frequent", "mean", "median"] | SeasonalNaiveSpec


class TrainingSpec(Record):
    """How a model is made: preprocessing and an estimator, or a function of the user's own."""

    estimator: ImportPath | None = Field(default=None, description="Import path of a scikit-learn estimator")
    parameters: dict[str, Any] = Field(default={}, description="Its parameters")
    build: ImportPath | None = Field(
        default=None, description="Instead: function of (parameters, seed, columns) that returns an estimator"
    )
    preprocessing: Preprocessing = Preprocessing()
    split: Split = Split()
    tuning: Tuning | None = Field(default=None, description="A search for parameters; none if left out")
    baseline: Baseline | None = Field(
        default=None, description="The simple model to beat; prior for classes, median for numbers if left out"
    )
    seed: int = Field(default=7, ge=0, lt=2**32, description="Seed of everything random in training")
    trusted_types: tuple[str, ...] = Field(
        default=(), description="Types beyond sklearn and numpy that the stored model may hold"
    )
    allowed_packages: tuple[str, ...] = Field(
        default=(), description="Installed packages, beyond sklearn and include, whose code this spec may name"
    )

    @model_validator(mode="after")
    def _has_one_maker(self) -> Self:
        if (self.estimator is None) == (self.build is None):
            raise ValueError("give either estimator (an import path) or build (your own function), one of the two")
        return self
