"""Notices: what people are told when something happened to a model: what, the number that decided it, where to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Literal, get_args

from include.domain.record import Record
from include.domain.verdict import Verdict

Event = Literal[
    "step_failed",
    "gate_blocked",
    "gate_inconclusive",
    "approval_pending",
    "approval_rejected",
    "approval_expired",
    "promoted",
    "rolled_back",
    "retraining_requested",
]
EVENTS: tuple[Event, ...] = get_args(Event)

LONGEST_FACT = 600
"""Characters of a fact; the page that the notice leads to shows all of it."""


class Notice(Record):
    """One message.

    Parameters
    ----------
    event : str
        What happened; a spec chooses by it who hears.
    model : str
    headline : str
        What happened in one line; the subject of a mail.
    facts : tuple of str
        What decided it, with its numbers.
    links : dict of str to str
        Addresses by their titles.
    """

    event: Event
    model: str
    headline: str
    facts: tuple[str, ...] = ()
    links: dict[str, str] = {}

    @property
    def subject(self) -> str:
        """The subject of a mail: one line, whatever the headline holds.

        Examples
        --------
        >>> Notice(event="promoted", model="churn", headline="version 3 is the champion").subject
        '[sluice] churn: version 3 is the champion'
        """
        return f"[sluice] {self.model}: {' '.join(self.headline.split())}"[:200]

    def as_text(self) -> str:
        """Return the message in plain text."""
        lines = [self.subject, "", *self.facts, ""]
        lines += [f"{title}: {address}" for title, address in self.links.items()]
        return "\n".join(lines).rstrip() + "\n"

    def as_html(self) -> str:
        """Return the message as HTML; what data and people said is text in it."""
        facts = "".join(f"<li>{escape(fact)}</li>" for fact in self.facts)
        links = "".join(
            f'<p><a href="{escape(address)}">{escape(title)}</a><br><small>{escape(address)}</small></p>'
            for title, address in self.links.items()
        )
        return f"<h3>{escape(self.subject)}</h3><ul>{facts}</ul>{links}"


def step_failed(model: str, task: str, error: str, links: Mapping[str, str]) -> Notice:
    """Return the notice that a step has failed for good."""
    facts = (_short(error) or "it left no error message",)
    return Notice(event="step_failed", model=model, headline=f"{task} failed", facts=facts, links=dict(links))


def gate_closed(model: str, verdict: Verdict, links: Mapping[str, str], *, version: int | None = None) -> Notice:
    """Return the notice that a gate let nothing through.

    Parameters
    ----------
    model : str
    verdict : Verdict
    links : mapping of str to str
    version : int, optional
        That was judged; the verdict's own subject where it is about none.

    Examples
    --------
    >>> from include.domain.verdict import Reason
    >>> reason = Reason(requirement="roc_auc", outcome="blocked", asked="at least 0.8", seen="0.71 on 500 rows")
    >>> verdict = Verdict(gate="model", subject="churn version 3", outcome="blocked", reasons=(reason,))
    >>> print(gate_closed("churn", verdict, {"Run": "http://here/run"}).as_text())
    [sluice] churn: the gate model blocked churn version 3
    <BLANKLINE>
    roc_auc: asked at least 0.8, saw 0.71 on 500 rows
    <BLANKLINE>
    Run: http://here/run
    <BLANKLINE>
    """
    blocked = verdict.outcome == "blocked"
    subject = verdict.subject if version is None else f"version {version}"
    said = f"blocked {subject}" if blocked else f"could not tell about {subject}"
    return Notice(
        event="gate_blocked" if blocked else "gate_inconclusive",
        model=model,
        headline=f"the gate {verdict.gate} {said}",
        facts=_deciding(verdict),
        links=dict(links),
    )


def approval_pending(model: str, version: int, verdict: Verdict, until: str, links: Mapping[str, str]) -> Notice:
    """Return the notice that a version waits for a person."""
    gate = "the gate has passed" if verdict.passed else "the gate could not tell: approving overrides it"
    return Notice(
        event="approval_pending",
        model=model,
        headline=f"version {version} waits for your approval",
        facts=(gate, *_deciding(verdict), f"no answer within {until} means no"),
        links=dict(links),
    )


def approval_refused(
    model: str, version: int, *, person: str, reason: str, verdict: Verdict, links: Mapping[str, str]
) -> Notice:
    """Return the notice that a version was refused: by a person, or, where the name is empty, by silence."""
    said = f"{person} rejected version {version}" if person else f"nobody answered in time about version {version}"
    return Notice(
        event="approval_rejected" if person else "approval_expired",
        model=model,
        headline=said,
        facts=(*((_short(reason),) if reason else ()), *_deciding(verdict)),
        links=dict(links),
    )


def promoted(
    model: str, version: int, *, before: int | None, actor: str, reason: str, verdict: Verdict, links: Mapping[str, str]
) -> Notice:
    """Return the notice that a version became champion."""
    instead = f"in place of version {before}" if before else "the first one"
    overridden = () if verdict.passed else ("a person overrode an inconclusive gate",)
    return Notice(
        event="promoted",
        model=model,
        headline=f"version {version} is the champion, {instead}",
        facts=(*overridden, f"{actor}: {_short(reason)}", *_deciding(verdict)),
        links=dict(links),
    )


def rolled_back(
    model: str, version: int, *, before: int | None, actor: str, reason: str, links: Mapping[str, str]
) -> Notice:
    """Return the notice that a former champion is champion again."""
    return Notice(
        event="rolled_back",
        model=model,
        headline=f"rolled back to version {version} from version {before}",
        facts=(f"{actor}: {_short(reason)}",),
        links=dict(links),
    )


def taken_back(model: str, version: int, *, before: int, actor: str, reason: str, links: Mapping[str, str]) -> Notice:
    """Return the notice that a new champion was worse than its predecessor and was taken back by itself.

    Examples
    --------
    >>> print(taken_back("churn", 3, before=4, actor="churn.monitoring/run", reason="worse", links={}).as_text())
    [sluice] churn: rolled back by itself to version 3 from version 4; the loop has stopped
    <BLANKLINE>
    churn.monitoring/run: worse
    no training is requested until somebody resumes it: sluice resume churn --reason …
    <BLANKLINE>
    """
    return Notice(
        event="rolled_back",
        model=model,
        headline=f"rolled back by itself to version {version} from version {before}; the loop has stopped",
        facts=(
            f"{actor}: {_short(reason)}",
            f"no training is requested until somebody resumes it: sluice resume {model} --reason …",
        ),
        links=dict(links),
    )


def retraining_requested(model: str, reasons: Sequence[str], links: Mapping[str, str]) -> Notice:
    """Return the notice that monitoring asked for training."""
    return Notice(
        event="retraining_requested",
        model=model,
        headline="training was asked for",
        facts=tuple(map(_short, reasons)),
        links=dict(links),
    )


def _deciding(verdict: Verdict) -> tuple[str, ...]:
    """Return the reasons that made a verdict what it is: those that kept it from passing, or the improvements."""
    reasons = [r for r in verdict.reasons if r.outcome == verdict.outcome]
    if verdict.passed:
        reasons = [r for r in reasons if r.requirement.startswith("improvement_over_")] or reasons
    return tuple(_short(f"{r.requirement}: asked {r.asked}, saw {r.seen}") for r in reasons)


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= LONGEST_FACT else f"{text[: LONGEST_FACT - 1]}…"
