"""Windows: what stretch of event time a DAG run is about, by its form or its data interval, never by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from include.domain.references import Window
from include.domain.spec import ModelSpec
from plugins.requests import request_of


def run_window(spec: ModelSpec, context: Mapping[str, Any]) -> Window:
    """Return the window of a run: by its form, by the request that started it, by its schedule; else it is open."""
    params = context.get("params") or {}
    start, end = _moment(params.get("window_start")), _moment(params.get("window_end"))
    if start or end:
        return Window(start=start, end=end)
    request = request_of(spec.name, context)
    if request is not None:
        return request.data.window
    interval_end = context.get("data_interval_end")
    if spec.data.window is None or interval_end is None:
        return Window()
    return Window(start=interval_end - spec.data.window, end=interval_end)


def run_moment(context: Mapping[str, Any]) -> datetime | None:
    """Return the moment that freshness is measured at: the end of the run's interval, or when the run was due."""
    run = context.get("dag_run")
    return context.get("data_interval_end") or getattr(run, "run_after", None)


def _moment(value: str | datetime | None) -> datetime | None:
    if not value:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
