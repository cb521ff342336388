"""Windows: what stretch of event time a DAG run is about, by its form or its data interval, never by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from include.domain.errors import DataError
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


def scoring_window(spec: ModelSpec, context: Mapping[str, Any]) -> Window:
    """Return the window of a scoring run: the form's, or what the schedule has not scored yet.

    That is ``scoring.window`` back from the end of the run's interval, or the interval itself, if it has a length.
    """
    params = context.get("params") or {}
    start, end = _moment(params.get("window_start")), _moment(params.get("window_end"))
    if start or end:
        return Window(start=start, end=end)
    interval_start, interval_end = context.get("data_interval_start"), context.get("data_interval_end")
    if interval_end is None:
        return Window()
    if spec.scoring.window is not None:
        return Window(start=interval_end - spec.scoring.window, end=interval_end)
    return Window(start=interval_start, end=interval_end) if interval_start != interval_end else Window()


def monitoring_windows(spec: ModelSpec, context: Mapping[str, Any]) -> tuple[Window, ...]:
    """Return the windows that a monitoring run looks at, in their order.

    The form's; or those that were scored since the last run, as the events of the asset say; or the run's interval.
    Where ``monitoring.window`` says how long a window is, it reaches so far back from the end of each.

    :raises DataError: where nothing names a window with two sides.
    """
    params = context.get("params") or {}
    start, end = _moment(params.get("window_start")), _moment(params.get("window_end"))
    if start or end:
        return (_closed(Window(start=start, end=end)),)
    events = context.get("triggering_asset_events") or {}
    told = [event.extra.get("window") for batch in events.values() for event in batch if event.extra]
    scored = [Window.model_validate(window) for window in told if window]
    if not scored:
        scored = [Window(start=context.get("data_interval_start"), end=context.get("data_interval_end"))]
    length = spec.monitoring.window
    if length is not None:
        scored = [Window(start=one.end - length, end=one.end) if one.end else one for one in scored]
    return tuple(sorted(dict.fromkeys(map(_closed, scored)), key=lambda one: (str(one.start), str(one.end))))


def _closed(window: Window) -> Window:
    if window.start is None or window.end is None or not window.start < window.end:
        raise DataError(
            "monitoring looks at windows with two sides, and this run names none: fill in both in the form, write "
            "monitoring.window, or let it run after a scoring of a window"
        )
    return window


def run_moment(context: Mapping[str, Any]) -> datetime | None:
    """Return the moment that freshness is measured at: the end of the run's interval, or when the run was due."""
    run = context.get("dag_run")
    return context.get("data_interval_end") or getattr(run, "run_after", None)


def _moment(value: str | datetime | None) -> datetime | None:
    if not value:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
