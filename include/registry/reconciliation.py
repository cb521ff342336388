"""Reconciliation: the aliases follow the ledger, whoever was interrupted and whoever wrote at the same time."""

from __future__ import annotations

from collections.abc import Callable

from include.domain.errors import LedgerBrokenError
from include.registry.entry import Alias, LedgerEntry, entry_key
from include.registry.ledger import Ledger
from include.registry.mlflow_registry import MlflowRegistry, RegisteredModel, Registry
from include.storage.store import Store


def reconcile(store: Store, model: str, *, registry: Registry | None = None) -> LedgerEntry | None:
    """Set every alias to what the ledger's last entry says, and return that entry.

    Any interleaving of writers ends with the aliases at the last entry L. Suppose the last write of all to an alias set
    it to something older. Its writer then read the ledger again: had L been there, it would have written once more; so
    L came later. But whoever wrote L reconciled after that, found the older value, and wrote too. Both contradict that
    the write was the last. A writer who died between ledger and alias is made good by the next call.

    An alias whose version was deleted from the registry stays away; `verify` reports it and `repair` records it.

    Parameters
    ----------
    store : Store
        Where the ledger lies.
    model : str
    registry : Registry, optional
        MLflow's, unless a test brings its own.

    Returns
    -------
    LedgerEntry or None
        None while the ledger is empty; no alias is touched then.

    Raises
    ------
    LedgerBrokenError
        Where the ledger does not hold an entry that the aliases followed before: it lies in another store, or was cut.
    """
    registry = registry or MlflowRegistry()
    ledger = Ledger(store, model)
    while True:
        # The registry is read before the ledger, so that a ledger that seems shorter than noted really is.
        seen = registry.read(model)
        last = last_entry(ledger, seen)
        if last is None:
            return None
        amiss = {alias: to for alias, to in last.aliases.items() if seen.aliases.get(alias) != to}
        due = {alias: to for alias, to in amiss.items() if to is None or registry.tags(model, to) is not None}
        if not due and seen.reached == (last.position, last.hash):
            return last
        for alias, to in due.items():
            registry.point(model, alias, to)
        registry.note(model, (last.position, last.hash))


def record(
    store: Store,
    model: str,
    alias: Alias,
    decide: Callable[[LedgerEntry | None], LedgerEntry | None],
    registry: Registry,
) -> LedgerEntry:
    """Append the entry that ``decide`` wants, then let the aliases follow.

    Returns
    -------
    LedgerEntry
        The new entry; the alias's latest one where ``decide`` wanted none.
    """
    ledger = Ledger(store, model)
    last_entry(ledger, registry.read(model))
    entry = ledger.append(decide)
    reconcile(store, model, registry=registry)
    return entry or latest(ledger, alias)


def last_entry(ledger: Ledger, seen: RegisteredModel) -> LedgerEntry | None:
    """Return the ledger's last entry, once it is sure that the ledger is the one that the aliases follow.

    Parameters
    ----------
    ledger : Ledger
    seen : RegisteredModel
        Read before this call.
    """
    last = ledger.last()
    if seen.reached is None:
        return last
    position, noted = seen.reached
    key = entry_key(ledger.model, position)
    if last is None or last.position < position:
        raise LedgerBrokenError(
            f"{key} is missing, yet the aliases of {ledger.model} followed it: restore it, "
            "or open the store in which the ledger lies (SLUICE_STORE)"
        )
    followed = last if last.position == position else ledger.entry(position)
    if followed.hash != noted:
        raise LedgerBrokenError(f"{key} is not the entry that the aliases of {ledger.model} followed: restore it")
    return last


def latest(ledger: Ledger, alias: Alias) -> LedgerEntry:
    """Return the last entry that moved an alias."""
    return next(entry for entry in ledger.backwards() if entry.alias == alias and entry.moves)
