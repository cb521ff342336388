"""The workspace: Evidently's reports of all windows side by side, for ``evidently ui``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from evidently.core.report import Snapshot


def keep_snapshot(folder: Path, project: str, snapshot: Snapshot, *, name: str) -> str:
    """Put the report about a window into a project; it takes the place of an earlier one of the same name.

    Parameters
    ----------
    folder : Path
        Of the workspace; made if there is none.
    project : str
        Its name; made if there is none.
    snapshot : Snapshot
        Of :func:`include.monitoring.report.evidently_report`.
    name : str
        Of the window.

    Returns
    -------
    str
        Identifier of the report in the workspace.
    """
    from evidently.ui.storage.local.base import LocalState
    from evidently.ui.workspace import ProjectModel

    folder.mkdir(parents=True, exist_ok=True)
    # Not through Evidently's Workspace: to open one it reads every report in it, which takes longer with every window.
    state = LocalState(str(folder))
    into = uuid5(NAMESPACE_URL, f"sluice:{project}")
    if into not in state.list_projects():
        state.write_project(ProjectModel(id=into, name=project))
    snapshot.set_name(name)
    own = uuid5(into, name)
    state.write_snapshot(into, own, snapshot.to_snapshot_model())
    return str(own)
