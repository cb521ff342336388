"""Labels: what became of a row, known late, given more than once, and sometimes corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import Field

from include.domain.record import Record

Standing = Literal["given", "repeated", "corrected", "disagreeing"]


class GivenLabel(NamedTuple):
    """A label as somebody gave it: the value, and when it became known, where that is told."""

    value: str | float | bool
    known_at: datetime | None = None


class SettledLabel(NamedTuple):
    """What counts as the label of a row.

    Parameters
    ----------
    value : str, float, bool or None
        None where the labels disagree and nothing says which of them is later.
    standing : {'given', 'repeated', 'corrected', 'disagreeing'}
    """

    value: str | float | bool | None
    standing: Standing


def settle(given: Sequence[GivenLabel], as_of: datetime | None = None) -> SettledLabel | None:
    """Return what counts of all labels that were given for one row, in whatever order; None where none is known yet.

    A row has one label, however often it is given. Of labels with different values the one that became known last
    counts; one without a time is older than any with one. Where the last ones disagree the row has no label: to
    guess would be to invent an outcome.

    Parameters
    ----------
    given : sequence of GivenLabel
    as_of : datetime, optional
        What became known later does not count yet.

    Examples
    --------
    >>> first, later = GivenLabel(0, datetime(2026, 1, 1)), GivenLabel(1, datetime(2026, 2, 1))
    >>> settle([later, first])
    SettledLabel(value=1, standing='corrected')
    >>> settle([later, first], as_of=datetime(2026, 1, 15))
    SettledLabel(value=0, standing='given')
    >>> settle([GivenLabel(0), GivenLabel(1)])
    SettledLabel(value=None, standing='disagreeing')
    """
    known = [one for one in given if as_of is None or one.known_at is None or one.known_at <= as_of]
    if not known:
        return None
    times = [one.known_at for one in known if one.known_at is not None]
    last = max(times) if times else None
    newest = {one.value for one in known if one.known_at == last}
    if len(newest) > 1:
        return SettledLabel(None, "disagreeing")
    (value,) = newest
    if len({one.value for one in known}) > 1:
        return SettledLabel(value, "corrected")
    return SettledLabel(value, "given" if len(known) == 1 else "repeated")


class LabelTally(Record):
    """How many rows have a label, and how they came by it.

    Parameters
    ----------
    rows : int
        Rows that have one.
    repeated : int
        Of those, rows whose label was given more than once, with the same value.
    corrected : int
        Of those, rows whose label was given again with another value, and the latest counts.
    disagreeing : int
        Rows without a label, because several were given and nothing says which is the latest.
    to_come : int
        Labels that became known after the moment that was asked for, and do not count.
    examples : tuple of str
        Some of the rows whose labels disagree.
    why_none : str
        Why there is none, where there is none.
    """

    rows: int = Field(default=0, ge=0)
    repeated: int = Field(default=0, ge=0)
    corrected: int = Field(default=0, ge=0)
    disagreeing: int = Field(default=0, ge=0)
    to_come: int = Field(default=0, ge=0)
    examples: tuple[str, ...] = ()
    why_none: str = ""
