"""Events: what happens to a simulated world at a known moment, so that whoever watches it can be held to the answer.

Some happen to the world and change what follows from it (a shift, a new category, another concept); some only to what
is seen of it (a column gone null, rows that never arrive). A new kind of event is a new record here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, model_validator

from include.domain.record import Record
from include.domain.spec.fields import Duration, Share

Floats = npt.NDArray[np.float64]


def utc(moment: datetime) -> pd.Timestamp:
    """Return a moment in UTC; one without a zone is meant so."""
    stamp = pd.Timestamp(moment)
    return stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")


class Event(Record):
    """Something that begins at a moment of simulated time.

    Parameters
    ----------
    start : datetime
        First moment (UTC) at which it can be felt; before it the world is the same, bit for bit.
    end : datetime, optional
        First moment at which it is over; it lasts if left out.
    ramp : timedelta
        How long it takes to reach its full strength: zero is sudden, anything else gradual.

    Examples
    --------
    >>> event = Shift(start=datetime(2024, 1, 1), ramp="10d", column="amount", times=2)
    >>> event.strength(pd.Series(pd.to_datetime(["2023-12-31", "2024-01-06", "2025-01-01"], utc=True)))
    array([0. , 0.5, 1. ])
    """

    touches: ClassVar[Literal["world", "records", "concept", "labels", "export"]] = "world"

    start: datetime
    end: datetime | None = None
    ramp: Duration = timedelta(0)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end is not None and utc(self.end) <= utc(self.start):
            raise ValueError("the event ends before it starts")
        return self

    def strength(self, times: pd.Series) -> Floats:
        """Return how strongly it is felt at each time (UTC), between 0 and 1; shape (n,)."""
        since = (times - utc(self.start)).dt.total_seconds().to_numpy(dtype=np.float64)
        ramp = self.ramp.total_seconds()
        strength = np.clip(since / ramp, 0.0, 1.0) if ramp else np.ones(len(times))
        strength[since < 0] = 0.0
        if self.end is not None:
            strength[(times >= utc(self.end)).to_numpy()] = 0.0
        return np.asarray(strength, dtype=np.float64)

    def apply(self, frame: pd.DataFrame, strength: Floats, rng: np.random.Generator) -> pd.DataFrame:
        """Return the frame after the event, given its strength at every row."""
        return frame


class Shift(Event):
    """The values of a numeric column move: they are multiplied, then added to."""

    column: str
    times: float = 1.0
    plus: float = 0.0

    def apply(self, frame: pd.DataFrame, strength: Floats, rng: np.random.Generator) -> pd.DataFrame:
        """Move the values by the share of the way that the strength says."""
        before = frame[self.column].to_numpy(dtype=np.float64)
        after = before + strength * (before * (self.times - 1.0) + self.plus)
        kind = frame[self.column].dtype
        moved = np.rint(after) if kind.kind == "i" else after
        return frame.assign(**{self.column: moved.astype(kind)})


class Season(Event):
    """The values of a numeric column swing around what they were, a full turn a period."""

    column: str
    swing: float = Field(default=0.5, description="Share by which they rise and fall at most")
    period: Duration = timedelta(days=365)

    def apply(self, frame: pd.DataFrame, strength: Floats, rng: np.random.Generator) -> pd.DataFrame:
        """Multiply the values by one plus the swing of their moment; without a ramp it begins at zero all the same."""
        return frame.assign(**{self.column: frame[self.column] * (1.0 + strength * self.swing)})

    def strength(self, times: pd.Series) -> Floats:
        """Return where in the swing each time lies, between -1 and 1; shape (n,)."""
        since = (times - utc(self.start)).dt.total_seconds().to_numpy(dtype=np.float64)
        return super().strength(times) * np.sin(2 * np.pi * since / self.period.total_seconds())


class NewCategory(Event):
    """A value that was never seen takes over a share of the rows."""

    column: str
    value: str
    share: Share = 0.2

    def apply(self, frame: pd.DataFrame, strength: Floats, rng: np.random.Generator) -> pd.DataFrame:
        """Replace the column's value in rows drawn at random."""
        drawn = rng.random(len(frame)) < self.share * strength
        return frame.assign(**{self.column: frame[self.column].mask(drawn, self.value)})


class ConceptChange(Event):
    """The outcome follows from the features in another way; the features themselves stay as they were."""

    touches: ClassVar[Literal["world", "records", "concept", "labels", "export"]] = "concept"


class GoneNull(Event):
    """A column arrives empty in a share of the rows."""

    touches: ClassVar[Literal["world", "records", "concept", "labels", "export"]] = "records"

    column: str
    share: Share = 1.0

    def apply(self, frame: pd.DataFrame, strength: Floats, rng: np.random.Generator) -> pd.DataFrame:
        """Empty the column in rows drawn at random."""
        drawn = rng.random(len(frame)) < self.share * strength
        return frame.assign(**{self.column: frame[self.column].mask(drawn)})


class VolumeCollapse(Event):
    """Most rows never arrive."""

    touches: ClassVar[Literal["world", "records", "concept", "labels", "export"]] = "records"

    share_left: float = Field(default=0.1, ge=0, le=1)

    def apply(self, frame: pd.DataFrame, strength: Floats, rng: np.random.Generator) -> pd.DataFrame:
        """Keep rows drawn at random."""
        kept = rng.random(len(frame)) >= (1.0 - self.share_left) * strength
        return frame[kept]


class LabelDelay(Event):
    """What turned out to be true of a row is known later than usual."""

    touches: ClassVar[Literal["world", "records", "concept", "labels", "export"]] = "labels"

    extra: Duration = timedelta(days=7)


class BadExport(Event):
    """Somebody trains on an export whose labels were joined by a wrong key, once; what is served meanwhile is right.

    The labels stand in the order of a column: there are as many of each as before, and a model learns them easily, so
    that a challenger which was trained and judged on them passes its gate and is worthless.
    """

    touches: ClassVar[Literal["world", "records", "concept", "labels", "export"]] = "export"

    column: str

    def spoil(self, frame: pd.DataFrame, target: str) -> pd.DataFrame:
        """Return the export with its labels in the order of the column."""
        order = np.argsort(frame[self.column].to_numpy(dtype=np.float64), kind="stable")
        labels = frame[target].copy()
        labels.iloc[order] = np.sort(frame[target].to_numpy())[::-1]
        return frame.assign(**{target: labels})


def happen(
    events: Sequence[Event], touches: Literal["world", "records"], frame: pd.DataFrame, time: str, seed: int
) -> pd.DataFrame:
    """Let those events happen that touch the world, or those that touch only its records.

    Every event draws from a generator of its own, so that adding one leaves the others as they were.
    """
    for position, event in enumerate(events):
        if event.touches == touches:
            rng = np.random.default_rng([seed, 1 + position])
            frame = event.apply(frame, event.strength(frame[time]), rng)
    return frame.reset_index(drop=True)


def label_delay(events: Sequence[Event], times: pd.Series) -> pd.Series:
    """Return how much later than usual the label of a row of each time is known."""
    late = pd.Series(pd.Timedelta(0), index=times.index)
    for event in events:
        if isinstance(event, LabelDelay):
            late += pd.to_timedelta(event.strength(times) * event.extra.total_seconds(), unit="s").to_numpy()
    return late


def concept_strength(events: Sequence[Event], times: pd.Series) -> Floats:
    """Return how far the second concept has replaced the first at each time, between 0 and 1; shape (n,)."""
    changes = [event.strength(times) for event in events if event.touches == "concept"]
    return np.max(changes, axis=0) if changes else np.zeros(len(times))
