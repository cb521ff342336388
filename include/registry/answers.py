"""Answers: a verdict, and what a person said to it, become the one entry in the ledger that they ask for."""

from __future__ import annotations

from include.domain.approval import Answer
from include.domain.errors import RegistryError
from include.domain.references import ModelVersionRef
from include.domain.verdict import Verdict
from include.registry.aliases import move_alias
from include.registry.clock import Clock, utc_now
from include.registry.decisions import record_decision
from include.registry.entry import LedgerEntry
from include.registry.mlflow_registry import Registry
from include.storage.store import Store

UNEXPLAINED = "no reason given"


def settle(
    store: Store,
    version: ModelVersionRef,
    verdict: Verdict,
    answer: Answer | None,
    *,
    must_be_asked: bool = False,
    judged_against: int | None,
    run: str,
    clock: Clock = utc_now,
    registry: Registry | None = None,
) -> LedgerEntry:
    """Promote the version, or write down that it was refused.

    Parameters
    ----------
    store : Store
    version : ModelVersionRef
        That was judged.
    verdict : Verdict
        As stored with the version last.
    answer : Answer or None
        None where nobody was asked; then only a verdict that passed promotes.
    must_be_asked : bool
        Whether nothing may be promoted without an answer.
    judged_against : int or None
        Champion that the verdict was reached against.
    run : str
        DAG run that settles it.
    clock : callable
    registry : Registry, optional
        MLflow's, unless a test brings its own.

    Returns
    -------
    LedgerEntry
        ``promote``, ``reject`` or ``expire``.

    Raises
    ------
    RegistryError
        Where the rules refuse it: a blocked verdict, an override without a reason, an answer that never came.
    StaleVerdictError
        Where another version is champion by now.
    """
    if answer is None and must_be_asked:
        raise RegistryError(f"{version.name}: the spec asks for an approval, and approve_promotion brought no answer")
    if answer is not None and answer.decision != "approve":
        nobody = answer.decision == "expire"
        return record_decision(
            store,
            version.name,
            version.version,
            action=answer.decision,
            actor=run if nobody else answer.person,
            reason="nobody answered in time" if nobody else answer.reason or UNEXPLAINED,
            run=run,
            verdict=verdict,
            clock=clock,
            registry=registry,
        )
    overridden = answer is not None and not verdict.passed
    by_the_gate = f"gate {verdict.gate} passed"
    return move_alias(
        store,
        version.name,
        "champion",
        version.version,
        action="promote",
        actor=answer.person if answer else run,
        # Nobody overrides a gate without saying why; the rules refuse an empty reason.
        reason=answer.reason or ("" if overridden else f"{by_the_gate}; {UNEXPLAINED}") if answer else by_the_gate,
        verdict=verdict,
        judged_against=judged_against,
        overridden=overridden,
        run=run if answer else "",
        clock=clock,
        registry=registry,
    )
