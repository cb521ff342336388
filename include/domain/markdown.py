"""Markdown: tables whose cells cannot break out of them, for pages that show what data and people have said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: object) -> str:
    r"""Return a text as it can stand in a cell, on one line, as text and neither markup nor link.

    Examples
    --------
    >>> print(cell("a|b\n<b>c</b>"))
    a\|b; &lt;b>c&lt;/b>
    """
    line = "; ".join(part.strip() for part in str(text).splitlines() if part.strip())
    for found, shown in (("\\", "\\\\"), ("|", "\\|"), ("<", "&lt;"), ("](", "]\\("), ("*", "\\*"), ("`", "\\`")):
        line = line.replace(found, shown)
    return line


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table.

    Examples
    --------
    >>> print(table(["name", "value"], [("roc_auc", 0.9)]))
    | name | value |
    | --- | --- |
    | roc_auc | 0.9 |
    """
    lines = [columns, ["---"] * len(columns), *([cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
