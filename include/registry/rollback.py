"""Rollback: a former champion is champion again, at once; it was proved before, so no verdict is asked."""

from __future__ import annotations

from include.domain.errors import RegistryError, StaleVerdictError
from include.registry.clock import Clock, utc_now
from include.registry.entry import LedgerEntry, Move, successor
from include.registry.ledger import Ledger
from include.registry.mlflow_registry import MlflowRegistry, Registry
from include.registry.reconciliation import last_entry, latest, record
from include.registry.rules import champion_of, refusal
from include.storage.store import Store


def roll_back(
    store: Store,
    model: str,
    *,
    to: int | None,
    actor: str,
    reason: str,
    instead_of: int | None = None,
    automatic: bool = False,
    clock: Clock = utc_now,
    registry: Registry | None = None,
) -> LedgerEntry:
    """Make a version champion that has been champion before.

    A rollback that was cut short between ledger and alias is finished rather than repeated.

    Parameters
    ----------
    store : Store
    model : str
    to : int or None
        Version; None takes the one that the present champion replaced when it was promoted.
    actor, reason : str
        Both are needed.
    instead_of : int, optional
        The champion that it is about; nothing is rolled back if another one is champion by now.
    automatic : bool
        Whether nobody asked for it; it stops the loop until a person resumes it.
    clock : callable
        Tells the time that the entry records.
    registry : Registry, optional
        MLflow's, unless a test brings its own.

    Raises
    ------
    RegistryError
        Where there is no champion, or the version has never been one or exists no more.
    StaleVerdictError
        Where another version is champion than the one that it is about.
    """
    registry = registry or MlflowRegistry()
    ledger = Ledger(store, model)
    seen = registry.read(model)
    champion = champion_of(last_entry(ledger, seen))
    if champion is None:
        raise RegistryError(f"{model} has no champion to roll back from; see `sluice history {model}`")
    if to is None and seen.aliases.get("champion") != champion and latest(ledger, "champion").action == "roll_back":
        to = champion
    target = _champion_before(ledger, champion) if to is None else to
    terms = {"actor": actor, "reason": reason, "automatic": automatic}
    move = Move(alias="champion", to_version=target, action="roll_back", **terms)
    refused = refusal(move, None, None) or _unfit(ledger, registry, target)
    if refused:
        raise RegistryError(f"{model} does not roll back to version {target}: {refused}")

    def decide(last: LedgerEntry | None) -> LedgerEntry | None:
        if champion_of(last) == target:
            return None
        if instead_of is not None and champion_of(last) != instead_of:
            now = champion_of(last)
            raise StaleVerdictError(
                f"{model}: version {instead_of} was to be rolled back, but version {now} is champion by now"
            )
        if to is None and champion_of(last) != champion:
            raise RegistryError(
                f"{model}: version {champion_of(last)} became champion meanwhile; "
                f"see `sluice history {model}` and name the version to roll back to"
            )
        return successor(model, last, move, clock())

    return record(store, model, "champion", decide, registry)


def predecessor(store: Store, model: str, champion: int) -> int | None:
    """Return the version that a champion replaced when it was promoted last, or None where it was the first."""
    for entry in Ledger(store, model).backwards():
        if entry.action == "promote" and entry.to_version == champion:
            return entry.from_version
    return None


def _champion_before(ledger: Ledger, champion: int) -> int:
    for entry in ledger.backwards():
        if entry.action == "promote" and entry.to_version == champion and entry.from_version is not None:
            return entry.from_version
    raise RegistryError(f"{ledger.model}: no version was champion before version {champion}")


def _unfit(ledger: Ledger, registry: Registry, version: int) -> str | None:
    # A version that was refused was never champion, though an entry about the alias names it.
    if not any(e.moves and e.alias == "champion" and e.to_version == version for e in ledger.backwards()):
        return f"it has never been champion; see `sluice history {ledger.model}`"
    if registry.tags(ledger.model, version) is None:
        return "it was deleted from MLflow"
    return None
