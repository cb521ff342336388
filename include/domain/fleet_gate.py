"""Gates of a fleet: what a segment's new member has to show, and what the fleet that is made of them."""

from __future__ import annotations

from collections.abc import Sequence

from include.domain.evidence import Interval, Observation
from include.domain.fleet import SegmentResult
from include.domain.gate import (
    HOLDOUT_IN_CHALLENGER_TRAINING,
    HOLDOUT_IN_CHAMPION_TRAINING,
    Bound,
    GateSpec,
)
from include.domain.metric import METRICS
from include.domain.named_segments import named_segments
from include.domain.spec import ModelSpec
from include.domain.verdict import Outcome

SURELY_WORSE_THAN_POOLED = "surely_worse_than_pooled"
"""Observation that is 1 if the whole interval says that the pooled model answers better for the segment, else 0."""

SEGMENTS = "segments"
SEGMENTS_TRAINED, SEGMENTS_UNCHANGED, SEGMENTS_PROMOTED = "segments_trained", "segments_unchanged", "segments_promoted"
SEGMENTS_KEPT, SEGMENTS_POOLED, SEGMENTS_FAILED = "segments_kept", "segments_pooled", "segments_failed"
SEGMENTS_BEATING_BASELINE = "segments_beating_baseline"
FAILED_SHARE = "segments_failed_share"
TRAINED_IN_VAIN = "models_trained_in_vain"
"""Observation that counts the models that were trained, where none of them passed; 0 if one did or none was trained."""

KEPT_CHANGED = "kept_members_changed"
STORED_OTHERWISE = "stored_answers_otherwise"
"""Observations that count members whose file, and answers that once stored, are other than what was judged."""

OBSERVED = (
    *(SEGMENTS, SEGMENTS_TRAINED, SEGMENTS_UNCHANGED, SEGMENTS_PROMOTED, SEGMENTS_KEPT, SEGMENTS_POOLED),
    *(SEGMENTS_FAILED, FAILED_SHARE, SEGMENTS_BEATING_BASELINE, TRAINED_IN_VAIN, KEPT_CHANGED, STORED_OTHERWISE),
    SURELY_WORSE_THAN_POOLED,
)
"""Names of all that is observed of a fleet and of its segments beside what is observed of every model."""


def segment_gate(spec: ModelSpec) -> GateSpec:
    """Return what the new member of a segment has to show on the holdout of its segment."""
    asked = pooled_gate(spec).requirements
    return GateSpec(name="segment", requirements=(*asked, Bound(observation=SURELY_WORSE_THAN_POOLED, at_most=0)))


def pooled_gate(spec: ModelSpec) -> GateSpec:
    """Return what a new pooled model has to show on the holdouts of all segments."""
    untouched = (HOLDOUT_IN_CHALLENGER_TRAINING, HOLDOUT_IN_CHAMPION_TRAINING)
    return GateSpec(
        name="pooled",
        requirements=(
            *(Bound(observation=name, at_most=0) for name in untouched),
            spec.improvement("baseline"),
            spec.improvement("champion"),
            # Slices, groups and costs are asked of the fleet as a whole.
            *(bound.as_bound() for bound in spec.gates.bounds if bound.observation in METRICS),
        ),
    )


def fleet_gate(spec: ModelSpec) -> GateSpec:
    """Return what a fleet has to show before it is evaluated: that it is what the gates of its segments decided."""
    failed_at_most = spec.segment_by.failed_at_most if spec.segment_by else 0.0
    return GateSpec(
        name="fleet",
        requirements=(
            Bound(observation=SEGMENTS, at_least=1),
            Bound(observation=FAILED_SHARE, at_most=failed_at_most),
            Bound(observation=TRAINED_IN_VAIN, at_most=0, confident=True),
            Bound(observation=KEPT_CHANGED, at_most=0),
            Bound(observation=STORED_OTHERWISE, at_most=0),
        ),
    )


def observe_segments(results: Sequence[SegmentResult], pooled: Outcome | None) -> tuple[Observation, ...]:
    """Count what became of the segments of a fleet.

    Parameters
    ----------
    results : sequence of SegmentResult
    pooled : {'passed', 'blocked', 'inconclusive'} or None
        What the gate said of a new pooled model; None where it is the champion's still.
    """
    of = {outcome: [r.segment for r in results if r.outcome == outcome] for outcome in _OUTCOMES}
    trained = [r for r in results if r.trained]
    served = {by: [r.segment for r in results if r.served_by == by] for by in ("challenger", "champion", "pooled")}
    beating = [r for r in results if r.improvement_low is not None and r.improvement_low > 0]
    judged = [r for r in results if r.improvement is not None]
    share = len(of["failed"]) / len(results) if results else None
    return (
        _count(SEGMENTS, len(results)),
        _count(SEGMENTS_TRAINED, len(trained)),
        _count(SEGMENTS_UNCHANGED, len(of["unchanged"])),
        _count(SEGMENTS_PROMOTED, len(served["challenger"])),
        _count(SEGMENTS_KEPT, len(served["champion"])),
        _count(SEGMENTS_POOLED, len(served["pooled"]), _named(of["too_small"], "too few rows")),
        _count(SEGMENTS_FAILED, len(of["failed"]), _named(of["failed"], "failed")),
        Observation(name=FAILED_SHARE, value=share, unit="share", n=len(results)),
        _count(SEGMENTS_BEATING_BASELINE, len(beating)).model_copy(update={"n": len(judged)}),
        _in_vain(results, pooled),
    )


_OUTCOMES = ("passed", "blocked", "inconclusive", "unchanged", "too_small", "not_asked", "failed")


def _in_vain(results: Sequence[SegmentResult], pooled: Outcome | None) -> Observation:
    outcomes = [str(r.outcome) for r in results if r.decided]
    outcomes += [pooled] if pooled else []
    lost, undecided = outcomes.count("blocked"), outcomes.count("inconclusive")
    if "passed" in outcomes:
        lost = undecided = 0
    interval = Interval(low=lost, high=lost + undecided, confidence=0.99, method="lost, and lost or undecided")
    return Observation(name=TRAINED_IN_VAIN, value=lost + undecided, unit="count", interval=interval)


def _count(name: str, value: int, detail: str = "") -> Observation:
    return Observation(name=name, value=value, unit="count", detail=detail)


def _named(segments: Sequence[str], what: str) -> str:
    return f"{what}: {named_segments(segments)}" if segments else ""


def composition(results: Sequence[SegmentResult]) -> dict[str, str]:
    """Return which member answers for which segment, by the fingerprints of their trainings."""
    return {r.segment: r.member.fingerprint for r in results if r.member is not None}
