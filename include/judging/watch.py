"""The watch over a new champion: it is looked at window by window beside the one before, and taken back if worse."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from include.domain.predictions import Predictions
from include.domain.record import canonical_json
from include.domain.retraining import Findings
from include.domain.spec import ModelSpec
from include.domain.watch import WatchDecision, decide_watch
from include.evaluation.succession import observe_succession
from include.registry.clock import Clock, utc_now
from include.registry.entry import LedgerEntry
from include.registry.mlflow_registry import Registry
from include.registry.rollback import predecessor, roll_back
from include.statistics.looks import confidence_of_look
from include.storage.store import Store

LABELLED = "realised_quality"


def watched_windows(findings: Sequence[Findings], champion: int, looks: int) -> list[Findings]:
    """Return the windows that a champion is watched over, oldest first: the first that it served and labels reached."""
    served = [found for found in findings if found.version == champion and LABELLED in found.judged]
    return sorted(served, key=lambda found: found.end)[:looks]


def predecessor_of(spec: ModelSpec, store: Store, champion: int) -> int | None:
    """Return the version beside which a champion is watched; None where nobody watches, or there was none before."""
    if spec.retraining is None or not spec.retraining.watch:
        return None
    return predecessor(store, spec.name, champion)


def look_at(
    spec: ModelSpec,
    store: Store,
    rows: pd.DataFrame,
    *,
    champion: tuple[int, Predictions],
    predecessor: tuple[int, Predictions],
    look: int,
) -> WatchDecision:
    """Look at a watched champion once, and remember it: the same look is never taken twice.

    Parameters
    ----------
    spec : ModelSpec
        With the block ``retraining``.
    store : Store
    rows : DataFrame of shape (n, anything)
        Clean rows of all windows that are watched so far, with their labels.
    champion, predecessor : tuple of (int, Predictions)
        Each version and what it says of these rows.
    look : int
        Number of windows among them.
    """
    looks = spec.retraining.watch if spec.retraining else 0
    key = f"watch/{spec.name}/{champion[0]}/{look:04d}.json"
    if store.exists(key):
        return WatchDecision.model_validate_json(store.read(key))
    confidence = confidence_of_look(looks)
    seen = observe_succession(spec, rows, champion[1], predecessor[1], confidence=confidence)
    decision = decide_watch(seen, spec.deciding_metric, look=look, looks=looks, confidence=confidence)
    store.put_if_absent(key, canonical_json(decision.to_json()).encode())
    return decision


def take_back(
    store: Store,
    model: str,
    decision: WatchDecision,
    *,
    champion: int,
    predecessor: int,
    actor: str,
    clock: Clock = utc_now,
    registry: Registry | None = None,
) -> LedgerEntry | None:
    """Roll a champion back if the watch says so; the loop stops with it.

    Returns
    -------
    LedgerEntry or None
        None where the champion stays.
    """
    if decision.outcome != "take_back":
        return None
    return roll_back(
        store,
        model,
        to=predecessor,
        actor=actor,
        reason=decision.reason,
        instead_of=champion,
        automatic=True,
        clock=clock,
        registry=registry,
    )
