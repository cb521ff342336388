"""A registry in memory with a ledger in memory: what the tests of this room move aliases in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from include.domain.record import digest
from include.domain.verdict import Outcome, Reason, Verdict
from include.registry.aliases import move_alias, reconcile, record_decision, repair, roll_back, verify
from include.registry.entry import LedgerEntry
from include.registry.ledger import Ledger
from include.registry.status import ModelStatus, status
from tests.fakes import MemoryRegistry, MemoryStore

MODEL = "adult"
START = datetime(2026, 1, 1, tzinfo=UTC)


def a_verdict(version: int, outcome: Outcome = "passed", gate: str = "model", seen: str = "0.91") -> Verdict:
    """Return a verdict about a version."""
    reason = Reason(requirement="roc_auc", outcome=outcome, asked="at least 0.8", seen=seen)
    return Verdict(gate=gate, subject=f"{MODEL} version {version}", outcome=outcome, reasons=(reason,))


class House:
    """One model with some versions, of which each carries a verdict that passed."""

    def __init__(self, versions: int = 4) -> None:
        self.store = MemoryStore()
        self.registry = MemoryRegistry()
        self.now = START
        for version in range(1, versions + 1):
            self.judge(version, a_verdict(version))

    def judge(self, version: int, verdict: Verdict) -> None:
        """Store a verdict with a version, as `record_verdict` does."""
        recorded = digest(verdict.to_json())
        self.registry.add(MODEL, version, sluice__verdict=verdict.outcome, sluice__verdict__digest=recorded)

    def clock(self) -> datetime:
        """Let an hour pass whenever somebody looks."""
        self.now += timedelta(hours=1)
        return self.now

    def challenge(self, version: int, **asked: Any) -> LedgerEntry:
        terms = {"action": "challenge", "actor": "ada", "reason": "trained", **self._shared, **asked}
        return move_alias(self.store, MODEL, "challenger", version, **terms)

    def promote(self, version: int, judged_against: Any, **asked: Any) -> LedgerEntry:
        terms = {"action": "promote", "actor": "ada", "reason": "gate passed", "verdict": a_verdict(version)}
        return move_alias(
            self.store, MODEL, "champion", version, judged_against=judged_against, **{**terms, **self._shared, **asked}
        )

    def refuse(self, version: int, **asked: Any) -> LedgerEntry:
        """Let a person say no to a version."""
        terms = {"action": "reject", "actor": "grace", "reason": "too old", "run": "adult.promotion/7"}
        verdict = {"verdict": a_verdict(version)}
        return record_decision(self.store, MODEL, version, **{**terms, **verdict, **self._shared, **asked})

    def override(self, version: int, judged_against: Any, **asked: Any) -> LedgerEntry:
        """Let a person promote a version that the gate could not tell about."""
        terms = {"verdict": a_verdict(version, "inconclusive"), "overridden": True, "run": "adult.promotion/7"}
        return self.promote(version, judged_against, **{**terms, "actor": "grace", "reason": "needed", **asked})

    def roll_back(self, to: int | None = None, **asked: Any) -> LedgerEntry:
        return roll_back(
            self.store, MODEL, **{"to": to, "actor": "ada", "reason": "complaints", **self._shared, **asked}
        )

    def repair(self) -> list[LedgerEntry]:
        return repair(self.store, MODEL, actor="ada", reason="found out of place", **self._shared)

    def reconcile(self) -> LedgerEntry | None:
        return reconcile(self.store, MODEL, registry=self.registry)

    def verify(self) -> list[str]:
        return verify(self.store, MODEL, registry=self.registry)

    def status(self) -> ModelStatus:
        return status(self.store, MODEL, registry=self.registry)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.store, MODEL)

    @property
    def aliases(self) -> dict[str, int]:
        """Where the registry's aliases point."""
        return dict(self.registry.read(MODEL).aliases)

    @property
    def _shared(self) -> dict[str, Any]:
        return {"clock": self.clock, "registry": self.registry}
