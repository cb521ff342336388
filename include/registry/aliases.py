"""Aliases: `challenger` and `champion` move by an entry in the ledger, written before the move takes effect."""

from __future__ import annotations

from typing import Any, Final

from include.domain.errors import RegistryError, StaleVerdictError
from include.domain.record import digest
from include.domain.verdict import Verdict
from include.registry.audit import history, verify
from include.registry.clock import Clock, utc_now
from include.registry.decisions import record_decision
from include.registry.entry import Action, Alias, LedgerEntry, Move, entry_key, successor
from include.registry.loop_stop import resume, stopped_by
from include.registry.mlflow_registry import VERDICT_DIGEST_TAG, MlflowRegistry, Registry
from include.registry.reconciliation import reconcile, record
from include.registry.repair import repair
from include.registry.rollback import roll_back
from include.registry.rules import champion_of, refusal
from include.storage.store import Store

__all__ = [
    "UNASKED",
    "history",
    "move_alias",
    "reconcile",
    "record_decision",
    "repair",
    "resume",
    "roll_back",
    "stopped_by",
    "verify",
]

UNASKED: Final[Any] = object()
"""Stands for a champion that nobody asked about; a promotion has to ask."""


def move_alias(
    store: Store,
    model: str,
    alias: Alias,
    version: int,
    *,
    action: Action,
    actor: str,
    reason: str,
    verdict: Verdict | None = None,
    judged_against: int | Any | None = UNASKED,
    overridden: bool = False,
    run: str = "",
    clock: Clock = utc_now,
    registry: Registry | None = None,
) -> LedgerEntry:
    """Write a move to the ledger, then let the aliases follow.

    A move that the ledger holds already is finished rather than repeated, so that a task may be retried.

    Parameters
    ----------
    store : Store
        Where the ledger lies.
    model : str
    alias : {'challenger', 'champion'}
    version : int
    action : {'challenge', 'promote'}
        Rollbacks and repairs have functions of their own.
    actor, reason : str
    verdict : Verdict, optional
        A promotion needs the one that was stored with the version last: passed, or inconclusive if overridden.
    judged_against : int or None
        Champion that the verdict was reached against, None if there was none; a promotion needs it.
    overridden : bool
        Whether the actor, a person, promotes on an inconclusive verdict.
    run : str
        DAG run in which a person was asked.
    clock : callable
        Tells the time that the entry records.
    registry : Registry, optional
        MLflow's, unless a test brings its own.

    Returns
    -------
    LedgerEntry
        The entry that made the alias point at the version.

    Raises
    ------
    StaleVerdictError
        Where another version is champion than the one judged against.
    RegistryError
        Where the move is not allowed, or the version does not exist.
    """
    registry = registry or MlflowRegistry()
    move = Move(
        alias=alias,
        to_version=version,
        action=action,
        actor=actor,
        reason=reason,
        verdict=digest(verdict.to_json()) if verdict else None,
        outcome=verdict.outcome if verdict else None,
        overridden=overridden,
        run=run,
    )
    refused = _refusal(move, verdict, judged_against, registry.tags(model, version))
    if refused:
        raise RegistryError(f"{model} version {version} does not become {alias}: {refused}")

    def decide(last: LedgerEntry | None) -> LedgerEntry | None:
        if last is not None and last.aliases.get(alias) == version:
            return None
        if action == "promote" and champion_of(last) != judged_against:
            raise StaleVerdictError(_stale(model, judged_against, last))
        return successor(model, last, move, clock())

    return record(store, model, alias, decide, registry)


def _refusal(move: Move, verdict: Verdict | None, judged_against: Any, tags: dict[str, str] | None) -> str | None:
    if tags is None:
        return "there is no such version in MLflow"
    if move.action not in ("challenge", "promote"):
        return f"{move.action} has a function of its own"
    if move.action == "promote" and judged_against is UNASKED:
        return "a promotion has to say which champion its verdict was reached against (judged_against)"
    if judged_against is not None and verdict is not None and any(reason.waived for reason in verdict.reasons):
        return f"the verdict was reached as if there were no champion, but version {judged_against} is: judge it again"
    return refusal(move, verdict, tags.get(VERDICT_DIGEST_TAG))


def _stale(model: str, judged_against: int | None, last: LedgerEntry | None) -> str:
    champion = champion_of(last)
    was = f"against version {judged_against}" if judged_against else "while there was no champion"
    now = (
        f"version {champion} is champion ({entry_key(model, last.position)})" if last and champion else "there is none"
    )
    return f"{model}: the verdict was reached {was}, but by the ledger {now}; run the DAG {model}.promotion again"
