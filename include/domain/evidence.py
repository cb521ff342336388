"""Evidence: a subject and the named numbers that were seen of it.

Data checks, metrics, slices, fairness, latency and drift all become the same thing here, so that one gate serves all.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from include.domain.record import Record


def _is_no_truth_value(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(f"expected a number, got the truth value {value}")
    return value


Number = Annotated[float, BeforeValidator(_is_no_truth_value)]
Count = Annotated[int, BeforeValidator(_is_no_truth_value), Field(ge=0)]
"""What was measured or counted; false is not zero of anything."""


class Interval(Record):
    """A two-sided interval for an observed value.

    Parameters
    ----------
    low, high : float
        Bounds in the unit of the observation.
    confidence : float
        Coverage that the method aims at, between 0 and 1.
    method : str
        How it was computed, by name (``percentile bootstrap``, ``Clopper-Pearson``).
    """

    low: Number
    high: Number
    confidence: Number = Field(gt=0, lt=1)
    method: str


class Observation(Record):
    """One number that was seen.

    Parameters
    ----------
    name : str
        Unique within its evidence; gates ask by this name.
    value : float or None
        What was seen; None and NaN both say that nothing was.
    unit : str
        Unit of the value: ``share``, ``count``, ``seconds``, ``nats``, the unit of the target.
    interval : Interval or None
        Where the value may lie.
    n : int or None
        Rows (or units) the value rests on.
    detail : str
        What a person wants to know beside the number: column, share, examples of rows.
    """

    name: str = Field(min_length=1)
    value: Number | None
    unit: str = ""
    interval: Interval | None = None
    n: Count | None = None
    detail: str = ""


class Evidence(Record):
    """What was seen of one subject.

    Parameters
    ----------
    subject : str
        What was looked at: ``adult data 3f2a…``, ``adult version 4``.
    observations : tuple of Observation
        The numbers, each name once.

    Examples
    --------
    >>> seen = Evidence(subject="adult version 1", observations=(Observation(name="roc_auc", value=0.9, n=500),))
    >>> seen.find("roc_auc").value
    0.9
    >>> seen.find("log_loss") is None
    True
    """

    subject: str
    observations: tuple[Observation, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [observation.name for observation in self.observations]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"observed twice: {', '.join(twice)}; every name may stand once")
        return self

    def find(self, name: str) -> Observation | None:
        """Return the observation of that name, or None where nothing was seen."""
        return next((observation for observation in self.observations if observation.name == name), None)

    def joined(self, other: Evidence) -> Evidence:
        """Return the observations of both, under the subject of the first.

        What both saw alike stands once; what they saw differently is known no longer.

        Examples
        --------
        >>> ours = Evidence(subject="adult version 1", observations=(Observation(name="rows", value=5),))
        >>> theirs = Evidence(subject="adult version 1", observations=(Observation(name="rows", value=7),))
        >>> ours.joined(theirs).find("rows").value is None
        True
        """
        mine = tuple(_reconciled(observation, other.find(observation.name)) for observation in self.observations)
        others = tuple(theirs for theirs in other.observations if self.find(theirs.name) is None)
        return Evidence(subject=self.subject, observations=mine + others)


def _reconciled(mine: Observation, theirs: Observation | None) -> Observation:
    if theirs is None or mine == theirs:
        return mine
    both = f"seen as {mine.value} ({mine.n} rows) and as {theirs.value} ({theirs.n} rows)"
    return Observation(name=mine.name, value=None, unit=mine.unit, detail=f"{both}: which of them holds is unknown")
