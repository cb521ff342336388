"""Verdicts: what a gate decided, with every reason and the numbers behind it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from include.domain.record import Record

Outcome = Literal["passed", "blocked", "inconclusive"]


class Reason(Record):
    """Why one requirement of a gate was met or not.

    Parameters
    ----------
    requirement : str
        Name of what the gate asked for.
    outcome : {'passed', 'blocked', 'inconclusive'}
    asked, seen : str
        The bound and the observation as a person reads them.
    detail : str
        What the observation had to add.
    waived : bool
        Whether it was not asked, because there is no champion yet.
    """

    requirement: str
    outcome: Outcome
    asked: str
    seen: str
    detail: str = ""
    waived: bool = False


def worst(reasons: tuple[Reason, ...]) -> Outcome:
    """Return the outcome that a gate reaches by its reasons: one that is blocked blocks it; no reason passes nothing.

    Examples
    --------
    >>> worst(())
    'blocked'
    """
    outcomes = {reason.outcome for reason in reasons}
    if "blocked" in outcomes or not outcomes:
        return "blocked"
    return "inconclusive" if "inconclusive" in outcomes else "passed"


class Verdict(Record):
    """The decision of one gate about one subject; only ``passed`` may move an alias.

    Parameters
    ----------
    gate, subject : str
        Name of the gate, and what the evidence was about.
    outcome : {'passed', 'blocked', 'inconclusive'}
        The worst of the reasons; any other is refused, so that no verdict passes against its own reasons.
    reasons : tuple of Reason
        One for every requirement, in the gate's order.
    """

    gate: str
    subject: str
    outcome: Outcome
    reasons: tuple[Reason, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _follows_from_its_reasons(self) -> Self:
        if self.outcome != worst(self.reasons):
            raise ValueError(f"the verdict says {self.outcome}, its reasons say {worst(self.reasons)}")
        return self

    @property
    def passed(self) -> bool:
        """Whether every requirement was met."""
        return self.outcome == "passed"

    def as_text(self) -> str:
        """Return the verdict as a table in plain text, for logs and error messages."""
        rows = [("", "requirement", "asked", "seen")]
        marks = {"passed": "ok", "blocked": "NO", "inconclusive": "??"}
        rows += [(marks[r.outcome], r.requirement, r.asked, r.seen) for r in self.reasons]
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        lines = [f"gate {self.gate}: {self.outcome.upper()} for {self.subject}"]
        details = ["", *(r.detail for r in self.reasons)]
        for row, detail in zip(rows, details, strict=True):
            lines.append("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
            lines += [f"        {line}" for line in detail.splitlines()]
        return "\n".join(lines)
