"""`sluice status`, `history`, `rollback`, `resume`, `verify`, `repair`: what the registry and its ledger say."""

from __future__ import annotations

import getpass
import os

from include.commands.screen import complaints, console, print_json, show_table
from include.deployment.home import Home
from include.deployment.pages import version_page
from include.deployment.telling import tell
from include.domain.errors import SluiceError
from include.domain.notice import Notice, rolled_back
from include.registry import aliases
from include.registry.entry import LedgerEntry
from include.registry.status import status
from include.spec_files.reading import find_spec, load_specs, read_spec
from include.storage.store import Store, open_store


def show_status(home: Home, *, as_json: bool) -> None:
    """Print every model with its aliases and its last verdict."""
    store = open_registry(home)
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
            s.stopped or "runs",
        )
        for name, s in seen.items()
    ]
    show_table("Models", ("model", "champion", "challenger", "last verdict", "last move", "loop"), rows)


def show_history(home: Home, name: str, *, as_json: bool) -> None:
    """Print every move of a model's aliases and every decision about one, oldest first."""
    entries = aliases.history(open_registry(home), name)
    if as_json:
        print_json([entry.to_json() for entry in entries])
        return
    rows = [
        (e.position, f"{e.at:%Y-%m-%d %H:%M:%S}Z", _action(e), e.alias, _versions(e), e.actor, e.reason)
        for e in entries
    ]
    show_table(f"History of {name}", ("entry", "when", "action", "alias", "version", "who", "why"), rows)


def _action(entry: LedgerEntry) -> str:
    if entry.automatic:
        return f"{entry.action}, automatic"
    return f"{entry.action}, {entry.outcome} overridden" if entry.overridden else entry.action


def _versions(entry: LedgerEntry) -> str:
    if entry.action == "resume":
        return f"{entry.to_version} stays, the loop goes on"
    if not entry.moves:
        return f"{entry.to_version} refused, {entry.from_version or 'none'} stays"
    return f"{entry.from_version or '-'} → {entry.to_version or '-'}"


def roll_back_champion(home: Home, name: str, *, to: int | None, reason: str) -> None:
    """Make an earlier champion the champion again, by the name of whoever is logged in."""
    entry = aliases.roll_back(open_registry(home), name, to=to, actor=getpass.getuser(), reason=reason)
    target = int(entry.to_version or 0)
    console.print(f"version {target} is the champion of {name} again (ledger entry {entry.position})")
    said = rolled_back(
        name,
        target,
        before=entry.from_version,
        actor=entry.actor,
        reason=reason,
        links={"Version in MLflow": version_page(name, target)},
    )
    if told := _tell(home, name, said):
        complaints.print(told, markup=False)


def resume_loop(home: Home, name: str, *, reason: str) -> None:
    """Let a loop go on that an automatic rollback has stopped, by the name of whoever is logged in."""
    entry = aliases.resume(open_registry(home), name, actor=getpass.getuser(), reason=reason)
    console.print(f"the loop of {name} goes on with version {entry.to_version} (ledger entry {entry.position})")


def _tell(home: Home, name: str, notice: Notice) -> str:
    """Return what became of a notice; a rollback is made whether somebody hears of it or not, also without its spec."""
    try:
        return tell(home, notice, read_spec(find_spec(home.specs, name)).notify)
    except SluiceError as error:
        return f"nobody was told: {error}"


def verify_ledgers(home: Home, name: str | None, *, as_json: bool) -> int:
    """Print what is wrong with the ledgers, and return the exit code: 0 if nothing is, else 1."""
    store = open_registry(home)
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


def repair_aliases(home: Home, name: str, *, reason: str) -> None:
    """Put every alias back where the ledger has it, and record that somebody had moved it."""
    entries = aliases.repair(open_registry(home), name, actor=getpass.getuser(), reason=reason)
    for entry in entries:
        where = f"points at version {entry.to_version} again" if entry.to_version else "is taken away"
        console.print(f"{entry.alias} of {name} {where} (ledger entry {entry.position})")
    if not entries:
        console.print(f"[green]ok[/] {name}: every alias is where the ledger has it")


def open_registry(home: Home) -> Store:
    """Return the store of the ledgers, with MLflow's address known to this process."""
    home.create()
    os.environ.setdefault("MLFLOW_TRACKING_URI", home.tracking)
    return open_store(home.store)
