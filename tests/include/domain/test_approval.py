"""What a person is asked, and what counts as an answer."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from include.domain.approval import Answer, approval_form, approval_question
from include.domain.verdict import Outcome, Reason, Verdict


def a_verdict(outcome: Outcome, **said: str) -> Verdict:
    terms = {"requirement": "roc_auc", "asked": "at least 0.8", "seen": "0.81 [0.7, 0.9]", **said}
    return Verdict(gate="model", subject="churn", outcome=outcome, reasons=(Reason(outcome=outcome, **terms),))


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_needs_somebody_who_made_it_and_silence_nobody(decision: str) -> None:
    with pytest.raises(ValidationError, match="needs the name of the person"):
        Answer.model_validate({"decision": decision, "person": " "})
    assert Answer(decision="expire").person == ""


def test_the_form_shows_the_evidence_as_a_table_and_leads_to_it() -> None:
    form = approval_form(3, 2, a_verdict("passed"), {"MLflow run": "http://here/run", "nowhere": ""})
    assert "Version 3 asks to become champion in place of version 2." in form
    assert "| passed | roc_auc | at least 0.8 | 0.81 [0.7, 0.9] |" in form
    assert "- [MLflow run](http://here/run)" in form
    assert "nowhere" not in form


def test_the_form_of_an_inconclusive_gate_says_so_plainly_and_of_another_does_not() -> None:
    thin, passed = a_verdict("inconclusive"), a_verdict("passed")
    assert "although its gate could not tell" in approval_question("churn", 3, thin)
    assert approval_question("churn", 3, passed) == "Promote churn version 3?"
    assert "**The gate is INCONCLUSIVE" in approval_form(3, None, thin, {})
    assert "INCONCLUSIVE" not in approval_form(3, None, passed, {})


def test_what_data_say_cannot_break_out_of_the_table() -> None:
    form = approval_form(3, None, a_verdict("passed", seen="a|b\n[x](http://evil) <script>"), {})
    row = next(line for line in form.splitlines() if line.startswith("| passed"))
    assert row == r"| passed | roc_auc | at least 0.8 | a\|b; [x]\(http://evil) &lt;script> |  |"


def test_the_form_of_a_first_champion_reads_as_a_page() -> None:
    form = approval_form(3, None, a_verdict("inconclusive"), {"MLflow run": "http://here/run"})
    assert form.splitlines() == [
        "Version 3 asks to become champion as the first champion.",
        "",
        "**The gate is INCONCLUSIVE: the evidence is too thin to tell.** It neither passed nor was it blocked. "
        "Approving overrides it: your name and your reason stand in the ledger as an override.",
        "",
        "| outcome | requirement | asked | seen | detail |",
        "| --- | --- | --- | --- | --- |",
        "| inconclusive | roc_auc | at least 0.8 | 0.81 [0.7, 0.9] |  |",
        "",
        "- [MLflow run](http://here/run)",
    ]


def test_the_form_of_a_gate_that_has_passed_reads_as_a_page() -> None:
    form = approval_form(3, 2, a_verdict("passed", detail="of 9 slices"), {})
    assert form.splitlines() == [
        "Version 3 asks to become champion in place of version 2.",
        "",
        "**The gate has passed.** It asked 1 things, and saw them all.",
        "",
        "| outcome | requirement | asked | seen | detail |",
        "| --- | --- | --- | --- | --- |",
        "| passed | roc_auc | at least 0.8 | 0.81 [0.7, 0.9] | of 9 slices |",
    ]
