"""Status: where a model stands, in one record."""

from __future__ import annotations

from datetime import datetime, timedelta

from include.domain.record import Record
from include.domain.verdict import Outcome
from include.registry.entry import LedgerEntry
from include.registry.ledger import Ledger
from include.registry.loop_stop import stop_told, stopped_by
from include.registry.mlflow_registry import REASONS_TAG, VERDICT_TAG, MlflowRegistry, Registry
from include.registry.reconciliation import last_entry, latest
from include.registry.rules import champion_of
from include.storage.store import Store


class ModelStatus(Record):
    """Where a model stands.

    Parameters
    ----------
    model : str
    champion, challenger : int or None
        Versions that MLflow's aliases point at.
    champion_since : datetime or None
        When the ledger made it champion.
    last_verdict : str or None
        Outcome of the verdict recorded with the challenger, or with the champion where there is no challenger.
    last_reasons : str
        What that verdict rests on, in short.
    last_entry : LedgerEntry or None
    stopped : str
        Why its loop waits for a person; empty while it runs.
    in_step : bool
        Whether the aliases point where the ledger says; if not, see ``sluice verify``.
    """

    model: str
    champion: int | None
    challenger: int | None
    champion_since: datetime | None
    last_verdict: Outcome | None
    last_reasons: str
    last_entry: LedgerEntry | None
    stopped: str
    in_step: bool

    def champion_age(self, now: datetime) -> timedelta | None:
        """Return how long the champion has been one."""
        return None if self.champion_since is None else now - self.champion_since


def status(store: Store, model: str, *, registry: Registry | None = None) -> ModelStatus:
    """Return where a model stands.

    Parameters
    ----------
    store : Store
        Where the ledger lies.
    model : str
    registry : Registry, optional
        MLflow's, unless a test brings its own.

    Raises
    ------
    LedgerBrokenError
        Where the last entry was changed, or an entry is missing.
    """
    registry = registry or MlflowRegistry()
    seen = registry.read(model)
    ledger = Ledger(store, model)
    last = last_entry(ledger, seen)
    due = {alias: to for alias, to in last.aliases.items() if to is not None} if last else {}
    champion, challenger = seen.aliases.get("champion"), seen.aliases.get("challenger")
    judged = challenger or champion
    tags = (registry.tags(model, judged) or {}) if judged else {}
    return ModelStatus(
        model=model,
        champion=champion,
        challenger=challenger,
        champion_since=latest(ledger, "champion").at if champion_of(last) is not None else None,
        last_verdict=tags.get(VERDICT_TAG),
        last_reasons=tags.get(REASONS_TAG, ""),
        last_entry=last,
        stopped=stop_told(stopped_by(store, model)),
        in_step=due == {alias: seen.aliases[alias] for alias in ("champion", "challenger") if alias in seen.aliases},
    )
