"""Rounds: the windows of one run are watched, and then those again whose labels have come since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from include.domain.concerns import windows_to_revisit
from include.domain.monitored import MonitoredWindow
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.monitoring.shelf import monitored_windows
from include.storage.store import Store
from include.watching.champion import Champions
from include.watching.labels import Access, unresolved
from include.watching.watch import monitor_window


def monitor_round(
    spec: ModelSpec,
    store: Store,
    windows: Sequence[Window],
    *,
    as_of: datetime | None,
    folder: Path,
    champions: Champions | None = None,
    access: Access = unresolved,
    workspace: Path | None = None,
) -> tuple[MonitoredWindow, ...]:
    """Look at windows, and again at earlier ones whose labels were too few and are due by now.

    Parameters
    ----------
    spec : ModelSpec
    store : Store
    windows : sequence of Window
        Both sides given.
    as_of : datetime, optional
        By when labels had to be known to count; the end of the last window if left out.
    folder : Path
        Folder of the spec.
    champions : Champions, optional
        What is known of versions already.
    access : callable
        How the source of the labels is reached.
    workspace : Path, optional
        Folder of Evidently's workspace; without it no report is made.

    Returns
    -------
    tuple of MonitoredWindow
        In the order in which they were looked at.
    """
    by = as_of or max(window.end for window in windows if window.end is not None)
    again = windows_to_revisit(spec, monitored_windows(store, spec.name), by)
    champions = champions or Champions(spec, store)
    return tuple(
        monitor_window(
            spec,
            store,
            window,
            as_of=by,
            folder=folder,
            champions=champions,
            access=access,
            workspace=workspace,
        )
        for window in dict.fromkeys((*windows, *again))
    )
