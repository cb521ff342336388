"""Requests: why a training run was started, where monitoring asked for it, read off the asset event that started it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.domain.retraining import RetrainingRequest
from plugins.assets import retrain_asset


def request_of(model: str, context: Mapping[str, Any]) -> RetrainingRequest | None:
    """Return the newest request among the events that started a run; None where a clock, data or a person did."""
    wanted = retrain_asset(model).name
    found = [
        RetrainingRequest.model_validate(event.extra["request"])
        for asset, events in (context.get("triggering_asset_events") or {}).items()
        if getattr(asset, "name", "") == wanted
        for event in events
        # An event that somebody makes by hand in the UI carries nothing: the run then goes by the spec alone.
        if "request" in (event.extra or {})
    ]
    return max(found, key=lambda request: request.at, default=None)
