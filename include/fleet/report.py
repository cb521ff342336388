"""The report of a fleet: a page of constant size with the worst segments first, and a table of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from include.domain.fleet import SegmentResult
from include.domain.fleet_summary import summarise
from include.domain.spec import ModelSpec
from include.fleet.histogram import bars_of

PAGES = Path(__file__).parent / "page"
"""Folder of the templates, and of what pages about fleets share."""


def style() -> Markup:
    """Return how pages about fleets look."""
    return Markup((PAGES / "report.css").read_text(encoding="utf-8"))  # noqa: S704, a file of the house


def write_report(spec: ModelSpec, results: Sequence[SegmentResult], path: Path) -> None:
    """Write the page."""
    environment = Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    summary = summarise(results)
    lists = (("Failed", summary.failed), ("Worst beside the simple model", summary.worst))
    path.write_text(
        environment.get_template("report.j2").render(
            name=spec.name,
            told=summary.as_lines(str(spec.baseline))[:3],
            baseline=str(spec.baseline),
            metric=summary.metric or "metric",
            bars=bars_of(_relative(results)),
            lists=lists,
            style=style(),
        ),
        encoding="utf-8",
    )


def write_table(results: Sequence[SegmentResult], path: Path) -> None:
    """Write a line for every segment as CSV."""
    rows = [result.model_dump(exclude={"member"}) for result in results]
    pd.DataFrame(rows, columns=[name for name in SegmentResult.model_fields if name != "member"]).to_csv(
        path, index=False
    )


def _relative(results: Sequence[SegmentResult]) -> list[float]:
    return [r.improvement / abs(r.baseline) for r in results if r.improvement is not None and r.baseline]
