from __future__ import annotations

from datetime import timedelta
from typing import Any

from include.domain.references import Window
from include.replay.plan import Plan, planned_events
from include.replay.told import Happened, Replayed, WindowTold, delay_of, labelled_after


def replayed(*happened: tuple[int, Any], events: str = "concept_change@5") -> Replayed:
    windows = tuple(
        WindowTold(number=n, window=Window(), rows=100 * n, version=1, quality=float(n), unchanged=None)
        for n in range(1, 5)
    )
    return Replayed(
        model="churn",
        metric="log_loss",
        greater_is_better=False,
        plan=Plan(every="1d", events=planned_events(events)),
        windows=windows,
        happened=tuple(Happened(window=window, kind=kind, text="") for window, kind in happened),
        seconds=1.0,
    )


def test_the_delay_counts_labelled_windows_since_the_event() -> None:
    assert delay_of(replayed((5, "asked"))) == 1
    assert delay_of(replayed((3, "asked"), (9, "asked")), labelled_after=2) == 3
    assert delay_of(replayed((3, "asked"))) is None
    assert delay_of(replayed(events="")) is None


def test_labels_take_whole_windows() -> None:
    plan = Plan(every="7d")
    assert [labelled_after(plan, delay) for delay in (None, timedelta(days=7), timedelta(days=8))] == [0, 1, 2]


def test_quality_is_weighted_by_rows() -> None:
    assert replayed().mean_quality(3) == (3 * 300 + 4 * 400) / 700
    assert replayed().mean_quality(1, unchanged=True) is None
