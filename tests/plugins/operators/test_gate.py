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
