"""The monitoring page: windows with their verdicts, series as small drawings, and where each number comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from include.deployment.pages import version_page
from include.domain.evidence import Observation
from include.domain.monitored import CONCERNS, MonitoredWindow

STYLE = """<style>
 body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem; color: #1f2937; background: #fff }
 table { border-collapse: collapse }
 th, td { text-align: left; padding: .35rem .75rem; border-bottom: 1px solid #e5e7eb }
 .passed { color: #047857 } .blocked { color: #b91c1c; font-weight: 600 } .inconclusive { color: #b45309 }
 figure { display: inline-block; width: 320px; margin: .5rem 1.5rem .5rem 0; vertical-align: top }
 figcaption { font-size: 12px; overflow-wrap: anywhere }
 svg { background: #f9fafb } pre { white-space: pre-wrap; font-size: 12px; margin: .25rem 0 } small { color: #6b7280 }
</style>"""

SHOWN = 60
"""Windows that the page shows, the newest."""

_WIDTH, _HEIGHT = 300, 80


def monitoring_page(model: str, windows: Sequence[MonitoredWindow], judged: Iterable[str]) -> str:
    """Return the page of a model.

    :param windows: The newest look at each, in their order.
    :param judged: Names of the observations that gates ask for: their series are drawn, those with alarms first.
    """
    shown = windows[-SHOWN:]
    head = f'<!doctype html><meta charset="utf-8"><title>{escape(model)}: monitoring</title>{STYLE}'
    history = f'<a href="../ledger/{quote(model)}">history of its versions</a>'
    title = f'<h1>{escape(model)}: monitoring</h1><p><a href="../">all models</a>, {history}</p>'
    if not shown:
        return f"{head}{title}<p>No window was looked at yet: score one, or trigger {escape(model)}.monitoring.</p>"
    names = sorted(dict.fromkeys(judged), key=lambda name: not any(_blocked(one, name) for one in shown))
    figures = "".join(_figure(name, shown) for name in names)
    concerns = "".join(f"<th>{concern.replace('_', ' ')}" for concern in CONCERNS)
    rows = "".join(_row(one) for one in reversed(shown))
    table = f"<table><tr><th>window<th>version<th>rows{concerns}<th>reports</tr>{rows}</table>"
    details = "".join(_details(one) for one in reversed(shown))
    return f"{head}{title}<h2>Windows</h2>{table}<h2>Series</h2>{figures}<h2>Numbers</h2>{details}"


def _row(one: MonitoredWindow) -> str:
    rows = one.evidence.find("rows")
    outcomes = "".join(_outcome(one.outcome(concern)) for concern in CONCERNS)
    count = f"{rows.value:,.0f}" if rows and rows.value is not None else "0"
    window = f'<a href="#{one.start:%Y%m%dT%H%M}">{one.start:%Y-%m-%d %H:%M} to {one.end:%Y-%m-%d %H:%M}</a>'
    return f"<tr><td>{window}<td>{_version(one)}<td>{count}{outcomes}<td>{_reports(one)}</tr>"


def _outcome(outcome: str | None) -> str:
    return f'<td class="{outcome}">{outcome}' if outcome else "<td>not asked"


def _version(one: MonitoredWindow) -> str:
    if one.version is None:
        return "none"
    page = escape(version_page(one.version.name, one.version.version))
    card = f"../cards/{quote(one.version.name)}/{one.version.version}"
    return f'<a href="{page}">{one.version.version}</a>, <a href="{card}">card</a>'


def _reports(one: MonitoredWindow) -> str:
    pages = [(report.kind, report.uri.partition("/reports/")[2]) for report in one.reports]
    return ", ".join(f'<a href="../reports/{quote(path)}">{escape(kind)}</a>' for kind, path in pages if path)


def _details(one: MonitoredWindow) -> str:
    reasons = "".join(
        f'<tr><td>{verdict.gate}<td class="{r.outcome}">{r.outcome}<td>{escape(r.requirement)}<td>{escape(r.asked)}'
        f"<td>{escape(r.seen)}<pre>{escape(r.detail[:2_000])}</pre></tr>"
        for verdict in one.verdicts
        for r in verdict.reasons
    )
    others = "".join(_observed(seen) for seen in one.evidence.observations)
    origin = f"snapshot {one.snapshot[:12] or 'none'}, reference {one.reference[:12] or 'none'}"
    origin += f", run {one.version.run_id if one.version else 'none'}, commit {one.commit[:12] or 'unknown'}"
    return (
        f'<details id="{one.start:%Y%m%dT%H%M}"><summary>{one.start:%Y-%m-%d %H:%M}, labels by '
        f"{one.as_of:%Y-%m-%d %H:%M}</summary><small>{escape(origin)}</small>"
        f"<table><tr><th>concern<th>outcome<th>observation<th>asked<th>seen</tr>{reasons}</table>"
        f"<details><summary>everything that was seen</summary><table>{others}</table></details></details>"
    )


def _observed(seen: Observation) -> str:
    value = "nothing" if seen.value is None else f"{seen.value:.6g}"
    between = f" [{seen.interval.low:.6g}, {seen.interval.high:.6g}]" if seen.interval else ""
    rows = "" if seen.n is None else f"{seen.n:,}"
    return (
        f"<tr><td>{escape(seen.name)}<td>{value}{between} {escape(seen.unit)}<td>{rows}<td>{escape(seen.detail[:500])}"
    )


def _figure(name: str, windows: Sequence[MonitoredWindow]) -> str:
    """Return the series of one observation as a small drawing: a line, its interval as bars, alarms in red."""
    points = [(i, one, one.evidence.find(name)) for i, one in enumerate(windows)]
    known = [(i, one, seen) for i, one, seen in points if seen is not None and seen.value is not None]
    if not known:
        return ""
    ends = [end for _, _, seen in known for end in _ends(seen)]
    low, high = min(ends), max(ends)
    span = high - low or 1.0

    def x(i: int) -> float:
        return 10 + (_WIDTH - 20) * (i / max(len(windows) - 1, 1))

    def y(value: float) -> float:
        return _HEIGHT - 8 - (_HEIGHT - 16) * (value - low) / span

    line = " ".join(f"{x(i):.1f},{y(float(seen.value or 0)):.1f}" for i, _, seen in known)
    marks = ""
    for i, one, seen in known:
        bottom, top = _ends(seen)
        colour = "#b91c1c" if _blocked(one, name) else "#1d4ed8"
        marks += f'<line x1="{x(i):.1f}" x2="{x(i):.1f}" y1="{y(bottom):.1f}" y2="{y(top):.1f}" stroke="#bfdbfe"/>'
        tip = escape(f"{one.start:%Y-%m-%d}: {seen.value:.6g}")
        marks += f'<circle cx="{x(i):.1f}" cy="{y(float(seen.value or 0)):.1f}" r="2.5" fill="{colour}"><title>{tip}'
        marks += "</title></circle>"
    unit = f" ({escape(known[-1][2].unit)})" if known[-1][2].unit else ""
    drawing = f'<polyline points="{line}" fill="none" stroke="#1d4ed8"/>{marks}'
    return (
        f'<figure><svg width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{escape(name)}">{drawing}</svg>'
        f"<figcaption>{escape(name)}{unit}: {low:.4g} to {high:.4g}</figcaption></figure>"
    )


def _ends(seen: Any) -> tuple[float, float]:
    if seen.interval is None:
        return seen.value, seen.value
    return seen.interval.low, seen.interval.high


def _blocked(one: MonitoredWindow, name: str) -> bool:
    return any(r.outcome == "blocked" and r.requirement == name for verdict in one.verdicts for r in verdict.reasons)
