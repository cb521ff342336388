"""The operator that lets the pipeline pass."""

from __future__ import annotations

import pytest

from include.domain.errors import GateBlockedError, GateInconclusiveError
from include.domain.evidence import Evidence, Observation
from include.domain.gate import Bound, GateSpec
from plugins.operators.gate import GateOperator

GATE = GateSpec(name="model", requirements=(Bound(observation="roc_auc", at_least=0.8, rows_at_least=100),))


def judge(*observations: Observation) -> dict[str, object]:
    evidence = Evidence(subject="churn version 1", observations=observations).to_json()
    return GateOperator(task_id="gate_model", gate=GATE, evidence=evidence).execute({})


def test_evidence_within_the_bound_passes_and_is_returned_as_a_verdict() -> None:
    assert judge(Observation(name="roc_auc", value=0.9, n=500))["outcome"] == "passed"


def test_silence_opens_no_gate() -> None:
    with pytest.raises(GateBlockedError, match=r"at least 0\.8"):
        judge()


def test_thin_evidence_is_told_apart_from_bad_evidence() -> None:
    with pytest.raises(GateInconclusiveError):
        judge(Observation(name="roc_auc", value=0.9, n=5))


def test_the_inconclusive_goes_on_to_a_person_only_where_it_may_and_the_blocked_never() -> None:
    thin = Evidence(subject="churn", observations=(Observation(name="roc_auc", value=0.9, n=5),)).to_json()
    asks = GateOperator(task_id="gate_model", gate=GATE, evidence=thin, inconclusive_goes_on=True)
    assert asks.execute({})["outcome"] == "inconclusive"
    asks.evidence = Evidence(subject="churn").to_json()
    with pytest.raises(GateBlockedError):
        asks.execute({})


def test_a_verdict_about_a_version_is_stored_with_the_evidence_it_was_reached_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stored: list[tuple[object, ...]] = []
    monkeypatch.setattr("include.registry.versions.record_verdict", lambda *told: stored.append(told))
    monkeypatch.setattr("plugins.operators.gate.renew_card", lambda *_: None)
    seen = Evidence(subject="churn version 1", observations=(Observation(name="roc_auc", value=0.7, n=500),))
    version = {"name": "churn", "version": 1, "run_id": "a" * 32}
    gate = GateOperator(task_id="gate_model", gate=GATE, evidence=seen.to_json(), version=version)
    with pytest.raises(GateBlockedError):
        gate.execute({"ti": None})
    ((about, verdict, evidence),) = stored
    assert (about.version, verdict.outcome, evidence) == (1, "blocked", seen)  # type: ignore[attr-defined]
