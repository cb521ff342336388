"""Alarms told: each alarm of a window is told once, however often the window is looked at."""

from __future__ import annotations

from include.domain.monitored import Concern, MonitoredWindow
from include.monitoring.shelf import window_key
from include.storage.store import Store


def untold_alarms(store: Store, seen: MonitoredWindow) -> tuple[Concern, ...]:
    """Return the alarms of a window of which nobody was told yet."""
    return tuple(concern for concern in seen.alarms if not store.exists(_key(seen, concern)))


def mark_told(store: Store, seen: MonitoredWindow, concern: Concern) -> None:
    """Write down that an alarm was told; said after the telling, so that a lost process tells twice rather than not."""
    store.put_if_absent(_key(seen, concern), seen.as_of.isoformat().encode())


def _key(seen: MonitoredWindow, concern: Concern) -> str:
    return f"monitoring/{seen.model}/told/{window_key(seen.window)}/{concern}"
