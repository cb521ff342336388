"""Steadiness: what watches a number for a surely bad turn, where a bound asks for proof that it is good."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from include.domain.record import Record


class Steady(Record):
    """A number has not surely left its bounds.

    A healthy model's loss of quality is about 0, so that no interval for it ever lies wholly below 0: a bound would be
    inconclusive for ever. Here the alarm is what has to be shown. It is raised where the whole interval lies beyond a
    bound, in at most ``(1 - confidence) / 2`` of the windows of a model that is exactly as good as asked. Where there
    is too little to raise it, the answer is inconclusive.

    Parameters
    ----------
    observation : str
        Name of the observation. Nobody having looked blocks; having looked and seen no number is inconclusive.
    at_least, at_most : float, optional
        The bounds, in the unit of the observation; at least one of them.
    confident : bool
        Ask it of the observation's whole interval, rather than of its value.
    confidence : float
        Least coverage of that interval.
    rows_at_least : int
        With fewer rows the answer is inconclusive; 0 asks for none.
    otherwise : {'blocked', 'inconclusive'}
        What it means where the number has left its bounds: an alarm, or evidence that cannot be trusted.

    Examples
    --------
    >>> Steady(observation="quality_lost.brier_score", at_most=0, rows_at_least=50).as_text()
    'not surely above 0 (95% interval) on 50 rows or more'
    """

    kind: Literal["steady"] = "steady"
    observation: str = Field(min_length=1)
    at_least: FiniteFloat | None = None
    at_most: FiniteFloat | None = None
    confident: bool = True
    confidence: float = Field(default=0.95, ge=0.8, lt=1)
    rows_at_least: int = Field(default=0, ge=0)
    otherwise: Literal["blocked", "inconclusive"] = "blocked"

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError(f"the watch on {self.observation!r} asks nothing: give at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"the watch on {self.observation!r} cannot be met: at_least is above at_most")
        return self

    def is_left(self, low: float, high: float) -> bool:
        """Whether all of an interval lies beyond a bound."""
        below = self.at_least is not None and high < self.at_least
        return below or (self.at_most is not None and low > self.at_most)

    def as_text(self) -> str:
        """Return what is asked as a person reads it."""
        surely = "not surely" if self.confident else "not"
        sides = [("below", self.at_least), ("above", self.at_most)]
        text = f"{surely} " + " or ".join(f"{word} {value:g}" for word, value in sides if value is not None)
        text += f" ({100 * self.confidence:g}% interval)" if self.confident else ""
        return f"{text} on {self.rows_at_least:,} rows or more" if self.rows_at_least else text
