"""The summary of a fleet: counts, the worst segments, those that failed; as long for five as for five thousand."""

from __future__ import annotations

from collections.abc import Sequence

from include.domain.fleet import SegmentResult
from include.domain.record import Record

SHOWN = 10
"""Segments that are shown by name in each list."""

LEVEL = 0.05


class FleetSummary(Record):
    """What there is to say about a fleet in constant size.

    Parameters
    ----------
    segments : int
    trained : int or None
        Segments whose model was fitted in this run; None where the run was kept before that was counted.
    outcomes, served : dict of str to int
        Segments by what became of them, and by who answers.
    judged : int
        Segments whose member was compared with the baseline.
    better, worse : int
        Of these: with a better or a worse metric than the baseline.
    surely_better, surely_worse : int
        Of these: with their whole interval above or below 0.
    metric : str
    worst, failed : tuple of SegmentResult
        Those whose members do worst beside their baseline, and those that failed.
    """

    segments: int
    trained: int | None = None
    outcomes: dict[str, int]
    served: dict[str, int]
    judged: int
    better: int
    worse: int
    surely_better: int
    surely_worse: int
    metric: str
    worst: tuple[SegmentResult, ...]
    failed: tuple[SegmentResult, ...]

    def as_lines(self, baseline: str) -> list[str]:
        """Return the summary as a person reads it.

        Parameters
        ----------
        baseline : str
            How the simple model is called.
        """
        noun = "segment" if self.segments == 1 else "segments"
        trained = "" if self.trained is None else f", {self.trained:,} trained"
        by_chance = LEVEL / 2 * self.judged
        lines = [
            f"{self.segments:,} {noun}{trained}: " + ", ".join(f"{n:,} {name}" for name, n in self.outcomes.items()),
            "served by " + ", ".join(f"{name} {n:,}" for name, n in self.served.items()),
        ]
        if self.judged:
            lines.append(
                f"better than the {baseline} in {self.better:,} of {self.judged:,} segments by {self.metric}, "
                f"significantly in {self.surely_better:,}; worse in {self.worse:,}, significantly in "
                f"{self.surely_worse:,} (each segment at 95 %: of equal models about {by_chance:.0f} would seem "
                "significantly better by chance, and as many worse)"
            )
        lines += [f"failed: {result.segment}: {result.reason}" for result in self.failed]
        lines += [
            f"worst: {r.segment}: {r.metric} {_text(r.candidate)}, {baseline} {_text(r.baseline)}" for r in self.worst
        ]
        return lines


def summarise(results: Sequence[SegmentResult]) -> FleetSummary:
    """Return the summary of what became of the segments of a fleet."""
    judged = [r for r in results if r.improvement is not None]
    worst = sorted(judged, key=_relative)[:SHOWN]
    return FleetSummary(
        segments=len(results),
        trained=sum(r.trained for r in results),
        outcomes=_counts([r.outcome for r in results]),
        served=_counts([r.served_by for r in results]),
        judged=len(judged),
        better=sum((r.improvement or 0) > 0 for r in judged),
        worse=sum((r.improvement or 0) < 0 for r in judged),
        surely_better=sum((r.improvement_low or 0) > 0 for r in judged),
        surely_worse=sum((r.improvement_high or 0) < 0 for r in judged),
        metric=judged[0].metric if judged else "",
        worst=tuple(worst),
        failed=tuple(r for r in results if r.outcome == "failed")[:SHOWN],
    )


def _counts(values: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def _relative(result: SegmentResult) -> float:
    """Return the improvement beside the baseline's own score, so that small segments stand beside large ones."""
    scale = abs(result.baseline or 0.0) or 1.0
    return (result.improvement or 0.0) / scale


def _text(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.4g}"
