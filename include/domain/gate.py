"""Gates: the pure step from evidence to a verdict. No clock, no file, no server is read here."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from include.domain.evidence import Evidence, Observation
from include.domain.record import Record
from include.domain.verdict import Outcome, Reason, Verdict

CHAMPIONS = "champions"
"""Observation that counts the champions in the registry: 0 says that it was read and holds none."""

HOLDOUT_IN_CHALLENGER_TRAINING = "holdout_rows_in_challenger_training"
HOLDOUT_IN_CHAMPION_TRAINING = "holdout_rows_in_champion_training"
"""Observations that count judged rows which a model has seen in training: 0, or the comparison proves nothing."""

ROWS = "rows"
CHECKED_EXPECTATIONS = "checked_expectations"
FAILED_REQUIRED_EXPECTATIONS = "failed_required_expectations"
QUARANTINED_SHARE = "quarantined_share"
"""Observations of a data check."""


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
    rows_at_least : int
        With fewer rows the answer is inconclusive; 0 asks for none.
    """

    kind: Literal["bound"] = "bound"
    observation: str = Field(min_length=1)
    at_least: FiniteFloat | None = None
    at_most: FiniteFloat | None = None
    confident: bool = False
    rows_at_least: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError(f"the bound on {self.observation!r} asks nothing: give at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"the bound on {self.observation!r} cannot be met: at_least is above at_most")
        return self


class Improvement(Record):
    """A candidate has to be better than a rival on the same rows.

    The whole two-sided interval of the paired difference has to lie above the margin, so that an equal model passes in
    at most ``(1 - confidence) / 2`` of the comparisons.

    Parameters
    ----------
    rival : {'baseline', 'champion'}
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
    rival: Literal["baseline", "champion"]
    metric: str
    confidence: float = Field(default=0.95, ge=0.8, lt=1)
    margin: FiniteFloat = 0.0
    test: Literal["bootstrap", "exact"] = "bootstrap"
    rows_at_least: int = Field(default=30, ge=2)

    @property
    def observation(self) -> str:
        """Name of the observation that answers this."""
        return improvement_name(self.rival, self.metric)


Requirement = Annotated[Bound | Improvement, Field(discriminator="kind")]


class GateSpec(Record):
    """What has to be shown before the work may go on.

    Parameters
    ----------
    name : str
        ``data`` or ``model``; stands in the verdict.
    requirements : tuple of Bound or Improvement
        Every one of them has to be met.
    """

    name: str
    requirements: tuple[Requirement, ...] = ()


def improvement_name(rival: str, metric: str) -> str:
    """Return the name under which the paired difference to a rival is observed.

    Examples
    --------
    >>> improvement_name("champion", "log_loss")
    'improvement_over_champion.log_loss'
    """
    return f"improvement_over_{rival}.{metric}"


def decide(gate: GateSpec, evidence: Evidence) -> Verdict:
    """Pass only if every value the gate asks for was seen and lies within its bound.

    A value that is absent counts against the subject exactly like one out of bounds, so a stage that silently did not
    run cannot promote a model. A gate that asks nothing passes nothing.

    Examples
    --------
    >>> gate = GateSpec(name="model", requirements=(Bound(observation="roc_auc", at_least=0.8),))
    >>> decide(gate, Evidence(subject="adult version 1")).outcome
    'blocked'
    """
    reasons = tuple(_judge(requirement, gate, evidence) for requirement in gate.requirements)
    if not reasons:
        reasons = (Reason(requirement="(none)", outcome="blocked", asked="at least one requirement", seen="none"),)
    return Verdict(gate=gate.name, subject=evidence.subject, outcome=_worst(reasons), reasons=reasons)


def _worst(reasons: tuple[Reason, ...]) -> Outcome:
    outcomes = {reason.outcome for reason in reasons}
    if "blocked" in outcomes:
        return "blocked"
    return "inconclusive" if "inconclusive" in outcomes else "passed"


def _judge(requirement: Bound | Improvement, gate: GateSpec, evidence: Evidence) -> Reason:
    seen = evidence.find(requirement.observation)
    if isinstance(requirement, Bound):
        return _reason(requirement, _within(requirement, seen), seen)
    if seen is None and requirement.rival == "champion" and _is_first(gate, evidence):
        return Reason(
            requirement=requirement.observation,
            outcome="passed",
            asked=_asked(requirement),
            seen="no champion yet: the baseline decides",
        )
    return _reason(requirement, _exceeds(requirement, seen), seen)


def _is_first(gate: GateSpec, evidence: Evidence) -> bool:
    champions = evidence.find(CHAMPIONS)
    asks_baseline = any(isinstance(r, Improvement) and r.rival == "baseline" for r in gate.requirements)
    return asks_baseline and champions is not None and champions.value == 0


def _within(bound: Bound, seen: Observation | None) -> Outcome:
    if seen is None or not _is_number(seen.value):
        return "blocked"
    if bound.rows_at_least and (seen.n is None or seen.n < bound.rows_at_least):
        return "inconclusive"
    if not bound.confident:
        return "passed" if _contains(bound, seen.value) else "blocked"
    if not _has_interval(seen):
        return "blocked"
    low, high = seen.interval.low, seen.interval.high
    if _contains(bound, low) and _contains(bound, high):
        return "passed"
    outside = (bound.at_least is not None and high < bound.at_least) or (
        bound.at_most is not None and low > bound.at_most
    )
    return "blocked" if outside else "inconclusive"


def _exceeds(improvement: Improvement, seen: Observation | None) -> Outcome:
    if seen is None or not _is_number(seen.value) or not _has_interval(seen):
        return "blocked"
    if seen.interval.confidence < improvement.confidence:
        return "blocked"
    if seen.n is None or seen.n < improvement.rows_at_least:
        return "inconclusive"
    if seen.interval.low > improvement.margin:
        return "passed"
    return "blocked" if seen.interval.high <= improvement.margin else "inconclusive"


def _contains(bound: Bound, value: float) -> bool:
    return (bound.at_least is None or value >= bound.at_least) and (bound.at_most is None or value <= bound.at_most)


def _is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _has_interval(seen: Observation) -> bool:
    interval = seen.interval
    return (
        interval is not None
        and math.isfinite(interval.low)
        and math.isfinite(interval.high)
        and interval.low <= interval.high
    )


def _reason(requirement: Bound | Improvement, outcome: Outcome, seen: Observation | None) -> Reason:
    return Reason(
        requirement=requirement.observation,
        outcome=outcome,
        asked=_asked(requirement),
        seen=_seen(seen),
        detail="" if seen is None else seen.detail,
    )


def _asked(requirement: Bound | Improvement) -> str:
    if isinstance(requirement, Improvement):
        return f"whole {requirement.confidence:.0%} interval above {requirement.margin:g}"
    sides = [("at least", requirement.at_least), ("at most", requirement.at_most)]
    text = " and ".join(f"{word} {value:g}" for word, value in sides if value is not None)
    if requirement.rows_at_least:
        text += f" on {requirement.rows_at_least:,} rows or more"
    return f"{text}, whole interval" if requirement.confident else text


def _seen(seen: Observation | None) -> str:
    if seen is None:
        return "nothing"
    text = "nothing" if seen.value is None else f"{seen.value:.6g}"
    if seen.interval is not None:
        text += f" [{seen.interval.low:.6g}, {seen.interval.high:.6g}]"
    if seen.unit:
        text += f" {seen.unit}"
    return text if seen.n is None else f"{text} on {seen.n:,} rows"
