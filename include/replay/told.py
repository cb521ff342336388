"""What a replay tells: a line a window, an entry an event, and what all of it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from typing import Literal

from include.domain.record import Record
from include.domain.references import Window
from include.replay.plan import Plan

Kind = Literal["trained", "alarm", "asked", "promoted", "refused", "watched", "taken_back", "planned"]


class Happened(Record):
    """Something that a replay saw.

    Parameters
    ----------
    window : int
        Number of the window at whose end it happened.
    kind : str
    text : str
        In words and numbers.
    version : int, optional
        That it is about.
    """

    window: int
    kind: Kind
    text: str
    version: int | None = None


class WindowTold(Record):
    """One window.

    Parameters
    ----------
    number : int
    window : Window
    rows : int
    version : int
        Champion that scored it.
    quality : float or None
        Its deciding metric on the window's labels, whenever they came.
    unchanged : float or None
        The same of the first champion, as if nothing had been retrained.
    """

    number: int
    window: Window
    rows: int
    version: int | None
    quality: float | None
    unchanged: float | None


class Replayed(Record):
    """All that became of a replay.

    Parameters
    ----------
    model : str
    metric : str
        The deciding metric.
    greater_is_better : bool
    plan : Plan
    windows : tuple of WindowTold
    happened : tuple of Happened
    seconds : float
    """

    model: str
    metric: str
    greater_is_better: bool
    plan: Plan
    windows: tuple[WindowTold, ...]
    happened: tuple[Happened, ...]
    seconds: float

    def count(self, kind: Kind) -> int:
        """Return how often something happened."""
        return sum(one.kind == kind for one in self.happened)

    def first(self, kind: Kind, since: int = 1) -> int | None:
        """Return the window at whose end something happened first, from a window on."""
        return next((one.window for one in self.happened if one.kind == kind and one.window >= since), None)

    def mean_quality(self, first: int, last: int | None = None, *, unchanged: bool = False) -> float | None:
        """Return the mean quality of windows, weighted by their rows; None where no label came."""
        chosen = [told for told in self.windows if told.number >= first and (last is None or told.number <= last)]
        values = [(told.unchanged if unchanged else told.quality, told.rows) for told in chosen]
        known = [(value, rows) for value, rows in values if value is not None]
        rows = sum(rows for _, rows in known)
        return sum(value * rows for value, rows in known) / rows if rows else None


def delay_of(replayed: Replayed, labelled_after: int = 0) -> int | None:
    """Return after how many labelled windows the first planned event was answered by a request; None if it never was.

    Parameters
    ----------
    replayed : Replayed
    labelled_after : int
        Windows that the labels of a window take.
    """
    if not replayed.plan.events:
        return None
    first = replayed.plan.events[0].first
    asked = replayed.first("asked", first)
    return None if asked is None else max(asked - first + 1 - labelled_after, 0)


def labelled_after(plan: Plan, delay: timedelta | None) -> int:
    """Return how many windows the labels of a window take."""
    if delay is None or plan.every is None:
        return 0
    return -(-delay // plan.every)


def middle(values: Sequence[int | None]) -> float | None:
    """Return the median; one that never came counts as more than any that did.

    Examples
    --------
    >>> middle([3, None, 4])
    4.0
    >>> middle([3, None]) is None
    True
    """
    if not values:
        return None
    far = float("inf")
    found = float(median(far if value is None else value for value in values))
    return None if found == far else found
