"""Gates: the pure step from evidence to a verdict. No clock, no file, no server is read here."""

from __future__ import annotations

import math

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.record import Record
from include.domain.requirement import (
    CHAMPIONS,
    CHECKED_EXPECTATIONS,
    COMPOSED_AGAINST_ANOTHER,
    EXACT,
    FAILED_REQUIRED_EXPECTATIONS,
    HOLDOUT_IN_CHALLENGER_TRAINING,
    HOLDOUT_IN_CHAMPION_TRAINING,
    HOLDOUT_ROWS,
    QUARANTINED_SHARE,
    ROWS,
    Bound,
    Improvement,
    Requirement,
    improvement_name,
    needs_champion,
)
from include.domain.steady import Steady
from include.domain.verdict import Outcome, Reason, Verdict, worst

__all__ = [
    "CHAMPIONS",
    "CHECKED_EXPECTATIONS",
    "COMPOSED_AGAINST_ANOTHER",
    "EXACT",
    "FAILED_REQUIRED_EXPECTATIONS",
    "HOLDOUT_IN_CHALLENGER_TRAINING",
    "HOLDOUT_IN_CHAMPION_TRAINING",
    "HOLDOUT_ROWS",
    "QUARANTINED_SHARE",
    "ROWS",
    "Bound",
    "GateSpec",
    "Improvement",
    "Requirement",
    "Steady",
    "decide",
    "improvement_name",
    "needs_champion",
]


NOTHING = "nothing"
"""What was seen where nobody looked."""


class GateSpec(Record):
    """What has to be shown before the work may go on.

    Parameters
    ----------
    name : str
        ``data`` or ``model``; stands in the verdict.
    requirements : tuple of Bound, Improvement or Steady
        Every one of them has to be met.
    """

    name: str
    requirements: tuple[Requirement, ...] = ()


def decide(gate: GateSpec, evidence: Evidence) -> Verdict:
    """Pass only if every value the gate asks for was seen and lies within its bound.

    A value that is absent counts against the subject exactly like one out of bounds, so a stage that silently did not
    run cannot promote a model. A gate that asks nothing passes nothing. A watch that says whether the evidence can be
    trusted silences the alarms of the others where it cannot.

    Examples
    --------
    >>> gate = GateSpec(name="model", requirements=(Bound(observation="roc_auc", at_least=0.8),))
    >>> decide(gate, Evidence(subject="adult version 1")).outcome
    'blocked'
    """
    is_first = _is_first(gate, evidence)
    reasons = tuple(_judge(requirement, evidence, is_first=is_first) for requirement in gate.requirements)
    reasons = _believed(gate, reasons)
    if not reasons:
        reasons = (Reason(requirement="(none)", outcome="blocked", asked="at least one requirement", seen="none"),)
    return Verdict(gate=gate.name, subject=evidence.subject, outcome=worst(reasons), reasons=reasons)


def _is_first(gate: GateSpec, evidence: Evidence) -> bool:
    """Whether the registry was seen to hold no champion, and a baseline stands in for it.

    Evidence that counts no champion and yet knows something of one contradicts itself: then nothing is waived. Nor is
    it where the gate lets the candidate be worse than the baseline, for that would ask nothing of a first model.
    """
    asks_baseline = any(
        isinstance(r, Improvement) and r.rival == "baseline" and r.margin >= 0 for r in gate.requirements
    )
    return (
        asks_baseline
        and _counts_no_champion(evidence)
        and not any(needs_champion(observation.name) for observation in evidence.observations)
    )


