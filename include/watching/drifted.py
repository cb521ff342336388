"""Drift seen: the inputs and the answers of a window beside those of its reference."""

from __future__ import annotations

from include.domain.evidence import Observation
from include.domain.references import ReportRef, Window
from include.domain.spec import ModelSpec
from include.storage.store import Store
from include.watching.champion import Champion
from include.watching.rows import WindowRows


def observe_window_drift(
    spec: ModelSpec, store: Store, window: Window, champion: Champion, rows: WindowRows
) -> tuple[tuple[Observation, ...], tuple[ReportRef, ...]]:
    """Observe drift."""
    return (), ()
