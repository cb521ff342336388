"""The demo's loop: windows are scored and monitored one after the other, and what is asked for is awaited."""

from __future__ import annotations

from include.commands.demo_runs import follow_run, follow_started
from include.commands.screen import console
from include.deployment.airflow_api import AirflowApi
from include.domain.references import Window
from include.domain.retraining import RetrainingRequest
from include.monitoring.shelf import monitored_windows
from include.registry.aliases import history
from include.registry.retraining_requests import retraining_requests
from include.simulators.demand_story import HISTORY, WINDOWS
from include.storage.store import Store

LOOPED = "grocery_demand"
"""Example whose loop is closed."""


def answered_request(store: Store) -> tuple[RetrainingRequest, int] | None:
    """Return the last request for training that made a champion, with the champion's version; None without one."""
    promoted = [entry.to_version for entry in history(store, LOOPED) if entry.action == "promote"]
    for request in reversed(retraining_requests(store, LOOPED)):
        later = [version for version in promoted if version is not None and version > (request.champion or 0)]
        if later:
            return request, later[0]
    return None


def window_to_train(store: Store) -> Window:
    """Return what the present champion has learned from, so that training it again finds nothing new."""
    answered = answered_request(store)
    return answered[0].data.window if answered else HISTORY


def run_loop(api: AirflowApi, store: Store) -> None:
    """Score and monitor every window that was not monitored before; wait for the training that monitoring asks for."""
    known = {seen.window for seen in monitored_windows(store, LOOPED)}
    for number, window in enumerate(WINDOWS, start=1):
        days = f"window {number} of {len(WINDOWS)}, {days_of(window)}"
        if window in known:
            console.print(f"[cyan]{'reused':>15}[/]  {days}: scored and monitored before")
            continue
        console.print(f"{days}:", style="bold")
        _run_window(api, window)


def days_of(window: Window) -> str:
    """Return a window as people write it: from a day until another, which is not in it."""
    return f"{window.start:%Y-%m-%d} until {window.end:%Y-%m-%d}"


def form_of(window: Window) -> dict[str, str]:
    """Return the fields of a run's form that say a window."""
    sides = {"window_start": window.start, "window_end": window.end}
    return {name: moment.isoformat() for name, moment in sides.items() if moment is not None}


def _run_window(api: AirflowApi, window: Window) -> None:
    scoring = api.trigger(f"{LOOPED}.scoring", **form_of(window))
    if follow_run(api, f"{LOOPED}.scoring", scoring)["score_rows"]["state"] != "success":
        return
    monitoring, seen = follow_started(api, f"{LOOPED}.monitoring", scoring)
    if seen["request_retraining"]["state"] != "success":
        return
    training, trained = follow_started(api, f"{LOOPED}.training", monitoring)
    if trained["register_model"]["state"] == "success":
        follow_started(api, f"{LOOPED}.promotion", training)
