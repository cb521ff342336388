"""A version with everything that a card is made of, without a server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.references import Column, DatasetRef, ModelVersionRef
from include.domain.verdict import Outcome, Reason, Verdict
from include.model_card.sources import Sources
from include.registry.entry import LedgerEntry, Move, successor
from tests.specs import a_spec

MOMENT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
SEEN = Evidence(
    subject="churn candidate",
    observations=(
        Observation(
            name="roc_auc",
            value=0.91,
            interval=Interval(low=0.89, high=0.93, confidence=0.95, method="bootstrap"),
            n=500,
        ),
        Observation(name="holdout_rows", value=500, unit="count", n=500),
    ),
)


def a_verdict(outcome: Outcome = "passed", seen: str = "0.91 on 500 rows") -> Verdict:
    reason = Reason(requirement="roc_auc", outcome=outcome, asked="at least 0.8", seen=seen)
    return Verdict(gate="model", subject="churn candidate", outcome=outcome, reasons=(reason,))


def an_entry(**move: Any) -> LedgerEntry:
    terms = {"alias": "champion", "to_version": 3, "action": "promote", "actor": "ada", "reason": "better", **move}
    return successor("churn", None, Move.model_validate(terms), MOMENT)


def sources(**parts: Any) -> Sources:
    """Return a version that was promoted, from a committed tree, with data of which every row went on."""
    dataset = DatasetRef(
        uri="s3://house/snapshots/churn/ab",
        fingerprint="ab" * 32,
        rows=2_000,
        columns=(Column(name="calls", type="BIGINT", nulls=0),),
        source="churn.csv",
    )
    whole: dict[str, Any] = {
        "version": ModelVersionRef(name="churn", version=3, run_id="r1"),
        "spec": a_spec(description="Who is about to leave."),
        "dataset": dataset,
        "evidence": SEEN,
        "verdict": a_verdict(),
        "checks": {"raw": {"quarantined": None}, "clean": {"quarantined": None}},
        "tags": {"sluice.git_dirty": "false", "mlflow.source.git.commit": "c0ffee"},
        "parameters": {"C": "1.0", "seed": "7"},
        "counts": {"training_rows": 1_600.0},
        "experiment_id": "1",
        "made": MOMENT,
        "aliases": {"champion": 3, "challenger": 4},
        "tracking": "http://mlflow:5000",
        "entries": (an_entry(),),
    }
    return Sources.model_validate({**whole, **parts})
