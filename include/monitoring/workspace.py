"""The workspace: Evidently's reports of all windows side by side, for ``evidently ui``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidently.core.report import Snapshot


def keep_snapshot(folder: Path, model: str, snapshot: Snapshot, *, name: str) -> str:
    """Put the report about a window into the project of its model; an earlier one about the same window goes.

    Parameters
    ----------
    folder : Path
        Of the workspace; made if there is none.
    model : str
        Name of the project; made if there is none.
    snapshot : Snapshot
        Of :func:`include.monitoring.report.evidently_report`.
    name : str
        Of the window.

    Returns
    -------
    str
        Identifier of the report in the workspace.
    """
    from evidently.ui.workspace import Workspace

    folder.mkdir(parents=True, exist_ok=True)
    workspace = Workspace.create(str(folder))
    known = workspace.search_project(model)
    project = known[0] if known else workspace.create_project(model)
    earlier = [run for run in workspace.list_runs(project.id) if workspace.get_run(project.id, run).name == name]
    kept = workspace.add_run(project.id, snapshot, name=name)
    for run in earlier:
        workspace.delete_run(project.id, run)
    return str(kept.id)
