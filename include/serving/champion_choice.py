"""Who scores: the champion of today, or the one that the ledger knew at the end of a window of the past."""

from __future__ import annotations

from datetime import datetime

from include.data.windows import in_order
from include.domain.errors import DataError, RegistryError
from include.domain.record import Record
from include.domain.references import ModelVersionRef, Window
from include.domain.spec.scoring import Choice
from include.registry.entry import LedgerEntry
from include.registry.judged_version import version_of_number
from include.registry.ledger import Ledger
from include.registry.reconciliation import reconcile
from include.registry.versions import current
from include.storage.store import Store


class Chosen(Record):
    """A version, and what made it the one to score.

    Parameters
    ----------
    version : ModelVersionRef
    ledger : int, optional
        Position of the ledger entry that made it champion.
    why : str
        In words.
    """

    version: ModelVersionRef
    ledger: int | None = None
    why: str


def choose_champion(store: Store, model: str, window: Window, how: Choice = "present") -> Chosen:
    """Return the version that scores a window.

    Parameters
    ----------
    store : Store
        Where the ledger lies.
    model : str
    window : Window
    how : {'present', 'of_that_time'}
        Whether today's champion scores, or the one at the window's end.

    Raises
    ------
    RegistryError
        Where there is, or was, no champion.
    DataError
        Where the champion of a window without an end is asked for.
    """
    entries = Ledger(store, model).entries()
    if how == "present":
        reconcile(store, model)
        version = current(model, "champion")
        if version is None:
            raise RegistryError(f"{model} has no champion: promote a version first (sluice run {model})")
        entry = champion_entry(entries, None)
        return Chosen(version=version, ledger=entry.position if entry else None, why="the champion by its alias")
    end = in_order(window).end
    if end is None:
        raise DataError("the champion of that time is asked for, and the window has no end: give window_end")
    entry = champion_entry(entries, end)
    if entry is None or entry.to_version is None:
        raise RegistryError(_nobody(model, entries, end))
    why = f"champion at the end of the window by ledger entry {entry.position}"
    return Chosen(version=version_of_number(model, entry.to_version), ledger=entry.position, why=why)


def champion_entry(entries: list[LedgerEntry], at: datetime | None) -> LedgerEntry | None:
    """Return the entry that made a champion of whoever was one at a moment; the last such entry if none is given."""
    moves = [entry for entry in entries if entry.alias == "champion" and entry.moves and (at is None or entry.at <= at)]
    return moves[-1] if moves else None


def _nobody(model: str, entries: list[LedgerEntry], at: datetime) -> str:
    first = next((entry for entry in entries if entry.alias == "champion" and entry.moves), None)
    since = f"its first one came at {first.at:%Y-%m-%d %H:%M} UTC" if first else "it never had one"
    return f"{model} had no champion at {at:%Y-%m-%d %H:%M} UTC: {since}; score that window with the present champion"
