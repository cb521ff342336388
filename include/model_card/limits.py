"""Limits: what was not checked, could not be told, or is missing; silence is no evidence, and a card says so."""

from __future__ import annotations

from collections.abc import Iterator

from include.domain.metric import METRICS
from include.model_card.groups import unanswered
from include.model_card.sources import Sources

ALWAYS_THERE = ("Metrics", "Against rivals")
"""Questions that the gate asks of every model; where they lack an answer, the gate says so itself."""


def limits(seen: Sources) -> Iterator[str]:
    """Yield a sentence for everything that the version was not shown to be."""
    yield from _of_the_verdict(seen)
    yield from _of_the_evidence(seen)
    yield from _of_the_data(seen)
    yield from _of_the_segments(seen)


def _of_the_segments(seen: Sources) -> Iterator[str]:
    if seen.segments is None:
        return
    if pooled := seen.segments.served.get("pooled"):
        yield f"{pooled:,} of {seen.segments.segments:,} segments have no model of their own: the pooled model answers."
    if failed := seen.segments.outcomes.get("failed"):
        yield f"{failed:,} of {seen.segments.segments:,} segments could not be trained."


def _of_the_verdict(seen: Sources) -> Iterator[str]:
    if seen.verdict is None:
        yield "No gate has judged this version yet."
        return
    for reason in seen.verdict.reasons:
        if reason.outcome != "passed":
            said = "could not tell about" if reason.outcome == "inconclusive" else "blocked on"
            yield f"The gate {said} {reason.requirement}: asked {reason.asked}, saw {reason.seen}."
    if any("no champion yet" in reason.seen for reason in seen.verdict.reasons):
        yield "It was judged against a baseline only: there was no champion to compare with."
    for entry in seen.entries:
        if entry.overridden:
            yield f"{entry.actor} overrode an inconclusive gate: {entry.reason}."


def _of_the_evidence(seen: Sources) -> Iterator[str]:
    for title in unanswered(seen.evidence):
        if title not in ALWAYS_THERE:
            yield f"{title}: not checked."
    for observation in seen.evidence.observations:
        if observation.value is None:
            yield f"{observation.name} was not observed{': ' + observation.detail if observation.detail else ''}."
        elif observation.name in METRICS and observation.interval is None:
            yield f"{observation.name} has no interval: how sure the number is was not told."


def _of_the_data(seen: Sources) -> Iterator[str]:
    if seen.spec.split_by != "time":
        yield "The held-out rows are not later than the training rows: whether it holds over time was not checked."
    for name in ("raw", "clean"):
        check = seen.checks.get(name)
        if check is None:
            yield f"The run holds no result of the check of its {name} data."
        elif aside := check.get("quarantined"):
            yield f"{aside['rows']:,} rows of the {name} data were set aside before training and are not judged."
    if seen.tags.get("sluice.git_dirty") != "false":
        yield "The code cannot be told from a commit alone: it had uncommitted changes, or lay in no repository."
