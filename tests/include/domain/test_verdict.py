from __future__ import annotations

import pytest
from pydantic import ValidationError

from include.domain.errors import GateBlockedError, GateInconclusiveError
from include.domain.evidence import Evidence, Observation
from include.domain.gate import Bound, GateSpec, decide
from include.domain.verdict import Outcome, Reason, Verdict, worst


def reason(outcome: Outcome) -> Reason:
    return Reason(requirement="roc_auc", outcome=outcome, asked="at least 0.8", seen="0.9")


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["passed", "passed"], "passed"),
        (["passed", "inconclusive"], "inconclusive"),
        (["inconclusive", "blocked", "passed"], "blocked"),
        ([], "blocked"),
    ],
)
def test_one_requirement_that_is_not_met_decides(outcomes: list[Outcome], expected: Outcome) -> None:
    assert worst(tuple(reason(outcome) for outcome in outcomes)) == expected


@pytest.mark.parametrize("reasons", [(), (reason("blocked"),), (reason("passed"), reason("inconclusive"))])
def test_no_verdict_passes_against_its_own_reasons(reasons: tuple[Reason, ...]) -> None:
    with pytest.raises(ValidationError):
        Verdict(gate="model", subject="adult version 1", outcome="passed", reasons=reasons)


def test_a_verdict_reads_as_a_table_with_the_details_below_each_line() -> None:
    gate = GateSpec(
        name="data",
        requirements=(Bound(observation="rows", at_least=1000), Bound(observation="quarantined_share", at_most=0.01)),
    )
    share = Observation(name="quarantined_share", value=0.2, unit="share", n=5000, detail="age < 0\nrows 7, 9")
    verdict = decide(gate, Evidence(subject="adult data", observations=(Observation(name="rows", value=5000), share)))
    assert verdict.as_text().splitlines() == [
        "gate data: BLOCKED for adult data",
        "      requirement        asked          seen",
        "  ok  rows               at least 1000  5000",
        "  NO  quarantined_share  at most 0.01   0.2 share on 5,000 rows",
        "        age < 0",
        "        rows 7, 9",
    ]


@pytest.mark.parametrize(("error", "code"), [(GateBlockedError, 3), (GateInconclusiveError, 4)])
def test_a_closed_gate_says_why_and_how_it_ends(error: type[GateBlockedError], code: int) -> None:
    verdict = decide(GateSpec(name="model"), Evidence(subject="adult version 1"))
    raised = error(verdict)
    assert "at least one requirement" in str(raised)
    assert raised.verdict == verdict
    assert raised.exit_code == code


def test_a_verdict_is_read_as_a_table_whose_marks_tell_the_outcomes() -> None:
    rows = [("roc_auc", "passed", "0.9"), ("f1", "inconclusive", "0.5 on 9 rows"), ("rows", "blocked", "nothing")]
    reasons = tuple(
        Reason(requirement=name, outcome=found, asked="at least 0.8", seen=seen, detail=f"why {name}")  # type: ignore[arg-type]
        for name, found, seen in rows
    )
    text = Verdict(gate="model", subject="churn version 2", outcome="blocked", reasons=reasons).as_text()
    assert text.splitlines() == [
        "gate model: BLOCKED for churn version 2",
        "      requirement  asked         seen",
        "  ok  roc_auc      at least 0.8  0.9",
        "        why roc_auc",
        "  ??  f1           at least 0.8  0.5 on 9 rows",
        "        why f1",
        "  NO  rows         at least 0.8  nothing",
        "        why rows",
    ]
