"""Retraining: the pure step from what monitoring found in its windows to a request for training, or to waiting.

Time is that of the windows; no clock is read, so that the same past always decides the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime

from include.domain.brakes import brakes_that_hold
from include.domain.evidence import Evidence
from include.domain.monitored import MonitoredWindow
from include.domain.named_segments import named_segments
from include.domain.record import Record, digest
from include.domain.references import Window
from include.domain.spec.retraining import ALARMS, Alarm, RetrainingSpec
from include.domain.verdict import Verdict

UNASKED = (
    "the spec has no block `retraining`, so alarms ask nobody for training: write `retraining: {}` to ask on drift and "
    "on lost quality in 3 of 4 windows, at most once a day"
)
CHANGED = "changed_training"
"""What a request rests on where not the world but the spec, the code or the installed packages have changed."""


class Findings(Record):
    """What monitoring said of one window.

    Parameters
    ----------
    window : Window
        Both sides given.
    version : int or None
        Champion whose predictions were looked at.
    judged : tuple of str
        Alarms that could have been raised: something was seen of them.
    alarms : tuple of str
        Those that were.
    evidence : str
        Digest of the evidence.
    segments : tuple of str
        Segments of a fleet that the alarm about realised quality is about; empty where it is about all of them.
    """

    window: Window
    version: int | None
    judged: tuple[Alarm, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    evidence: str = ""
    segments: tuple[str, ...] = ()

    @property
    def start(self) -> datetime:
        """First moment of the window."""
        return _given(self.window.start)

    @property
    def end(self) -> datetime:
        """First moment after the window."""
        return _given(self.window.end)


class TrainingData(Record):
    """What a requested training learns from.

    Parameters
    ----------
    window : Window
        Event times; an open side is no limit.
    half_life : timedelta or None
        Age at which a row counts half, seen from the end of the window; None weighs all rows alike.
    """

    window: Window = Window()
    half_life: timedelta | None = None


class RetrainingRequest(Record):
    """A request for training, as the asset event carries it and the store keeps it.

    Parameters
    ----------
    model : str
    at : datetime
        End of the window at which it was made: event time.
    alarms : tuple of str
        What it rests on; ``changed_training`` where training itself has changed.
    reason : str
        For people.
    window : Window
        The newest window.
    champion : int or None
        That was champion.
    evidence : tuple of str
        Digests of the evidence of the windows that count.
    data : TrainingData
    by : str
        DAG run that asked.
    segments : tuple of str
        Segments of a fleet to train; all if empty.
    """

    model: str
    at: AwareDatetime
    alarms: tuple[str, ...]
    reason: str
    window: Window
    champion: int | None
    evidence: tuple[str, ...] = ()
    data: TrainingData = TrainingData()
    by: str = ""
    segments: tuple[str, ...] = ()


class RetrainingDecision(Record):
    """Ask or wait, with every reason in words and numbers; a request only where it asks."""

    decision: Literal["ask", "wait"]
    reasons: tuple[str, ...]
    request: RetrainingRequest | None = None


def findings_of(seen: MonitoredWindow) -> Findings:
    """Return which alarms a monitored window raised; what was not seen, for want of labels or rows, is not judged.

    Examples
    --------
    >>> from datetime import UTC
    >>> from include.domain.evidence import Evidence, Observation
    >>> from include.domain.verdict import Reason
    >>> week = Window(start=datetime(2026, 1, 5, tzinfo=UTC), end=datetime(2026, 1, 12, tzinfo=UTC))
    >>> evidence = Evidence(subject="churn", observations=(Observation(name="drifted_columns", value=2),))
    >>> reason = Reason(requirement="drifted_columns", outcome="blocked", asked="at most 0", seen="2")
    >>> verdict = Verdict(gate="input_drift", subject="churn", outcome="blocked", reasons=(reason,))
    >>> seen = MonitoredWindow(model="churn", window=week, as_of=week.end, evidence=evidence, verdicts=(verdict,))
    >>> findings_of(seen).alarms
    ('input_drift',)
    """
    judged = tuple(alarm for alarm in ALARMS if _is_judged(seen.verdict(alarm), seen.evidence))
    return Findings(
        window=seen.window,
        version=seen.version.version if seen.version else None,
        judged=judged,
        alarms=tuple(alarm for alarm in judged if seen.outcome(alarm) == "blocked"),
        evidence=digest(seen.evidence.to_json()),
        segments=seen.worse_segments,
    )


def _is_judged(verdict: Verdict | None, evidence: Evidence) -> bool:
    """Whether a verdict rests on something that was seen: a gate fails closed, and silence is no alarm."""
    if verdict is None or verdict.outcome == "inconclusive":
        return False
    deciding = [reason for reason in verdict.reasons if reason.outcome == verdict.outcome]
    values = [seen.value for reason in deciding if (seen := evidence.find(reason.requirement))]
    return any(value is not None and math.isfinite(value) for value in values)


def decide_retraining(
    policy: RetrainingSpec | None,
    model: str,
    findings: Sequence[Findings],
    *,
    champion: int | None,
    requests: Sequence[RetrainingRequest] = (),
    change: str = "",
    stopped: str = "",
    by: str = "",
) -> RetrainingDecision:
    """Ask for training only if the policy is met and no brake holds.

    Parameters
    ----------
    policy : RetrainingSpec or None
        Block ``retraining`` of the spec.
    model : str
    findings : sequence of Findings
        Of windows in any order. Those of another version than the champion do not count.
    champion : int or None
    requests : sequence of RetrainingRequest
        All that were made before.
    change : str
        Why training would make another model of the same rows; empty if it would not.
    stopped : str
        Why the loop was stopped; empty if it runs.
    by : str
        Who asks.

    Examples
    --------
    >>> decide_retraining(None, "churn", (), champion=1).decision
    'wait'
    """
    if policy is None:
        return RetrainingDecision(decision="wait", reasons=(UNASKED,))
    if stopped:
        return RetrainingDecision(decision="wait", reasons=(stopped,))
    if not findings:
        return RetrainingDecision(decision="wait", reasons=("no window was monitored yet",))
    newest = max(findings, key=lambda found: found.end)
    terms = {alarm: _terms(policy, alarm, findings, champion, requests) for alarm in policy.on}
    counted = {alarm: _counted(terms[alarm], alarm, findings, champion) for alarm in policy.on}
    asking = tuple(
        alarm
        for alarm, windows in counted.items()
        if _is_met(terms[alarm], alarm, windows) and _is_met(policy, alarm, windows[-policy.of :])
    )
    told = tuple(_told(terms[alarm], alarm, windows) for alarm, windows in counted.items() if windows)
    change = change if policy.changes else ""
    causes = (*((CHANGED,) if change else ()), *asking)
    if not causes:
        return RetrainingDecision(decision="wait", reasons=told or ("no window of this champion was judged yet",))
    why = (
        *((f"training would differ: {change}",) if change else ()),
        *(_told(terms[a], a, counted[a]) for a in asking),
    )
    asked = [request.at for request in requests]
    brakes = brakes_that_hold(policy, newest.end, asked, in_vain_since=_in_vain_since(policy, requests, champion))
    if brakes:
        return RetrainingDecision(decision="wait", reasons=(*brakes, *why))
    alarmed = [found for alarm in asking for found in counted[alarm] if alarm in found.alarms]
    segments = _segments(causes, alarmed)
    if segments:
        why = (*why, f"to train are {named_segments(segments)}")
    begins = [_given(_began(terms[alarm], alarm, findings, champion)) for alarm in asking]
    request = RetrainingRequest(
        model=model,
        at=newest.end,
        alarms=causes,
        reason="; ".join(why),
        window=newest.window,
        champion=champion,
        evidence=tuple(dict.fromkeys(found.evidence for found in alarmed if found.evidence)),
        data=_data(policy, newest.end, min(begins, default=None)),
        by=by,
        segments=segments,
    )
    return RetrainingDecision(decision="ask", reasons=why, request=request)


def _segments(causes: Sequence[str], alarmed: Sequence[Findings]) -> tuple[str, ...]:
    """Return the segments that lost their quality, if nothing but that asks for training; else all are meant."""
    if tuple(causes) != ("realised_quality",) or not all(found.segments for found in alarmed):
        return ()
    return tuple(sorted({segment for found in alarmed for segment in found.segments}))


def _terms(
    policy: RetrainingSpec,
    alarm: Alarm,
    findings: Sequence[Findings],
    champion: int | None,
    requests: Sequence[RetrainingRequest],
) -> RetrainingSpec:
    """Return the policy as it holds for an alarm: every request of it in vain that calm followed adds its k of m.

    In vain is what left the champion as it was. All windows are compared with one reference, so that an alarm that came
    by chance once comes by the same chance again.
    """
    began = _began(policy, alarm, findings, champion)
    in_vain = [one for one in requests if one.champion == champion and alarm in one.alarms]
    times = 1 + sum(began is None or one.at <= began for one in in_vain)
    return policy.model_copy(update={"k": policy.k * times, "of": policy.of * times})


def _counted(
    policy: RetrainingSpec, alarm: Alarm, findings: Sequence[Findings], champion: int | None
) -> list[Findings]:
    """Return the newest windows in which an alarm was looked at, oldest first."""
    return _judged(alarm, findings, champion)[-policy.of :]


def _judged(alarm: Alarm, findings: Sequence[Findings], champion: int | None) -> list[Findings]:
    own = [found for found in findings if found.version == champion and alarm in found.judged]
    return sorted(own, key=lambda found: found.end)


def _began(policy: RetrainingSpec, alarm: Alarm, findings: Sequence[Findings], champion: int | None) -> datetime | None:
    """Return when an alarm was raised first, without more calm windows since than k of m allow; None if it is calm."""
    calm, began = 0, None
    for found in reversed(_judged(alarm, findings, champion)):
        calm = 0 if alarm in found.alarms else calm + 1
        if calm > policy.of - policy.k:
            break
        began = found.start if alarm in found.alarms else began
    return began


def _is_met(policy: RetrainingSpec, alarm: Alarm, windows: list[Findings]) -> bool:
    return bool(windows) and alarm in windows[-1].alarms and _raised(alarm, windows) >= policy.k


def _raised(alarm: Alarm, windows: list[Findings]) -> int:
    return sum(alarm in found.alarms for found in windows)


def _told(policy: RetrainingSpec, alarm: Alarm, windows: list[Findings]) -> str:
    last = windows[-1]
    newest = f"the newest, {last.start:%Y-%m-%d %H:%M} UTC, {'among them' if alarm in last.alarms else 'not'}"
    return (
        f"{alarm} in {_raised(alarm, windows)} of the last {len(windows)} windows ({newest}); "
        f"asked are {policy.k} of {policy.of}"
    )


def _in_vain_since(
    policy: RetrainingSpec, requests: Sequence[RetrainingRequest], champion: int | None
) -> datetime | None:
    """Return since which change the last request learned, if the champion is still the one that it was made about."""
    last = max(requests, key=lambda request: request.at, default=None)
    in_vain = last is not None and last.champion == champion and policy.data == "since_change"
    return last.data.window.start if last is not None and in_vain else None


def _data(policy: RetrainingSpec, now: datetime, changed: datetime | None) -> TrainingData:
    start = changed if policy.data == "since_change" else None
    if policy.span is not None:
        start = now - policy.span
    return TrainingData(window=Window(start=start, end=now), half_life=policy.half_life)


def _given(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("a monitored window has two sides")
    return moment
