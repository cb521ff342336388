"""The page about the segments of a window: constant size, the worst first, whatever the number of segments."""

from __future__ import annotations

import math
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.fleet.histogram import bars_of
from include.fleet.report import PAGES, style
from include.watching.segments_seen import SegmentsSeen

SHOWN = 50
"""Segments that the page shows, the worst."""

_FOLDER = Path(__file__).parent / "page"


def segments_page(spec: ModelSpec, window: Window, version: int, seen: SegmentsSeen, *, table: str) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    spec : ModelSpec
    window : Window
    version : int
        Of the fleet.
    seen : SegmentsSeen
    table : str
        Key of the table of all segments.
    """
    environment = Environment(
        loader=FileSystemLoader([_FOLDER, PAGES]), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    watched = seen.table[seen.table["verdict"] != "too few"]
    changed = watched[watched["then"] > 0]
    return environment.get_template("segments.j2").render(
        name=spec.name,
        version=version,
        start=f"{window.start:%Y-%m-%d %H:%M}",
        end=f"{window.end:%Y-%m-%d %H:%M}",
        segments=len(seen.table),
        watched=len(watched),
        worse=int((watched["verdict"] == "worse").sum()),
        loss=seen.loss.replace("_", " "),
        told=[f"{one.name}: {one.detail}" for one in seen.observations if one.detail and one.name != "segments_worse"],
        bars=bars_of(changed["rise"] / changed["then"]),
        rows=list(seen.table.head(SHOWN).itertuples(index=False)),
        confidence=f"{100 * spec.monitoring.confidence:g}",
        number=_number,
        table=table,
        style=style(),
    )


def _number(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else ""
