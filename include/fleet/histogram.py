"""Histograms of a fleet: how many segments have changed by how much, in the same few bars for any number of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

_BARS, _WIDTH, _HEIGHT = 40, 640, 190
_AT_MOST = 1.0
"""Shares beyond these, a doubled error or none at all, stand in the outermost bars."""


@dataclass(frozen=True)
class Bar:
    """A bar: the shares that it counts, how many there are, and its place in the drawing."""

    low: float
    high: float
    count: int
    x: float
    y: float
    width: float
    height: float


def bars_of(shares: Iterable[float]) -> list[Bar]:
    """Return the bars for changes that are given as shares; none where there are no changes.

    Examples
    --------
    >>> [bar.count for bar in bars_of([-3.0, 0.01, 0.02]) if bar.count]
    [1, 2]
    """
    given = np.clip(np.fromiter(shares, dtype=np.float64), -_AT_MOST, _AT_MOST)
    if not len(given):
        return []
    counts, edges = np.histogram(given, bins=_BARS, range=(-_AT_MOST, _AT_MOST))
    tallest, width = max(1, int(counts.max())), _WIDTH / _BARS
    return [
        Bar(
            low=float(low),
            high=float(high),
            count=int(count),
            x=round(at * width, 1),
            y=round(_HEIGHT * (1 - count / tallest), 1),
            width=round(width - 1, 1),
            height=round(_HEIGHT * count / tallest, 1),
        )
        for at, (count, low, high) in enumerate(zip(counts, edges[:-1], edges[1:], strict=True))
    ]
