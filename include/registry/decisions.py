"""Decisions: a person who refused a version, or did not answer in time, stands in the ledger; no alias moves."""

from __future__ import annotations

from typing import Literal

from include.domain.errors import RegistryError
from include.domain.record import digest
from include.domain.verdict import Verdict
from include.registry.clock import Clock, utc_now
from include.registry.entry import LedgerEntry, Move, successor
from include.registry.ledger import Ledger
from include.registry.mlflow_registry import MlflowRegistry, Registry
from include.registry.reconciliation import last_entry, reconcile
from include.registry.rules import refusal
from include.storage.store import Store


def record_decision(
    store: Store,
    model: str,
    version: int,
    *,
    action: Literal["reject", "expire"],
    actor: str,
    reason: str,
    run: str,
    verdict: Verdict,
    clock: Clock = utc_now,
    registry: Registry | None = None,
) -> LedgerEntry:
    """Write to the ledger that a version was not promoted, and by whom.

    A decision that the ledger holds already is not written again, so that a task may be retried.

    Parameters
    ----------
    store : Store
    model : str
    version : int
        That wanted to be champion.
    action : {'reject', 'expire'}
        A person said no, or nobody answered in time.
    actor : str
        The person; the DAG run where nobody answered.
    reason : str
    run : str
        DAG run in which the question was asked.
    verdict : Verdict
        That the question was about.
    clock : callable
    registry : Registry, optional
        MLflow's, unless a test brings its own.

    Raises
    ------
    RegistryError
        Where actor, reason or run are missing.
    """
    registry = registry or MlflowRegistry()
    move = Move(
        alias="champion",
        to_version=version,
        action=action,
        actor=actor,
        reason=reason,
        verdict=digest(verdict.to_json()),
        outcome=verdict.outcome,
        run=run,
    )
    refused = refusal(move, verdict, None)
    if refused or not run.strip():
        raise RegistryError(f"{model} version {version}: {refused or f'{action} needs the run that asked'}")
    ledger = Ledger(store, model)
    last_entry(ledger, registry.read(model))
    written: list[LedgerEntry] = []

    def decide(last: LedgerEntry | None) -> LedgerEntry | None:
        written[:] = _recorded(ledger, move) if last else []
        return None if written else successor(model, last, move, clock())

    entry = ledger.append(decide) or written[0]
    reconcile(store, model, registry=registry)
    return entry


def _recorded(ledger: Ledger, move: Move) -> list[LedgerEntry]:
    """Return the entry of the same answer, if there is one, looking no further back than when the version was new."""
    for entry in ledger.backwards():
        if (entry.run, entry.action, entry.to_version) == (move.run, move.action, move.to_version):
            return [entry]
        if entry.action == "challenge" and entry.to_version == move.to_version:
            break
    return []
