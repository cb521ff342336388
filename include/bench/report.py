"""Reports: what a measurement hands back, whichever it is: the promise, the figures beside each other, what broke."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

from include.domain.record import Record

Told = Callable[[int, int, str], None]
"""Told how many steps of a measurement are done, of how many, and what it is busy with."""


class Table(Record):
    """Figures beside each other.

    Parameters
    ----------
    title : str
    columns : tuple of str
    rows : tuple of tuple of str
        As people read them.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_markdown(self) -> str:
        """Return the table as a page shows it.

        Examples
        --------
        >>> print(Table(title="Size", columns=("rows", "seconds"), rows=(("10", "0.1"),)).as_markdown())
        ### Size
        <BLANKLINE>
        | rows | seconds |
        | --- | --- |
        | 10 | 0.1 |
        """
        lines = [self.columns, tuple("---" for _ in self.columns), *self.rows]
        body = "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
        return f"### {self.title}\n\n{body}"


class Report(Record):
    """What a measurement found.

    Parameters
    ----------
    promise : str
        What the figures have to show, in one sentence.
    method : str
        How they were measured, for whoever wants to do it again.
    tables : tuple of Table
    figures : dict
        The same for programs.
    broken : tuple of str
        Every promise that the figures do not keep; empty if all are kept.
    seed : int, optional
        Where chance is part of it.
    """

    promise: str
    method: str
    tables: tuple[Table, ...]
    figures: dict[str, Any]
    broken: tuple[str, ...] = ()
    seed: int | None = None

    def as_markdown(self) -> str:
        """Return promise, tables and method as a page shows them."""
        kept = "Kept." if not self.broken else "Not kept: " + "; ".join(self.broken) + "."
        tables = (table.as_markdown() for table in self.tables)
        return "\n\n".join([_folded(f"{self.promise} {kept}"), *tables, _folded(self.method)])


def _folded(text: str) -> str:
    return textwrap.fill(text, width=120, break_long_words=False, break_on_hyphens=False)
