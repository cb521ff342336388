"""Requirements: what a gate may ask, and the names of the observations that answer."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from include.domain.record import Record
from include.domain.steady import Steady

CHAMPIONS = "champions"
"""Observation that counts the champions in the registry: 0 says that it was read and holds none."""

HOLDOUT_IN_CHALLENGER_TRAINING = "holdout_rows_in_challenger_training"
HOLDOUT_IN_CHAMPION_TRAINING = "holdout_rows_in_champion_training"
"""Observations that count judged rows which a model has seen in training: 0, or the comparison proves nothing."""

HOLDOUT_ROWS = "holdout_rows"
"""Observation that counts the rows which judged; its detail says how many have no label yet."""

SLICES_TOO_SMALL = "slices_too_small"
"""Observation that counts the slices of too few rows to be judged; its detail names them."""

ROWS = "rows"
CHECKED_EXPECTATIONS = "checked_expectations"
FAILED_REQUIRED_EXPECTATIONS = "failed_required_expectations"
QUARANTINED_SHARE = "quarantined_share"
"""Observations of a data check."""

EXACT = "exact McNemar (Clopper-Pearson)"
"""Method of the only intervals that answer ``test: exact``."""


COMPOSED_AGAINST_ANOTHER = "composed_against_another_champion"
"""Observation that is 0 if the members of a fleet were judged against the present champion, 1 if against another."""

Rival = Literal["baseline", "champion", "half", "simpler", "predecessor", "pooled"]
"""Whom a candidate is compared with; ``half`` is the candidate itself, deciding at 0.5, ``predecessor`` the champion
before a new one, ``pooled`` the model of all segments."""


class Bound(Record):
    """A closed bound on one observed number.

    Parameters
    ----------
    observation : str
        Name of the observation.
    at_least, at_most : float, optional
        The bounds, in the unit of the observation; at least one of them.
    confident : bool
        Ask it of the observation's whole interval rather than of its value.
    confidence : float
        Least coverage of that interval; a narrower claim is no answer.
    rows_at_least : int
        With fewer rows the answer is inconclusive; 0 asks for none.
    """

    kind: Literal["bound"] = "bound"
    observation: str = Field(min_length=1)
    at_least: FiniteFloat | None = None
    at_most: FiniteFloat | None = None
    confident: bool = False
    confidence: float = Field(default=0.95, ge=0.8, lt=1)
    rows_at_least: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError(f"the bound on {self.observation!r} asks nothing: give at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"the bound on {self.observation!r} cannot be met: at_least is above at_most")
        return self

    def contains(self, value: float) -> bool:
        """Whether a value lies within the bound.

        Examples
        --------
        >>> Bound(observation="roc_auc", at_least=0.8).contains(0.8)
        True
        """
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    def as_text(self) -> str:
        """Return what is asked as a person reads it."""
        sides = [("at least", self.at_least), ("at most", self.at_most)]
        text = " and ".join(f"{word} {value:g}" for word, value in sides if value is not None)
        if self.rows_at_least:
            text += f" on {self.rows_at_least:,} rows or more"
        return f"{text}, whole {100 * self.confidence:g}% interval" if self.confident else text


class Improvement(Record):
    """A candidate has to be better than a rival on the same rows.

    The whole two-sided interval of the paired difference has to lie above the margin, so that an equal model passes in
    about ``(1 - confidence) / 2`` of the comparisons.

    Parameters
    ----------
    rival : {'baseline', 'champion', 'half', 'simpler'}
    metric : str
        Metric whose paired difference is asked about.
    confidence : float
        Coverage of the two-sided interval.
    margin : float
        What the difference has to exceed, in the unit of the metric; below zero asks for non-inferiority.
    test : {'bootstrap', 'exact'}
        How the interval is computed; ``exact`` needs the metric ``accuracy``.
    rows_at_least : int
        With fewer rows the answer is inconclusive.
    """

    kind: Literal["improvement"] = "improvement"
    rival: Rival
    metric: str
    confidence: float = Field(default=0.95, ge=0.8, lt=1)
    margin: FiniteFloat = 0.0
    test: Literal["bootstrap", "exact"] = "bootstrap"
    rows_at_least: int = Field(default=30, ge=2)

    @model_validator(mode="after")
    def _exact_counts_errors(self) -> Self:
        if self.test == "exact" and self.metric != "accuracy":
            raise ValueError("the exact test counts errors: it needs the metric accuracy")
        return self

    @property
    def observation(self) -> str:
        """Name of the observation that answers this."""
        return improvement_name(self.rival, self.metric)

    def as_text(self) -> str:
        """Return what is asked as a person reads it."""
        return f"whole {100 * self.confidence:g}% interval above {self.margin:g}"


Requirement = Annotated[Bound | Improvement | Steady, Field(discriminator="kind")]


def needs_champion(name: str) -> bool:
    """Whether an observation can only be made where there is a champion.

    Examples
    --------
    >>> needs_champion("improvement_over_champion.log_loss"), needs_champion("roc_auc")
    (True, False)
    """
    of_champion = (improvement_name("champion", ""), "slices_worse_than_champion.", staleness_name(""))
    return name in (HOLDOUT_IN_CHAMPION_TRAINING, COMPOSED_AGAINST_ANOTHER) or name.startswith(of_champion)


def improvement_name(rival: str, metric: str) -> str:
    """Return the name under which the paired difference to a rival is observed.

    Examples
    --------
    >>> improvement_name("champion", "log_loss")
    'improvement_over_champion.log_loss'
    """
    return f"improvement_over_{rival}.{metric}"


def staleness_name(metric: str) -> str:
    """Return the name under which is observed what the champion has lost since it was evaluated.

    Examples
    --------
    >>> staleness_name("roc_auc")
    'staleness.roc_auc'
    """
    return f"staleness.{metric}"
