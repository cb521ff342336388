"""Monitored windows for tests: one week each, the verdicts as asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.monitored import Concern, MonitoredWindow
from include.domain.references import ModelVersionRef, Window
from include.domain.verdict import Outcome, Reason, Verdict

FIRST = datetime(2026, 1, 5, tzinfo=UTC)


def verdict(concern: Concern, outcome: Outcome, requirement: str = "drifted_columns") -> Verdict:
    reason = Reason(requirement=requirement, outcome=outcome, asked="at most 0", seen="2 on 500 rows")
    return Verdict(gate=concern, subject="churn window", outcome=outcome, reasons=(reason,))


def monitored(week: int = 0, **outcomes: Outcome) -> MonitoredWindow:
    """Return the look at the week of that number, with the outcome of each concern that is named."""
    start = FIRST + timedelta(weeks=week)
    interval = Interval(low=0.5, high=3.0, confidence=0.95, method="percentile bootstrap")
    drifted = Observation(name="drifted_columns", value=2, unit="count", interval=interval, n=500)
    return MonitoredWindow(
        model="churn",
        window=Window(start=start, end=start + timedelta(weeks=1)),
        as_of=start + timedelta(weeks=1),
        version=ModelVersionRef(name="churn", version=3, run_id="r3"),
        snapshot="5a",
        evidence=Evidence(subject="churn", observations=(drifted, Observation(name="rows", value=500, n=500))),
        verdicts=tuple(verdict(concern, outcome) for concern, outcome in outcomes.items()),  # type: ignore[arg-type]
    )
