"""Results of segments for tests: one that passed, with whatever a test wants to say about it."""

from __future__ import annotations

from typing import Any

from include.domain.fleet import FleetMember, SegmentResult


def a_member(segment: str = "north", **more: Any) -> FleetMember:
    told = {"fingerprint": f"f-{segment}", "rows": 80, "run_id": "r1", "digest": "d", **more}
    return FleetMember(segment=segment, **told)


def a_result(segment: str = "north", **more: Any) -> SegmentResult:
    told = {
        "learned": 80,
        "judged": 20,
        "outcome": "passed",
        "served_by": "challenger",
        "metric": "mean_absolute_error",
        "candidate": 1.0,
        "baseline": 2.0,
        "improvement": 1.0,
        "improvement_low": 0.5,
        "improvement_high": 1.5,
        **more,
    }
    return SegmentResult(segment=segment, **told)
