"""`sluice monitor`: the windows of a model, and a look at one of them without a scheduler."""

from __future__ import annotations

from datetime import UTC, datetime

from include.commands.registry import open_registry
from include.commands.screen import print_json, show_table, show_verdict
from include.deployment.home import Home
from include.domain.errors import SluiceError
from include.domain.monitored import CONCERNS, MonitoredWindow
from include.domain.references import Window
from include.monitoring.shelf import monitored_windows
from include.spec_files.reading import find_spec, read_spec
from include.storage.store import Store

_SHORT = {"passed": "passed", "blocked": "blocked", "inconclusive": "inconclusive", None: "not asked"}


def monitor_model(home: Home, name: str, *, start: str | None, end: str | None, as_json: bool) -> int:
    """Print the windows of a model; where one is named, look at it first.

    Returns
    -------
    int
        0; of a window that is named 3 if a gate blocked it, 4 if one could not tell.
    """
    spec = read_spec(find_spec(home.specs, name))
    store = open_registry(home)
    looked = None
    if start or end:
        from include.watching.rounds import monitor_round

        window = window_between(start, end)
        looked = monitor_round(spec, store, [window], as_of=None, folder=home.specs, workspace=home.evidently)[0]
    seen = monitored_windows(store, name)
    if as_json:
        print_json([one.to_json() for one in ([looked] if looked else seen)])
    else:
        _show(name, seen, store)
        for verdict in looked.verdicts if looked else ():
            show_verdict(verdict)
    return 0 if looked is None else exit_code(looked)


def window_between(start: str | None, end: str | None) -> Window:
    """Return the window that was typed.

    Raises
    ------
    SluiceError
        Where a side is missing or is no moment.

    Examples
    --------
    >>> window_between("2018-08-01", "2018-09-01").start.isoformat()
    '2018-08-01T00:00:00+00:00'
    """
    sides = []
    for option, text in (("--from", start), ("--to", end)):
        try:
            moment = datetime.fromisoformat(text or "")
        except ValueError as error:
            raise SluiceError(f"{option}: expected a moment such as 2026-03-01, got {text!r}") from error
        sides.append(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    if sides[0] >= sides[1]:
        raise SluiceError(f"--from {start} is not before --to {end}")
    return Window(start=sides[0], end=sides[1])


def exit_code(seen: MonitoredWindow) -> int:
    """Return 3 if a gate blocked the window, 4 if one could not tell, else 0."""
    outcomes = {verdict.outcome for verdict in seen.verdicts}
    return 3 if "blocked" in outcomes else 4 if "inconclusive" in outcomes else 0


def _show(name: str, seen: tuple[MonitoredWindow, ...], store: Store) -> None:
    columns = ("from", "to", "version", "rows", *(concern.replace("_", " ") for concern in CONCERNS), "deciding")
    rows = [
        (
            f"{one.start:%Y-%m-%d %H:%M}",
            f"{one.end:%Y-%m-%d %H:%M}",
            one.version.version if one.version else "none",
            _rows(one),
            *(_SHORT[one.outcome(concern)] for concern in CONCERNS),
            why(one),
        )
        for one in seen
    ]
    show_table(f"Windows of {name} in {store.uri}", columns, rows)


def _rows(one: MonitoredWindow) -> str:
    seen = one.evidence.find("rows")
    return "0" if seen is None or seen.value is None else f"{seen.value:,.0f}"


def why(one: MonitoredWindow) -> str:
    """Return what decided: the requirements that blocked, each with what was seen; empty where none did."""
    blocked = [reason for verdict in one.verdicts for reason in verdict.reasons if reason.outcome == "blocked"]
    return "; ".join(f"{reason.requirement} {reason.seen}" for reason in blocked)
