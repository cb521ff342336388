"""Repair: what was done to aliases behind the ledger's back is recorded, and put right."""

from __future__ import annotations

from typing import get_args

from include.domain.errors import RegistryError
from include.registry.clock import Clock, utc_now
from include.registry.entry import Alias, LedgerEntry, Move, successor
from include.registry.ledger import Ledger
from include.registry.mlflow_registry import MlflowRegistry, Registry
from include.registry.reconciliation import last_entry, reconcile
from include.storage.store import Store


def repair(
    store: Store, model: str, *, actor: str, reason: str, clock: Clock = utc_now, registry: Registry | None = None
) -> list[LedgerEntry]:
    """Record every alias that is not where the ledger put it, and put it back.

    An alias that the ledger never set, or whose version exists no more, is taken away: nothing proves it.

    Parameters
    ----------
    store : Store
    model : str
    actor, reason : str
        Both are needed.
    clock : callable
    registry : Registry, optional

    Returns
    -------
    list of LedgerEntry
        One for every alias that was out of place.
    """
    if not actor.strip() or not reason.strip():
        raise RegistryError(f"{model}: a repair needs an actor and a reason")
    registry = registry or MlflowRegistry()
    ledger = Ledger(store, model)
    seen = registry.read(model)
    last_entry(ledger, seen)

    def put_right(alias: Alias) -> LedgerEntry | None:
        found = seen.aliases.get(alias)

        def decide(last: LedgerEntry | None) -> LedgerEntry | None:
            due = last.aliases.get(alias) if last else None
            if due == found:
                return None
            exists = due is not None and registry.tags(model, due) is not None
            move = Move(alias=alias, to_version=due if exists else None, action="repair", actor=actor, reason=reason)
            return successor(model, last, move, clock()).model_copy(update={"from_version": found}).sealed()

        return ledger.append(decide)

    written = [put_right(alias) for alias in get_args(Alias)]
    reconcile(store, model, registry=registry)
    return [entry for entry in written if entry is not None]
