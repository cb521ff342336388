"""Audit: whether ledger and aliases are what they were made, and what happened to a model."""

from __future__ import annotations

from typing import get_args

from include.domain.errors import LedgerBrokenError
from include.registry.entry import Alias, LedgerEntry, entry_key
from include.registry.ledger import Ledger
from include.registry.mlflow_registry import MlflowRegistry, Registry
from include.registry.reconciliation import last_entry
from include.storage.store import Store


def verify(store: Store, model: str, *, registry: Registry | None = None) -> list[str]:
    """Return what is wrong with a model's ledger and aliases, a line each; nothing if all is well.

    Looked at are every byte of every entry, the chain, the numbering, whether the ledger still holds the entry that
    the registry noted, and whether the aliases point where the last entry says. A move that is under way shows as an
    alias that lags behind; a changed or missing entry never goes away by itself.

    Parameters
    ----------
    store : Store
    model : str
    registry : Registry, optional
        MLflow's, unless a test brings its own.

    Returns
    -------
    list of str
        Each line names the entry's object.
    """
    seen = (registry or MlflowRegistry()).read(model)
    ledger = Ledger(store, model)
    problems = ledger.verify()
    try:
        last = last_entry(ledger, seen)
    except LedgerBrokenError as error:
        return problems or [str(error)]
    where = entry_key(model, last.position) if last else f"ledger/{model}/ is empty and"
    for alias in get_args(Alias):
        found, due = seen.aliases.get(alias), last.aliases.get(alias) if last else None
        if found != due:
            problems.append(
                f"{where} lets {alias} point at {_version(due)}, but in MLflow it points at {_version(found)}"
            )
    return problems


def history(store: Store, model: str) -> list[LedgerEntry]:
    """Return every move of a model's aliases, oldest first.

    Raises
    ------
    LedgerBrokenError
        Where an entry was changed, or is missing.
    """
    return Ledger(store, model).entries()


def _version(version: int | None) -> str:
    return "no version" if version is None else f"version {version}"
