"""`sluice new`: a first spec, drafted from the data."""

from __future__ import annotations

from include.commands.screen import console
from include.deployment.home import Home
from include.drafting.draft import draft_spec


def write_spec(home: Home, name: str, *, data: str, target: str, time: str | None, owner: str | None) -> None:
    """Draft a spec, write it where Airflow finds it, and say what was noticed on the way."""
    draft = draft_spec(name, data=data, target=target, time=time, owner=owner, folder=home.specs)
    path = home.specs / f"{name}.yaml"
    with path.open("x", encoding="utf-8") as file:
        file.write(draft.text)
    for warning in draft.warnings:
        console.print("[yellow]note[/]", warning, style="", markup=True)
    console.print(f"wrote {path}; next: sluice check {name}, then sluice run {name}")
