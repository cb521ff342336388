"""Named segments: how messages speak of some segments of a fleet, of which there may be thousands."""

from __future__ import annotations

from collections.abc import Sequence

NAMED = 20
"""Segments that a message names; the others are counted."""


def named_segments(segments: Sequence[str]) -> str:
    """Return how many segments there are, and what the first of them are called.

    Examples
    --------
    >>> named_segments(["north", "south"]), named_segments(["north"])
    ('2 segments: north, south', '1 segment: north')
    """
    more = f" and {len(segments) - NAMED:,} more" if len(segments) > NAMED else ""
    noun = "segment" if len(segments) == 1 else "segments"
    return f"{len(segments):,} {noun}: {', '.join(segments[:NAMED])}{more}"
