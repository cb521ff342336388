"""What arrives in a window, beside what usually does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from include.domain.concerns import concern_gates
from include.domain.evidence import Evidence, Observation
from include.domain.gate import decide
from include.domain.monitored import MonitoredWindow
from include.domain.references import Window
from include.domain.verdict import Outcome
from include.watching.arrivals import Arrivals, arrivals_in, arrivals_watched, moments_of, observe_arrivals
from tests.include.watching.world import a_watched_spec

DAY = Window(start=datetime(2026, 3, 1, tzinfo=UTC), end=datetime(2026, 3, 2, tzinfo=UTC))


MAY = Window(start=datetime(2026, 5, 1, tzinfo=UTC), end=datetime(2026, 6, 1, tzinfo=UTC))


def watched(month: int, rows: int, unusual: float = 0.0) -> MonitoredWindow:
    start, end = datetime(2026, month, 1, tzinfo=UTC), datetime(2026, month + 1, 1, tzinfo=UTC)
    seen = (Observation(name="volume", value=rows), Observation(name="unusual_volume", value=unusual))
    evidence = Evidence(subject="churn", observations=seen)
    return MonitoredWindow(
        model="churn", window=Window(start=start, end=end), as_of=end, version=None, evidence=evidence, verdicts=()
    )


def usual(days: int, a_day: int = 200) -> Arrivals:
    rng = np.random.default_rng(3)
    at = pd.Timestamp(2026, 2, 28) - pd.to_timedelta(rng.uniform(0, days + 2, (days + 2) * a_day), unit="D")
    return arrivals_in(moments_of(pd.Series(at)), DAY)


def outcome(name: str, rows: int, age: timedelta, days: int = 30) -> Outcome:
    assert DAY.end is not None
    seen = observe_arrivals(rows, DAY.end - age if rows else None, DAY, usual(days))
    gate = concern_gates(a_watched_spec(data={"time": "at"}))[0]
    (asked,) = [one for one in gate.requirements if one.observation == name]
    narrow = gate.model_copy(update={"requirements": (asked,)})
    return decide(narrow, Evidence(subject="churn", observations=seen)).outcome


def test_a_day_like_the_others_is_not_unusual() -> None:
    assert outcome("unusual_volume", 190, timedelta(minutes=5)) == "passed"
    assert outcome("unusual_freshness", 190, timedelta(minutes=5)) == "passed"


def test_a_collapse_and_a_flood_are_unusual() -> None:
    assert outcome("unusual_volume", 60, timedelta(minutes=5)) == "blocked"
    assert outcome("unusual_volume", 900, timedelta(minutes=5)) == "blocked"


def test_rows_that_stop_coming_half_way_are_stale() -> None:
    assert outcome("unusual_freshness", 190, timedelta(hours=12)) == "blocked"


def test_with_few_windows_nobody_knows_what_is_usual() -> None:
    assert outcome("unusual_volume", 60, timedelta(hours=12), days=4) == "inconclusive"
    assert outcome("unusual_freshness", 60, timedelta(hours=12), days=4) == "inconclusive"


def test_a_window_without_a_row_has_no_age() -> None:
    assert outcome("unusual_freshness", 0, timedelta()) == "inconclusive"


def test_windows_at_the_ends_that_are_not_whole_are_not_counted() -> None:
    assert len(usual(28).counts) == 28
    assert min(usual(28).counts) > 100


def test_watched_months_of_other_lengths_count_by_the_day_and_those_with_an_alarm_do_not() -> None:
    assert arrivals_watched([watched(2, 2_800), watched(3, 9_000, unusual=1.0)], MAY) == Arrivals((3_100,))
    assert arrivals_watched([watched(5, 3_100)], MAY) == Arrivals()


def test_a_model_without_event_times_is_not_asked() -> None:
    asked = {one.observation for one in concern_gates(a_watched_spec())[0].requirements}
    assert not {"unusual_volume", "unusual_freshness"} & asked
