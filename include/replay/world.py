"""Worlds: rows with their labels and the moment at which each label is known, cut into windows of event time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path, PurePosixPath

import pandas as pd

from include.data.access import UNRESOLVED
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.domain.errors import DataError
from include.domain.references import Window
from include.domain.spec import FileSource, ModelSpec
from include.replay.plan import DEFAULT_WINDOW, Plan
from include.simulators import card_fraud, grocery_demand
from include.simulators.events import BadExport, Event, label_delay, utc
from include.storage.store import Store

SIMULATED = ("card_fraud.parquet", "grocery_demand.parquet")
"""Files whose rows are simulated rather than read."""

KNOWN_AT = "label_known_at"
"""Column of :meth:`World.labels`."""


@dataclass(frozen=True)
class World:
    """A stretch of time in which everything is known.

    Parameters
    ----------
    rows : DataFrame of shape (n, raw columns)
        In the order of event time.
    times : Series of shape (n,)
        Event times (UTC).
    known_at : Series of shape (n,)
        When the label of each row is known.
    windows : tuple of Window
    events : tuple of Event
        What was planned, in the time of the windows.
    """

    rows: pd.DataFrame
    times: pd.Series
    known_at: pd.Series
    windows: tuple[Window, ...]
    events: tuple[Event, ...]

    def within(self, window: Window) -> pd.DataFrame:
        """Return the rows of a window."""
        return self.rows[self._inside(window)]

    def arriving(self, window: Window, target: str) -> pd.DataFrame:
        """Return the rows of a window as they are scored at its end: without labels, unless all are known by then."""
        rows = self.within(window)
        return rows.drop(columns=[target]) if self.is_late(window) and target in rows else rows

    def is_late(self, window: Window) -> bool:
        """Whether the label of any row of a window is known only after its end."""
        known = self.known_at[self._inside(window)]
        return len(known) > 0 and bool(known.max() > utc(_given(window.end)))

    def labels(self, row_id: str, target: str) -> pd.DataFrame:
        """Return the label of every row of the windows and the moment (UTC) at which it is known."""
        served = self.times >= utc(_given(self.windows[0].start))
        return self.rows.loc[served, [row_id, target]].assign(**{KNOWN_AT: self.known_at[served].dt.tz_convert(None)})

    def to_learn_from(self, moment: datetime, target: str, bad: BadExport | None = None) -> pd.DataFrame:
        """Return the rows that happened and whose labels are known at a moment; spoiled, if the export is bad."""
        rows = self.rows[(self.times < utc(moment)) & (self.known_at <= utc(moment))]
        return rows if bad is None else bad.spoil(rows, target)

    def _inside(self, window: Window) -> pd.Series:
        start, end = utc(_given(window.start)), utc(_given(window.end))
        return (self.times >= start) & (self.times < end)


def open_world(spec: ModelSpec, plan: Plan, store: Store) -> World:
    """Return the world of a plan: simulated where the spec reads an example's file, else what its source holds.

    Raises
    ------
    DataError
        Where the spec names no event time, or the source ends before the last window.
    """
    if spec.data.time is None:
        raise DataError(f"{spec.name}: a replay follows event time, and the spec names no data.time")
    name = _simulated(spec)
    return _simulated_world(spec, plan, name) if name else _read_world(spec, plan, store)


def _simulated(spec: ModelSpec) -> str | None:
    source = spec.data.source
    named = [PurePosixPath(path).name for path in source.paths] if isinstance(source, FileSource) else []
    return next((name for name in named if name in SIMULATED), None)


def _simulated_world(spec: ModelSpec, plan: Plan, name: str) -> World:
    every = plan.every or DEFAULT_WINDOW
    if every % timedelta(days=1):
        raise DataError("windows of a simulated world are whole days")
    start = card_fraud.START if name == SIMULATED[0] else grocery_demand.START
    first = start + plan.history * every
    bounds = plan.model_copy(update={"every": every}).bounds(first)
    events = tuple(event.at(bounds) for event in plan.events)
    windows = plan.history + plan.windows
    days = windows * (every // timedelta(days=1))
    if name == SIMULATED[0]:
        # What led up to it is simulated too, or cards without an earlier payment would die out in the first windows.
        rows = card_fraud.simulate_card_fraud(
            2 * windows * plan.rows, seed=plan.seed, days=2 * days, start=start - timedelta(days=days), events=events
        )
        rows = rows[rows["event_time"] >= utc(start)].reset_index(drop=True)
    else:
        stores = max(round(plan.rows / (8 * (every // timedelta(days=1)))), 1)
        rows = grocery_demand.simulate_grocery_demand(days, stores=stores, seed=plan.seed, events=events)
    return _world(spec, rows, rows[str(spec.data.time)], bounds, events)


def _read_world(spec: ModelSpec, plan: Plan, store: Store) -> World:
    """Read the source once, with its event time as cleaning tells it, and cut it into windows."""
    from include.data.cleaning import clean_frame
    from include.domain.spec.looking_back import keeping_gaps

    raw = take_snapshot(spec, store, access=UNRESOLVED)
    rows = read_frame(raw, store)
    whole = spec.model_copy(update={"cleaning": keeping_gaps(spec.cleaning)})
    times = clean_frame(whole, rows, raw.columns)[str(spec.data.time)].reindex(rows.index)
    rows, times = rows.reset_index(drop=True), times.reset_index(drop=True)
    if plan.start is None:
        raise DataError("--start is needed where a source is read: the first moment of the first window")
    start = plan.start if plan.start.tzinfo else plan.start.replace(tzinfo=UTC)
    bounds = plan.bounds(start)
    if utc(times.max()) < utc(bounds[-2]) or utc(times.min()) >= utc(start):
        raise DataError(
            f"the source holds {times.min():%Y-%m-%d} to {times.max():%Y-%m-%d}, and the windows go from "
            f"{bounds[0]:%Y-%m-%d} to {bounds[-1]:%Y-%m-%d}: choose --start, --every and --windows within, with history"
        )
    if plan.events and any(event.kind != "bad_export" for event in plan.events):
        raise DataError("events can be planned for simulated worlds; a source that is read has its own")
    return _world(spec, rows, times, bounds, tuple(event.at(bounds) for event in plan.events))


def _world(
    spec: ModelSpec, rows: pd.DataFrame, times: pd.Series, bounds: list[datetime], events: tuple[Event, ...]
) -> World:
    known_at = times + (spec.data.label_delay or timedelta(0)) + label_delay(events, times)
    windows = tuple(Window(start=start, end=end) for start, end in pairwise(bounds))
    return World(rows, times, known_at, windows, events)


def write_rows(rows: pd.DataFrame, path: Path) -> str:
    """Write rows where a training reads them, and return the address."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(path, index=False)
    return str(path)


def _given(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("a window of a replay has two sides")
    return moment
