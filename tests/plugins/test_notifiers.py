"""What Airflow tells about a task becomes the notice that fits it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from include.domain.errors import ApprovalExpiredError, GateBlockedError, GateInconclusiveError, UnavailableError
from include.domain.verdict import Outcome, Reason, Verdict
from plugins.notifiers import FailureNotifier, PromotionNotifier, QuestionNotifier, RefusalNotifier
from tests.specs import a_spec

SPEC = a_spec(promotion={"by": "approval", "timeout": "2d"})
VERSION = {"name": "churn", "version": 3, "run_id": "r"}


def a_verdict(outcome: Outcome) -> Verdict:
    reason = Reason(requirement="roc_auc", outcome=outcome, asked="at least 0.8", seen="0.71")
    return Verdict(gate="model", subject="churn candidate", outcome=outcome, reasons=(reason,))


def context(*, task: dict[str, Any], exception: Exception | None = None) -> dict[str, Any]:
    ti = SimpleNamespace(dag_id="churn.promotion", run_id="manual__1+00:00", task_id="a_task")
    return {"task": SimpleNamespace(task_id="a_task", **task), "ti": ti, "exception": exception}


def judged(outcome: Outcome = "passed", answer: Any = None) -> dict[str, Any]:
    return {"challenger": VERSION, "champion": None, "verdict": a_verdict(outcome).to_json(), "answer": answer}


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (GateBlockedError(a_verdict("blocked")), "gate_blocked"),
        (GateInconclusiveError(a_verdict("inconclusive")), "gate_inconclusive"),
        (ApprovalExpiredError("nobody"), "approval_expired"),
        (UnavailableError("MLflow does not answer"), "step_failed"),
        (None, "step_failed"),
    ],
)
def test_the_error_tells_the_event(error: Exception | None, event: str) -> None:
    notice = FailureNotifier(SPEC).words(context(task=judged(), exception=error))
    assert notice.event == event


def test_a_closed_model_gate_names_the_version_and_leads_to_task_and_version() -> None:
    error = GateBlockedError(a_verdict("blocked"))
    notice = FailureNotifier(SPEC).words(context(task={"version": VERSION}, exception=error))
    assert notice.headline == "the gate model blocked version 3"
    assert notice.links["Task in Airflow"].endswith("/dags/churn.promotion/runs/manual__1%2B00%3A00/tasks/a_task")
    assert notice.links["Version in MLflow"].endswith("/models/churn/versions/3")


def test_a_task_that_failed_before_its_arguments_were_there_is_told_too() -> None:
    unrendered = {"challenger": "{{ task_instance.xcom_pull() }}"}
    notice = FailureNotifier(SPEC).words(context(task=unrendered, exception=KeyError("x")))
    assert list(notice.links) == ["Task in Airflow"]


def test_a_question_leads_to_its_form_first() -> None:
    notice = QuestionNotifier(SPEC).words(context(task=judged()))
    assert next(iter(notice.links.values())).endswith("/tasks/a_task/required_actions")
    assert "no answer within 2d means no" in notice.facts


def test_a_promotion_names_the_person_or_the_run() -> None:
    by_hand = {"decision": "approve", "person": "ada", "reason": "looks right"}
    assert "ada: looks right" in PromotionNotifier(SPEC).words(context(task=judged(answer=by_hand))).facts
    automatic = PromotionNotifier(SPEC).words(context(task=judged()))
    assert "churn.promotion/manual__1+00:00: gate model passed" in automatic.facts


def test_a_rejection_names_who_rejected() -> None:
    no = {"decision": "reject", "person": "ada", "reason": "too old"}
    assert RefusalNotifier(SPEC).words(context(task=judged(answer=no))).headline == "ada rejected version 3"


def test_a_notifier_that_cannot_find_its_words_fails_no_task(capsys: pytest.CaptureFixture[str]) -> None:
    QuestionNotifier(SPEC)(context(task={}))
    assert "nobody was told what became of the task" in capsys.readouterr().out
