"""Approval: what a person is asked before a promotion, and what the answer was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import model_validator

from include.domain.markdown import table
from include.domain.record import Record
from include.domain.verdict import Verdict

APPROVE, REJECT = "Approve", "Reject"
"""The two answers, as the form shows them."""


class Answer(Record):
    """What a person said, or that nobody said anything in time.

    Parameters
    ----------
    decision : {'approve', 'reject', 'expire'}
    person : str
        Who answered; empty where nobody did.
    reason : str
        As the person gave it.
    """

    decision: Literal["approve", "reject", "expire"]
    person: str = ""
    reason: str = ""

    @model_validator(mode="after")
    def _somebody_decided(self) -> Self:
        if self.decision != "expire" and not self.person.strip():
            raise ValueError(f"{self.decision} needs the name of the person who said it")
        return self


def approval_question(model: str, version: int, verdict: Verdict) -> str:
    """Return the headline of the form.

    Examples
    --------
    >>> from include.domain.verdict import Reason
    >>> thin = Reason(requirement="roc_auc", outcome="inconclusive", asked="at least 0.8", seen="0.81")
    >>> verdict = Verdict(gate="model", subject="churn", outcome="inconclusive", reasons=(thin,))
    >>> approval_question("churn", 3, verdict)
    'Promote churn version 3 although its gate could not tell?'
    """
    question = f"Promote {model} version {version}"
    return f"{question}?" if verdict.passed else f"{question} although its gate could not tell?"


def approval_form(version: int, champion: int | None, verdict: Verdict, links: Mapping[str, str]) -> str:
    """Return what a person reads before answering, in Markdown: verdict, evidence, where to look.

    Parameters
    ----------
    version : int
        That wants to be champion.
    champion : int or None
        That is champion now.
    verdict : Verdict
    links : mapping of str to str
        Addresses by their titles.
    """
    against = f"in place of version {champion}" if champion else "as the first champion"
    lines = [f"Version {version} asks to become champion {against}.", ""]
    if verdict.passed:
        lines += [f"**The gate has passed.** It asked {len(verdict.reasons)} things, and saw them all.", ""]
    else:
        lines += [
            "**The gate is INCONCLUSIVE: the evidence is too thin to tell.** It neither passed nor was it blocked. "
            "Approving overrides it: your name and your reason stand in the ledger as an override.",
            "",
        ]
    lines += [evidence_table(verdict), ""]
    lines += [f"- [{title}]({address})" for title, address in links.items() if address]
    return "\n".join(lines)


def evidence_table(verdict: Verdict) -> str:
    """Return the reasons of a verdict as a Markdown table; what they had to add stands in the last column."""
    rows = [(r.outcome, r.requirement, r.asked, r.seen, r.detail) for r in verdict.reasons]
    return table(["outcome", "requirement", "asked", "seen", "detail"], rows)
