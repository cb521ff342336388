"""Findings for tests of retraining: windows of a day, what was found in them, and requests that were made before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from include.domain.references import Window
from include.domain.retraining import Findings, RetrainingDecision, RetrainingRequest, TrainingData, decide_retraining
from include.domain.spec import RetrainingSpec
from include.domain.spec.retraining import Alarm, Budget

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
EAGER = RetrainingSpec(k=1, of=1, cooldown="0s", budget=Budget(day=100, week=700))


def window(day: int, hours: int = 24) -> Window:
    begin = START + day * timedelta(hours=hours)
    return Window(start=begin, end=begin + timedelta(hours=hours))


def found(day: int, *alarms: Alarm, version: int = 1, judged: tuple[Alarm, ...] = ("input_drift",)) -> Findings:
    return Findings(window=window(day), version=version, judged=judged, alarms=alarms, evidence=f"e{day}")


def ask(policy: RetrainingSpec | None, *findings: Findings, **more: Any) -> RetrainingDecision:
    return decide_retraining(policy, "churn", findings, **{"champion": 1, **more})


def request(at: datetime, since: datetime | None = None, champion: int = 1) -> RetrainingRequest:
    data = TrainingData(window=Window(start=since, end=at))
    return RetrainingRequest(model="churn", at=at, alarms=(), reason="", window=Window(), champion=champion, data=data)


def drifted(*days: int) -> list[Findings]:
    return [found(day, *(["input_drift"] if day in days else [])) for day in range(max(days) + 1)]  # type: ignore[list-item]
