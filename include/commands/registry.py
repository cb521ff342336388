"""`sluice status`, `history`, `rollback`, `verify`: what the registry and its ledger say."""

from __future__ import annotations

import getpass
import os

from include.commands.screen import complaints, console, print_json, show_table
from include.deployment.home import Home
from include.registry import aliases
from include.registry.status import status
from include.spec_files.reading import load_specs
from include.storage.store import Store, open_store


def show_status(home: Home, *, as_json: bool) -> None:
    """Print every model with its aliases and its last verdict."""
    store = _registry(home)
    seen = {spec.name: status(store, spec.name) for spec in load_specs(home.specs)}
    if as_json:
        print_json({name: record.to_json() for name, record in seen.items()})
        return
    rows = [
        (
            name,
            s.champion or "none",
            s.challenger or "none",
            s.last_verdict or "none",
            s.last_entry.action if s.last_entry else "",
        )
        for name, s in seen.items()
    ]
    show_table("Models", ("model", "champion", "challenger", "last verdict", "last move"), rows)


def show_history(home: Home, name: str, *, as_json: bool) -> None:
    """Print every move of a model's aliases, oldest first."""
    entries = aliases.history(_registry(home), name)
    if as_json:
        print_json([entry.to_json() for entry in entries])
        return
    rows = [
        (e.position, e.at, e.action, e.alias, f"{e.from_version or '-'} → {e.to_version}", e.actor, e.reason)
        for e in entries
    ]
    show_table(f"History of {name}", ("entry", "when", "action", "alias", "version", "who", "why"), rows)


def roll_back_champion(home: Home, name: str, *, to: int | None, reason: str) -> None:
    """Make an earlier champion the champion again, by the name of whoever is logged in."""
    entry = aliases.roll_back(_registry(home), name, to=to, actor=getpass.getuser(), reason=reason)
    console.print(f"version {entry.to_version} is the champion of {name} again (ledger entry {entry.position})")


def verify_ledgers(home: Home, name: str | None, *, as_json: bool) -> int:
    """Print what is wrong with the ledgers, and return the exit code: 0 if nothing is, else 1."""
    store = _registry(home)
    names = [name] if name else [spec.name for spec in load_specs(home.specs)]
    problems = {model: aliases.verify(store, model) for model in names}
    if as_json:
        print_json(problems)
    else:
        for model, found in problems.items():
            for problem in found:
                complaints.print(f"{model}: {problem}", style="red", markup=False)
            if not found:
                console.print(f"[green]ok[/] {model}")
    return 1 if any(problems.values()) else 0


def _registry(home: Home) -> Store:
    home.create()
    os.environ.setdefault("MLFLOW_TRACKING_URI", home.tracking)
    return open_store(home.store)
