"""The stop of a loop: after a rollback that nobody asked for, no training is requested until a person resumes."""

from __future__ import annotations

from include.domain.errors import RegistryError
from include.registry.clock import Clock, utc_now
from include.registry.entry import LedgerEntry, Move, successor
from include.registry.ledger import Ledger
from include.registry.mlflow_registry import MlflowRegistry, Registry
from include.registry.reconciliation import last_entry, reconcile
from include.registry.rules import champion_of, refusal
from include.storage.store import Store


def stopped_by(store: Store, model: str) -> LedgerEntry | None:
    """Return the automatic rollback that stopped a model's loop, or None while it runs."""
    return _stop(Ledger(store, model))


def stop_told(entry: LedgerEntry | None) -> str:
    """Return why a loop waits, as people read it; empty while it runs."""
    if entry is None:
        return ""
    return (
        f"the loop stopped when version {entry.from_version} was rolled back by itself (ledger entry {entry.position}: "
        f"{entry.reason}); a person lets it go on: sluice resume {entry.model} --reason …"
    )


def resume(
    store: Store, model: str, *, actor: str, reason: str, clock: Clock = utc_now, registry: Registry | None = None
) -> LedgerEntry:
    """Let a loop go on that an automatic rollback has stopped.

    Parameters
    ----------
    store : Store
    model : str
    actor, reason : str
        The person, and why; both are needed and stand in the ledger.
    clock : callable
        Tells the time that the entry records.
    registry : Registry, optional
        MLflow's, unless a test brings its own.

    Raises
    ------
    RegistryError
        Where the loop is not stopped, or actor or reason are missing.
    """
    ledger = Ledger(store, model)
    last_entry(ledger, (registry or MlflowRegistry()).read(model))

    def decide(last: LedgerEntry | None) -> LedgerEntry | None:
        champion = champion_of(last)
        if _stop(ledger) is None or champion is None:
            raise RegistryError(f"the loop of {model} is not stopped; see `sluice history {model}`")
        move = Move(alias="champion", to_version=champion, action="resume", actor=actor, reason=reason)
        if refused := refusal(move, None, None):
            raise RegistryError(f"{model}: {refused}")
        return successor(model, last, move, clock())

    entry = ledger.append(decide)
    reconcile(store, model, registry=registry)
    assert entry is not None  # noqa: S101 - decide writes or raises
    return entry


def _stop(ledger: Ledger) -> LedgerEntry | None:
    for entry in ledger.backwards():
        if entry.action == "resume":
            return None
        if entry.automatic:
            return entry
    return None
