"""Monitored windows: what was seen of one stretch of served predictions, and what every gate said to it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self, get_args

from pydantic import AwareDatetime, model_validator

from include.domain.evidence import Evidence
from include.domain.record import Record
from include.domain.references import ModelVersionRef, ReportRef, Window
from include.domain.verdict import Outcome, Verdict

Concern = Literal["data_quality", "input_drift", "prediction_drift", "realised_quality", "estimated_quality"]
"""What a window is judged for, each by a gate of that name, so that broken rows are not taken for drift."""

CONCERNS: tuple[Concern, ...] = get_args(Concern)


class MonitoredWindow(Record):
    """One window of one model's predictions, as it was seen at one moment.

    Parameters
    ----------
    model : str
    window : Window
        Both sides are given: half-open in event time.
    as_of : datetime
        By when labels had to be known to count; a window is seen again when its labels arrive.
    version : ModelVersionRef or None
        Whose predictions these are; None where nobody predicted.
    snapshot : str
        Fingerprint of the clean rows that were predicted; empty where there are none.
    reference : str
        Fingerprint of the rows that these were compared with.
    evidence : Evidence
        Everything that was seen.
    verdicts : tuple of Verdict
        One for each concern that the spec asks about, under its name.
    reports : tuple of ReportRef
        Pages for people.
    commit : str
        Of the code that looked.
    worse_segments : tuple of str
        Segments of a fleet that have surely lost quality, the others having kept theirs; empty where none has, or the
        fleet as a whole has.

    Examples
    --------
    >>> from datetime import UTC
    >>> from include.domain.verdict import Reason
    >>> week = Window(start=datetime(2026, 1, 5, tzinfo=UTC), end=datetime(2026, 1, 12, tzinfo=UTC))
    >>> drifted = Reason(requirement="drifted_columns", outcome="blocked", asked="at most 0", seen="2")
    >>> verdict = Verdict(gate="input_drift", subject="churn", outcome="blocked", reasons=(drifted,))
    >>> seen = MonitoredWindow(model="churn", window=week, as_of=week.end, evidence=Evidence(subject="churn"),
    ...     verdicts=(verdict,))
    >>> seen.alarms, seen.outcome("data_quality")
    (('input_drift',), None)
    """

    model: str
    window: Window
    as_of: AwareDatetime
    version: ModelVersionRef | None = None
    snapshot: str = ""
    reference: str = ""
    evidence: Evidence
    verdicts: tuple[Verdict, ...]
    reports: tuple[ReportRef, ...] = ()
    commit: str = ""
    worse_segments: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _window_is_closed_and_every_concern_is_judged_once(self) -> Self:
        start, end = self.window.start, self.window.end
        if start is None or end is None or not start < end:
            raise ValueError(f"a monitored window begins before it ends, and does both; got {start} to {end}")
        gates = [verdict.gate for verdict in self.verdicts]
        strange = sorted({gate for gate in gates if gate not in CONCERNS or gates.count(gate) > 1})
        if strange:
            raise ValueError(
                f"{strange[0]!r} is no concern, or is judged twice; expected each of {', '.join(CONCERNS)}"
            )
        return self

    @property
    def start(self) -> datetime:
        """Begin of the window."""
        assert self.window.start is not None  # noqa: S101 - checked above
        return self.window.start

    @property
    def end(self) -> datetime:
        """End of the window, itself not in it."""
        assert self.window.end is not None  # noqa: S101 - checked above
        return self.window.end

    def verdict(self, concern: Concern) -> Verdict | None:
        """Return the verdict about a concern, or None where the spec does not ask for one."""
        return next((verdict for verdict in self.verdicts if verdict.gate == concern), None)

    def outcome(self, concern: Concern) -> Outcome | None:
        """Return how the verdict about a concern ended, or None where there is none."""
        verdict = self.verdict(concern)
        return None if verdict is None else verdict.outcome

    @property
    def alarms(self) -> tuple[Concern, ...]:
        """The concerns whose gate blocked, in the order of :data:`CONCERNS`."""
        return tuple(concern for concern in CONCERNS if self.outcome(concern) == "blocked")
