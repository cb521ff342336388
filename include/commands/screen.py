"""The screen: tables for people, JSON for programs, and how outcomes look."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from include.domain.verdict import Verdict

WIDTH_OF_A_FILE = 160
"""Where nobody looks at a terminal, a table need not be folded to 80 columns."""

console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
complaints = Console(stderr=True, highlight=False, soft_wrap=True)

STYLES = {
    "passed": "green",
    "success": "green",
    "blocked": "red",
    "failed": "red",
    "inconclusive": "yellow",
    "skipped": "dim",
    "reused": "cyan",
}


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table; a cell that names an outcome gets its colour."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell), style=STYLES.get(str(cell), "")) for cell in row))
    console.print(table)


def show_verdict(verdict: Verdict) -> None:
    """Print a verdict as a table, with what every observation had to add."""
    title = f"gate {verdict.gate}: {verdict.outcome} for {verdict.subject}"
    rows = [(r.outcome, r.requirement, r.asked, r.seen) for r in verdict.reasons]
    show_table(title, ("outcome", "requirement", "asked", "seen"), rows)
    for reason in verdict.reasons:
        if reason.detail:
            console.print(Text(reason.detail), style="dim" if reason.outcome == "passed" else STYLES[reason.outcome])


def print_json(value: Any) -> None:
    """Print what a program reads: one JSON value on standard output."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
