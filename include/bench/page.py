"""The page of figures: every measurement owns one section of it, and writes no other."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from include.bench.machine import machine, release
from include.bench.report import Report
from include.deployment.home import PROJECT
from include.domain.errors import SluiceError

PAGE = PROJECT / "docs" / "benchmarks.md"


def write_section(page: Path, name: str, report: Report, at: datetime, *, seconds: float) -> None:
    """Put a report into the section of its measurement; the section is added at the end if the page has none.

    Parameters
    ----------
    page : Path
        A Markdown page; its sections stand between ``<!-- measured: name -->`` and ``<!-- end -->``.
    name : str
        Of the measurement.
    report : Report
    at : datetime
        When it was measured, in UTC.
    seconds : float
        How long that took.

    Raises
    ------
    SluiceError
        If there is no such page.
    """
    if not page.is_file():
        raise SluiceError(f"no page {page}: measure in a clone of the project, or name a page with --page")
    text = page.read_text(encoding="utf-8")
    if not _marks(name).search(text):
        text = f"{text.rstrip()}\n\n<!-- measured: {name} -->\n<!-- end -->\n"
    content = f"{section(name, report, at, seconds=seconds)}\n"
    page.write_text(_marks(name).sub(lambda marks: marks[1] + content + marks[2], text, count=1), encoding="utf-8")


def section(name: str, report: Report, at: datetime, *, seconds: float) -> str:
    """Return a section: heading, report, and where, when and with what it was measured."""
    seed = "" if report.seed is None else f", seed {report.seed}"
    origin = f"`sluice bench {name}`: {machine()}; {release()}{seed}; {at:%Y-%m-%d}, {seconds:,.0f} seconds."
    return f"## {name}\n\n{report.as_markdown()}\n\n{origin}"


def _marks(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- measured: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
