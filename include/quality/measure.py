"""A measure: a metric of Great Expectations as something that is counted in the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from include.quality.texts import TextTest

ALL_ROWS = "true"
"""The condition that holds for every row."""


class NotMeasuredError(Exception):
    """The file cannot tell; pandas has to be asked."""


@dataclass(frozen=True)
class Measure:
    """A metric and what has to be counted for it.

    Parameters
    ----------
    selected : tuple of str or TextTest
        Aggregates over the rows in SQL, or tests of texts; nothing where the answer is known already.
    read : callable
        Makes the metric of their values.
    alone : bool
        Whether it is asked in a query of its own.
    """

    selected: tuple[str | TextTest, ...]
    read: Callable[..., Any]
    alone: bool = False


def only(condition: str) -> str:
    """Return what makes an aggregate look at some rows only.

    Examples
    --------
    >>> only("age > 3"), only("true")
    (' FILTER (age > 3)', '')
    """
    # A filter that lets every row pass takes as long as any other.
    return "" if condition == ALL_ROWS else f" FILTER ({condition})"
