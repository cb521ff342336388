"""The ledger page: every move of a model's aliases, the newest first, with who moved it and why."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from include.deployment.pages import version_page
from plugins.ui.monitoring import STYLE

if TYPE_CHECKING:
    from include.registry.entry import LedgerEntry


def ledger_page(model: str, entries: Sequence[LedgerEntry]) -> str:
    """Return the page of a model.

    :param entries: In the order in which they were written.
    """
    name = escape(model)
    windows = f'<p><a href="../">all models</a>, <a href="../monitoring/{quote(model)}">windows</a></p>'
    head = (
        f'<!doctype html><meta charset="utf-8"><title>{name}: history</title>{STYLE}<h1>{name}: history</h1>{windows}'
    )
    if not entries:
        return f"{head}<p>No alias was ever moved.</p>"
    rows = "".join(_row(entry) for entry in reversed(entries))
    return f"{head}<table><tr><th>entry<th>moment<th>move<th>from<th>to<th>by<th>reason</tr>{rows}</table>"


def _row(entry: LedgerEntry) -> str:
    return (
        f"<tr><td>{entry.position}<td>{entry.at:%Y-%m-%d %H:%M}<td>{escape(entry.action)} {escape(entry.alias)}"
        f"<td>{_version(entry.model, entry.from_version)}<td>{_version(entry.model, entry.to_version)}"
        f"<td>{escape(entry.actor)}<td><pre>{escape(entry.reason[:2_000])}</pre></tr>"
    )


def _version(model: str, version: int | None) -> str:
    if version is None:
        return "none"
    page = escape(version_page(model, version))
    return f'<a href="{page}">{version}</a>, <a href="../cards/{quote(model)}/{version}">card</a>'
