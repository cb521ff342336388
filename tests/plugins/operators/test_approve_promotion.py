"""The operator that asks a person, and what it makes of the answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from airflow.sdk import DAG
from pydantic import ValidationError

from include.domain.verdict import Outcome, Reason, Verdict
from plugins.operators.approve_promotion import ApprovePromotionOperator
from tests.specs import a_spec


def operator(by: str = "approval", outcome: Outcome = "passed") -> ApprovePromotionOperator:
    reason = Reason(requirement="roc_auc", outcome=outcome, asked="at least 0.8", seen="0.91")
    verdict = Verdict(gate="model", subject="churn", outcome=outcome, reasons=(reason,)).to_json()
    spec = a_spec(promotion={"by": by, "override_inconclusive": True, "timeout": "2d"})
    with DAG("churn.promotion"):
        return ApprovePromotionOperator(
            task_id="approve_promotion", spec=spec, challenger={}, champion=None, verdict=verdict
        )


def response(chosen: str, **said: Any) -> dict[str, Any]:
    user = {"id": "7", "name": "ada"}
    return {"chosen_options": [chosen], "responded_by_user": user, "responded_at": datetime.now(UTC), **said}


def test_the_answer_names_the_person_and_the_reason() -> None:
    answer = operator().execute_complete({}, response("Approve", params_input={"reason": " looks right "}))
    assert answer == {"decision": "approve", "person": "ada", "reason": "looks right"}


@pytest.mark.parametrize("form", [None, {}, {"reason": None}, {"reason": ""}])
def test_a_rejection_counts_without_a_reason(form: Any) -> None:
    answer = operator().execute_complete({}, response("Reject", params_input=form))
    assert answer == {"decision": "reject", "person": "ada", "reason": ""}


def test_silence_is_an_answer() -> None:
    silence = {"error": "The response timeout has passed", "error_type": "timeout"}
    assert operator().execute_complete({}, silence)["decision"] == "expire"


def test_any_other_fault_is_an_error_and_no_answer() -> None:
    with pytest.raises(Exception, match="lost"):
        operator().execute_complete({}, {"error": "lost", "error_type": "unknown"})
    with pytest.raises(ValueError, match="Maybe"):
        operator().execute_complete({}, response("Maybe"))
    with pytest.raises(ValidationError, match="needs the name"):
        operator().execute_complete({}, response("Approve", responded_by_user=None))


def test_nobody_is_asked_where_the_gate_is_enough() -> None:
    assert operator(by="automatic").execute({}) is None


def test_the_wait_has_the_limit_of_the_spec_and_no_other() -> None:
    task = operator()
    assert task.response_timeout is not None
    assert (task.response_timeout.days, task.execution_timeout) == (2, None)
