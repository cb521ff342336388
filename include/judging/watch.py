"""The watch over a new champion: it is looked at window by window beside the one before, and taken back if worse."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from include.domain.predictions import Predictions
from include.domain.record import canonical_json
from include.domain.references import ModelVersionRef, Window
from include.domain.retraining import Findings
from include.domain.spec import ModelSpec
from include.domain.watch import WatchDecision, decide_watch
from include.evaluation.succession import observe_succession
from include.registry.entry import LedgerEntry
from include.registry.ledger import Ledger
from include.registry.mlflow_registry import Registry
from include.registry.rollback import predecessor, roll_back
from include.statistics.looks import confidence_of_look
from include.storage.store import Store

LABELLED = "realised_quality"

Rows = Callable[[Sequence[Window]], pd.DataFrame]
Ask = Callable[[int, pd.DataFrame], Predictions]


def watched_windows(findings: Sequence[Findings], champion: int, looks: int) -> list[Findings]:
    """Return the windows that a champion is watched over, oldest first: the first that it served and labels reached."""
    served = [found for found in findings if found.version == champion and LABELLED in found.judged]
    return sorted(served, key=lambda found: found.end)[:looks]


def watch_champion(
    spec: ModelSpec,
    store: Store,
    findings: Sequence[Findings],
    champion: ModelVersionRef,
    *,
    rows: Rows,
    ask: Ask,
    actor: str,
    registry: Registry | None = None,
) -> tuple[WatchDecision, LedgerEntry | None] | None:
    """Look at a champion beside its predecessor, if labels have come since the last look; take it back if worse.

    Parameters
    ----------
    spec : ModelSpec
    store : Store
    findings : sequence of Findings
        Of all monitored windows.
    champion : ModelVersionRef
    rows : callable
        Returns the rows of windows, cleaned as both versions have learned to read them, with labels.
    ask : callable
        Returns what a version (given by number) says of such rows.
    actor : str
        Who rolls back, if need be.
    registry : Registry, optional
        MLflow's, unless a test brings its own.

    Returns
    -------
    tuple of WatchDecision and LedgerEntry, or None
        The entry is that of the rollback, None where the champion stays. None of both where there was nothing to look
        at: nobody watches, no predecessor, no new label, or every look was taken.
    """
    looks = spec.retraining.watch if spec.retraining else 0
    before = predecessor(store, spec.name, champion.version) if looks else None
    watched = watched_windows(findings, champion.version, looks)
    if before is None or not watched or store.exists(_look_key(spec.name, champion.version, len(watched))):
        return None
    seen = rows([found.window for found in watched])
    decision = look_at(
        spec,
        seen,
        champion=ask(champion.version, seen),
        predecessor=ask(before, seen),
        look=len(watched),
        looks=looks,
    )
    if decision.outcome != "take_back":
        _remember(store, spec.name, champion.version, decision)
        return decision, None
    terms = {"to": before, "instead_of": champion.version, "automatic": True}
    entry = roll_back(store, spec.name, actor=actor, reason=decision.reason, registry=registry, **terms)  # type: ignore[arg-type]
    # Only now: a task that was killed before takes the look again, and comes to the same.
    _remember(store, spec.name, champion.version, decision)
    return decision, entry


def taken_back_by(spec: ModelSpec, store: Store, actor: str) -> tuple[WatchDecision, LedgerEntry] | None:
    """Return the rollback that an actor has made by itself already, so that one who was killed after it still tells.

    Parameters
    ----------
    spec : ModelSpec
    store : Store
    actor : str
        Who rolls back: a run of a DAG, so that a retry has the same name.
    """
    entries = Ledger(store, spec.name).backwards()
    entry = next((one for one in entries if one.automatic and one.actor == actor and one.action == "roll_back"), None)
    if entry is None or entry.from_version is None:
        return None
    looks = spec.retraining.watch if spec.retraining else 0
    taken = [_look_key(spec.name, entry.from_version, look) for look in range(1, looks + 1)]
    look = sum(store.exists(key) for key in taken)
    if look and WatchDecision.model_validate_json(store.read(taken[look - 1])).outcome == "take_back":
        return WatchDecision.model_validate_json(store.read(taken[look - 1])), entry
    decision = WatchDecision(outcome="take_back", reason=entry.reason, look=look + 1, looks=looks)
    _remember(store, spec.name, entry.from_version, decision)
    return decision, entry


def look_at(
    spec: ModelSpec,
    rows: pd.DataFrame,
    *,
    champion: Predictions,
    predecessor: Predictions,
    look: int,
    looks: int,
) -> WatchDecision:
    """Return what one look at labelled rows says of a champion; all looks together are rarely wrong."""
    confidence = confidence_of_look(looks)
    seen = observe_succession(spec, rows, champion, predecessor, confidence=confidence)
    return decide_watch(seen, spec.deciding_metric, look=look, looks=looks, confidence=confidence)


def looks_taken(store: Store, model: str, version: int) -> list[WatchDecision]:
    """Return what every look at a champion decided, the oldest first."""
    keys = store.keys(f"watch/{model}/{version}/")
    return [WatchDecision.model_validate_json(store.read(key)) for key in keys]


def _remember(store: Store, model: str, version: int, decision: WatchDecision) -> None:
    store.put_if_absent(_look_key(model, version, decision.look), canonical_json(decision.to_json()).encode())


def _look_key(model: str, version: int, look: int) -> str:
    return f"watch/{model}/{version}/{look:04d}.json"
