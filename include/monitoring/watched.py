"""Watched columns: which columns of a window are compared with the reference, as what, and how much they matter."""

from __future__ import annotations

from typing import Literal

from include.domain.record import Record

Kind = Literal["numeric", "categorical", "time", "identifier"]

MOST_LEVELS = 10_000
"""Values from which on a column of texts names its rows rather than describes them."""


class WatchedColumn(Record):
    """A column to watch.

    Parameters
    ----------
    name : str
    kind : {'numeric', 'categorical', 'time', 'identifier'}, optional
        What it is compared as; told by its type in the reference if left out. Times and identifiers are left out of
        the comparison, and said to be.
    weight : float
        What it is worth to the model: the more, the smaller a change has to be to be noticed.
    """

    name: str
    kind: Kind | None = None
    weight: float = 1.0


def kind_told_by(family: str) -> Kind | None:
    """Return what a column of such a type is compared as; None of a type that cannot be compared."""
    kinds: dict[str, Kind] = {"number": "numeric", "text": "categorical", "time": "time"}
    return kinds.get(family)
