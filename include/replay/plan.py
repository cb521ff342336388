"""Plans: what a replay goes through, and what happens to its world on the way, all of it known beforehand."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from pydantic import Field, ValidationError

from include.domain.errors import SpecError
from include.domain.record import Record
from include.domain.spec.fields import Duration
from include.simulators.events import (
    BadExport,
    ConceptChange,
    Event,
    GoneNull,
    LabelDelay,
    NewCategory,
    Season,
    Shift,
    VolumeCollapse,
)

DEFAULT_WINDOW = timedelta(days=7)
"""Of a simulated world, whose windows are whole days."""

KINDS: dict[str, type[Event]] = {
    "shift": Shift,
    "season": Season,
    "new_category": NewCategory,
    "gone_null": GoneNull,
    "volume_collapse": VolumeCollapse,
    "concept_change": ConceptChange,
    "label_delay": LabelDelay,
    "bad_export": BadExport,
}
"""Events by the names that a plan calls them."""

_EVENT = re.compile(r"(?P<kind>\w+)(:(?P<terms>[^@]+))?@(?P<first>\d+)(-(?P<last>\d+))?")


class PlannedEvent(Record):
    """An event by the windows that it touches, the first of a replay being 1.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    first : int
        Window with whose beginning it begins.
    last : int, optional
        Last window that it touches; it lasts if left out.
    terms : dict of str to str
        What the event needs beside: ``column``, ``times``, ``ramp``…
    """

    kind: str
    first: int = Field(ge=1)
    last: int | None = None
    terms: dict[str, str] = {}

    def at(self, starts: list[datetime]) -> Event:
        """Return the event in the time of the windows, given where each begins and where the last one ends."""
        end = {} if self.last is None or self.last >= len(starts) else {"end": starts[self.last]}
        kind = KINDS[self.kind]
        known = set(kind.model_fields) - {"start", "end"}
        try:
            return kind.model_validate({**self.terms, "start": starts[self.first - 1], **end})
        except ValidationError as error:
            told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise SpecError([f"--events {self.kind}: {told}; it takes {', '.join(sorted(known))}"]) from error

    @property
    def text(self) -> str:
        """The event as it is planned on the command line."""
        terms = ",".join(f"{name}={value}" for name, value in self.terms.items())
        last = f"-{self.last}" if self.last else ""
        return f"{self.kind}{':' if terms else ''}{terms}@{self.first}{last}"


class Plan(Record):
    """What one replay goes through.

    Parameters
    ----------
    windows : int
    every : timedelta or str
        Length of a window; ``month`` for those of the calendar.
    seed : int
        Of a simulated world.
    history : int
        Windows before the first: what the first champion learns from.
    rows : int
        Rows a window of a simulated world has on average, where the simulator lets that be chosen.
    start : datetime, optional
        Begin of the first window in a source that is read.
    events : tuple of PlannedEvent
    loop : bool
        Whether training is ever asked for; without it the first champion serves to the end.
    """

    windows: int = Field(default=90, ge=1)
    every: Duration | None = None
    seed: int = 7
    history: int = Field(default=40, ge=1)
    rows: int = Field(default=1_000, ge=20)
    start: datetime | None = None
    events: tuple[PlannedEvent, ...] = ()
    loop: bool = True

    def bounds(self, start: datetime) -> list[datetime]:
        """Return where each window begins, and where the last one ends; windows without a length are months."""
        first = pd.Timestamp(start)
        step: Any = pd.DateOffset(months=1) if self.every is None else pd.Timedelta(self.every)
        return [(first + i * step).to_pydatetime() for i in range(self.windows + 1)]


def plan_asked(windows: int, every: str, *, history: int, rows: int, seed: int, events: str, start: str | None) -> Plan:
    """Return the plan that somebody typed.

    Raises
    ------
    SpecError
        Where a part of it cannot be understood.

    Examples
    --------
    >>> plan_asked(12, "month", history=1, rows=100, seed=1, events="", start="2012-01-01").bounds(
    ...     datetime(2012, 1, 1)
    ... )[1]
    datetime.datetime(2012, 2, 1, 0, 0)
    """
    length = None if every == "month" else every
    asked = {"windows": windows, "every": length, "history": history, "rows": rows, "seed": seed, "start": start}
    try:
        return Plan(events=planned_events(events), **asked)
    except ValidationError as error:
        raise SpecError([f"--{e['loc'][0]}: {e['msg']}, got {e['input']!r}" for e in error.errors()]) from error


def planned_events(text: str) -> tuple[PlannedEvent, ...]:
    """Read events as the command line takes them.

    Raises
    ------
    SpecError
        Where one cannot be read.

    Examples
    --------
    >>> [event.text for event in planned_events("concept_change@40 shift:column=amount,times=2@20-30")]
    ['concept_change@40', 'shift:column=amount,times=2@20-30']
    """
    return tuple(_planned(word) for word in text.split())


def _planned(word: str) -> PlannedEvent:
    found = _EVENT.fullmatch(word)
    if found is None or found["kind"] not in KINDS:
        raise SpecError(
            [f"--events {word!r}: expected KIND[:name=value,…]@WINDOW[-WINDOW], KIND one of {', '.join(KINDS)}"]
        )
    terms = dict(pair.partition("=")[::2] for pair in (found["terms"] or "").split(",") if pair)
    last = int(found["last"]) if found["last"] else None
    if last is not None and last < int(found["first"]):
        raise SpecError([f"--events {word!r} ends before it begins"])
    return PlannedEvent(kind=found["kind"], first=int(found["first"]), last=last, terms=terms)
