"""The report of a fleet: a page of constant size with the worst segments first, and a table of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from include.domain.fleet import SegmentResult
from include.domain.spec import ModelSpec
from include.fleet.summary import summarise

_FOLDER = Path(__file__).parent / "page"
_BARS, _WIDTH, _HEIGHT = 40, 640, 190
_AT_MOST = 1.0
"""Relative improvements beyond these, a doubled error or none at all, share the outermost bars."""


def write_report(spec: ModelSpec, results: Sequence[SegmentResult], path: Path) -> None:
    """Write the page."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    summary = summarise(results)
    lists = (("Failed", summary.failed), ("Worst beside the simple model", summary.worst))
    path.write_text(
        environment.get_template("report.j2").render(
            name=spec.name,
            told=summary.as_lines(str(spec.baseline))[:3],
            baseline=str(spec.baseline),
            metric=summary.metric or "metric",
            bars=_bars(results),
            lists=lists,
            style=Markup((_FOLDER / "report.css").read_text(encoding="utf-8")),  # noqa: S704, a file of the house
        ),
        encoding="utf-8",
    )


def write_table(results: Sequence[SegmentResult], path: Path) -> None:
    """Write a line for every segment as CSV."""
    rows = [result.model_dump(exclude={"member"}) for result in results]
    pd.DataFrame(rows, columns=[name for name in SegmentResult.model_fields if name != "member"]).to_csv(
        path, index=False
    )


def _bars(results: Sequence[SegmentResult]) -> list[dict[str, Any]]:
    told = [r for r in results if r.improvement is not None and r.baseline]
    if not told:
        return []
    relative = np.clip([(r.improvement or 0) / abs(r.baseline or 1) for r in told], -_AT_MOST, _AT_MOST)
    counts, edges = np.histogram(relative, bins=_BARS, range=(-_AT_MOST, _AT_MOST))
    tallest, width = max(1, int(counts.max())), _WIDTH / _BARS
    return [
        {
            "low": float(low),
            "high": float(high),
            "count": int(count),
            "x": round(at * width, 1),
            "width": round(width - 1, 1),
            "y": round(_HEIGHT * (1 - count / tallest), 1),
            "height": round(_HEIGHT * count / tallest, 1),
        }
        for at, (count, low, high) in enumerate(zip(counts, edges[:-1], edges[1:], strict=True))
    ]