def _believed(gate: GateSpec, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Return the reasons, with no alarm that rests on evidence which cannot be trusted."""
    pairs = list(zip(gate.requirements, reasons, strict=True))
    doubts = [r.requirement for asked, r in pairs if _is_about_trust(asked) and r.outcome == "inconclusive"]
    if not doubts:
        return reasons
    why = f"no alarm: the evidence cannot be trusted ({', '.join(doubts)})"
    return tuple(
        reason.model_copy(update={"outcome": "inconclusive", "detail": f"{why}\n{reason.detail}".rstrip()})
        if isinstance(asked, Steady) and reason.outcome == "blocked" and _was_seen(reason)
        else reason
        for asked, reason in pairs
    )


def _is_about_trust(asked: Bound | Improvement | Steady) -> bool:
    return isinstance(asked, Steady) and asked.otherwise == "inconclusive"


def _was_seen(reason: Reason) -> bool:
    return reason.seen != NOTHING


def _counts_no_champion(evidence: Evidence) -> bool:
    champions = evidence.find(CHAMPIONS)
    return champions is not None and champions.value == 0


def _judge(requirement: Bound | Improvement | Steady, evidence: Evidence, *, is_first: bool) -> Reason:
    seen = evidence.find(requirement.observation)
    waived = is_first and needs_champion(requirement.observation)
    outcome: Outcome
    if waived:
        outcome, why, text = "passed", "", "no champion yet: the baseline decides"
    elif seen is None:
        outcome, why, text = "blocked", "", NOTHING
    elif _counts_no_champion(evidence) and needs_champion(requirement.observation):
        outcome, why, text = "blocked", f"contradiction: {CHAMPIONS} says that there is no champion", _as_text(seen)
    else:
        outcome, why = _answer(requirement, seen)
        text = _as_text(seen)
    details = (why, seen.detail if seen else "")
    return Reason(
        requirement=requirement.observation,
        outcome=outcome,
        asked=requirement.as_text(),
        seen=text,
        detail="\n".join(line for line in details if line),
        waived=waived,
    )


def _answer(requirement: Bound | Improvement | Steady, seen: Observation) -> tuple[Outcome, str]:
    if isinstance(requirement, Steady):
        return _stays(requirement, seen)
    return _exceeds(requirement, seen) if isinstance(requirement, Improvement) else _within(requirement, seen)


def _stays(steady: Steady, seen: Observation) -> tuple[Outcome, str]:
    if steady.rows_at_least and (seen.n is None or seen.n < steady.rows_at_least):
        return "inconclusive", f"{_rows(seen)}, asked are {steady.rows_at_least:,}"
    value = _number(seen)
    if value is None:
        return "inconclusive", "looked, and there is no number to judge"
    low = high = value
    if steady.confident:
        interval, why = _interval(seen, value, steady.confidence)
        if interval is None:
            return "inconclusive", why
        low, high = interval.low, interval.high
    return (steady.otherwise if steady.is_left(low, high) else "passed"), ""


def _within(bound: Bound, seen: Observation) -> tuple[Outcome, str]:
    value = _number(seen)
    if value is None:
        return "blocked", ""
    if bound.rows_at_least and (seen.n is None or seen.n < bound.rows_at_least):
        return "inconclusive", f"{_rows(seen)}, asked are {bound.rows_at_least:,}"
    if seen.n == 0:
        return "blocked", "a number that rests on no rows says nothing"
    if not bound.confident:
        return ("passed" if bound.contains(value) else "blocked"), ""
    interval, why = _interval(seen, value, bound.confidence)
    if interval is None:
        return "blocked", why
    if bound.contains(interval.low) and bound.contains(interval.high):
        return "passed", ""
    below = bound.at_least is not None and interval.high < bound.at_least
    above = bound.at_most is not None and interval.low > bound.at_most
    return ("blocked" if below or above else "inconclusive"), ""


def _exceeds(improvement: Improvement, seen: Observation) -> tuple[Outcome, str]:
    value = _number(seen)
    if value is None:
        return "blocked", ""
    interval, why = _interval(seen, value, improvement.confidence)
    if interval is None:
        return "blocked", why
    if improvement.test == "exact" and interval.method != EXACT:
        return "blocked", f"asked is the exact test, the interval comes from {interval.method}"
    if seen.n is None or seen.n < improvement.rows_at_least:
        return "inconclusive", f"{_rows(seen)}, asked are {improvement.rows_at_least:,}"
    if interval.low > improvement.margin:
        return "passed", ""
    return ("blocked" if interval.high <= improvement.margin else "inconclusive"), ""


def _number(seen: Observation) -> float | None:
    return seen.value if seen.value is not None and math.isfinite(seen.value) else None


def _interval(seen: Observation, value: float, confidence: float) -> tuple[Interval | None, str]:
    """Return the interval if it can be believed, else None and why not."""
    interval = seen.interval
    if interval is None:
        return None, "no interval was seen"
    if not (math.isfinite(interval.low) and math.isfinite(interval.high)):
        return None, "the interval is open"
    if not interval.low <= value <= interval.high:
        return None, "the value lies outside its own interval"
    if interval.confidence < confidence:
        return None, f"the interval holds {100 * interval.confidence:g}%, asked are {100 * confidence:g}%"
    return interval, ""


def _rows(seen: Observation) -> str:
    return "number of rows unknown" if seen.n is None else f"{seen.n:,} rows"


def _as_text(seen: Observation) -> str:
    text = "nothing" if seen.value is None else f"{seen.value:.6g}"
    if seen.interval is not None:
        text += f" [{seen.interval.low:.6g}, {seen.interval.high:.6g}]"
    if seen.unit:
        text += f" {seen.unit}"
    return text if seen.n is None else f"{text} on {seen.n:,} rows"
