"""`sluice new`: a first spec, drafted from the data."""

from __future__ import annotations

from include.commands.screen import console
from include.deployment.home import Home
from include.drafting.draft import draft_spec


def write_spec(  # noqa: PLR0917
    home: Home, name: str, data: str, target: str, time: str | None, owner: str | None, segment_by: str | None
) -> None:
    """Draft a spec, write it where Airflow finds it, and say what was noticed on the way.

    Parameters
    ----------
    home : Home
    name, data, target, time, owner
        As for :func:`include.drafting.draft.draft_spec`.
    segment_by : str, optional
        Columns with commas between.
    """
    columns = [column.strip() for column in segment_by.split(",")] if segment_by else []
    draft = draft_spec(name, data, target, time, owner, segment_by=columns, folder=home.specs)
    path = home.specs / f"{name}.yaml"
    with path.open("x", encoding="utf-8") as file:
        file.write(draft.text)
    for warning in draft.warnings:
        console.print("[yellow]note[/]", warning, style="", markup=True)
    console.print(f"wrote {path}; next: sluice check {name}, then sluice run {name}")
