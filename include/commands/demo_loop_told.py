"""What the demo tells of its loop, read from what the loop itself has kept: requests, ledger, monitored windows."""

from __future__ import annotations

from include.commands.demo_loop import LOOPED, answered_request, days_of
from include.deployment.pages import mlflow_page
from include.domain.concerns import REALISED
from include.domain.monitored import MonitoredWindow
from include.domain.retraining import RetrainingRequest
from include.judging.watch import looks_taken
from include.monitoring.shelf import monitored_windows
from include.registry.retraining_requests import retraining_requests
from include.simulators.demand_story import CHANGED, WINDOWS
from include.storage.store import Store


def loop_told(store: Store, metric: str, airflow: str, mlflow: str) -> list[tuple[str, str]]:
    """Return the rows of the table: what, and how it was.

    Parameters
    ----------
    store : Store
    metric : str
        By which versions are compared.
    airflow, mlflow : str
        Addresses that links start with.
    """
    windows = [seen for seen in monitored_windows(store, LOOPED) if seen.window in WINDOWS]
    planned = f"customers change their habits with window {CHANGED + 1} of {len(WINDOWS)}, {days_of(WINDOWS[CHANGED])}"
    rows = [("planned", planned)]
    asked = retraining_requests(store, LOOPED)
    if not asked:
        return [*rows, ("reason", "no training was asked for"), *_quality(windows, metric)]
    answered = answered_request(store)
    request = answered[0] if answered else asked[-1]
    rows += [("reason", request.reason), ("delay", delay(request))]
    rows += [("asked by", _run_page(request, airflow)), ("training", started(request))]
    rows.append(("promotion", _promotion(request, answered)))
    rows += _quality(windows, metric)
    if answered:
        looks = looks_taken(store, LOOPED, answered[1])
        rows += [("watch", looks[-1].reason)] if looks else []
        rows.append(("versions", mlflow_page(f"models/{LOOPED}", mlflow)))
    return [*rows, ("windows", f"{airflow}/sluice/monitoring/{LOOPED}")]


def delay(request: RetrainingRequest) -> str:
    """Return how many windows after the change training was asked for, the one in which it was asked counted."""
    number = WINDOWS.index(request.window) + 1 if request.window in WINDOWS else 0
    if number <= CHANGED:
        return "asked for outside of the change"
    return f"{number - CHANGED} windows: asked for at the end of window {number}"


def started(request: RetrainingRequest) -> str:
    """Return what started the training, and what it learned from."""
    return f"started by the asset event {LOOPED}.retrain, on what came from {days_of(request.data.window)}"


def _run_page(request: RetrainingRequest, airflow: str) -> str:
    dag_id, _, run_id = request.by.partition("/")
    return f"{airflow}/dags/{dag_id}/runs/{run_id}"


def _promotion(request: RetrainingRequest, answered: tuple[RetrainingRequest, int] | None) -> str:
    if answered is None:
        return f"none: version {request.champion} stays the champion"
    return f"version {answered[1]} is the champion in place of version {request.champion}"


def _quality(windows: list[MonitoredWindow], metric: str) -> list[tuple[str, str]]:
    """Return what each version realised, window by window."""
    versions = sorted({seen.version.version for seen in windows if seen.version})
    return [(f"version {version}", _realised(windows, version, metric)) for version in versions]


def _realised(windows: list[MonitoredWindow], version: int, metric: str) -> str:
    told = []
    for seen in windows:
        if seen.version is None or seen.version.version != version:
            continue
        found = seen.evidence.find(f"{REALISED}.{metric}")
        value = "unknown" if found is None or found.value is None else f"{found.value:.3g}"
        told.append(f"{value} in window {WINDOWS.index(seen.window) + 1}")
    return f"{metric} {', '.join(told)}"
