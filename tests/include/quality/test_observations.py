from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from include.domain.gate import decide
from include.domain.spec import Expectation
from include.quality.observations import evidence_of
from include.quality.outcome import Outcome
from tests.specs import a_spec

GATE = a_spec().data_gate()


def _outcome(name: str, *, met: bool = True, required: bool = True, answered: bool = True, failing: int = 0) -> Outcome:
    expectation = Expectation(type="expect_x", name=name, required=required)
    return Outcome(expectation, met=met, answered=answered, rows=1000, failing=np.arange(failing))


def test_every_expectation_becomes_an_observation() -> None:
    seen = evidence_of("x", [_outcome("a"), _outcome("b", met=False)], {}, rows=1000)
    assert (seen.find("expectation.a").value, seen.find("expectation.b").value) == (1, 0)  # type: ignore[union-attr]
    assert seen.find("rows").value == 1000  # type: ignore[union-attr]
    assert decide(GATE, seen).outcome == "blocked"


def test_what_is_not_required_does_not_stop_the_run() -> None:
    seen = evidence_of("x", [_outcome("a"), _outcome("b", met=False, required=False)], {}, rows=1000)
    assert seen.find("failed_required_expectations").value == 0  # type: ignore[union-attr]
    assert "(not required)" in seen.find("expectation.b").detail  # type: ignore[union-attr]
    assert decide(GATE, seen).passed


def test_silence_opens_no_gate() -> None:
    assert decide(GATE, evidence_of("x", [], {}, rows=1000)).outcome == "blocked"


def test_expectations_that_could_not_be_judged_are_not_counted_as_checked() -> None:
    seen = evidence_of("x", [_outcome("a", met=False, required=False, answered=False)], {}, rows=1000)
    assert seen.find("checked_expectations").value == 0  # type: ignore[union-attr]
    assert decide(GATE, seen).outcome == "blocked"


def test_rows_set_aside_for_two_reasons_are_counted_once() -> None:
    both = [_outcome("a", failing=5).with_rows_set_aside(), _outcome("b", failing=8).with_rows_set_aside()]
    seen = evidence_of("x", both, {}, rows=1000)
    assert seen.find("quarantined_share").value == 0.008  # type: ignore[union-attr]
    assert seen.find("rows").value == 992  # type: ignore[union-attr]


def test_more_rows_set_aside_than_allowed_stop_the_run() -> None:
    allowed, too_many = (_outcome("a", failing=count).with_rows_set_aside() for count in (10, 11))
    assert decide(GATE, evidence_of("x", [allowed], {}, rows=1000)).passed
    assert decide(GATE, evidence_of("x", [too_many], {}, rows=1000)).outcome == "blocked"


def test_every_failure_stands_in_a_line_with_its_examples() -> None:
    failures = [_outcome("a", met=False), _outcome("b", met=False)]
    seen = evidence_of("x", failures, {"a": ["7 (row 1)"]}, rows=1000, notes=["not asked"])
    lines = seen.find("failed_required_expectations").detail.splitlines()  # type: ignore[union-attr]
    assert [line.partition(":")[0] for line in lines] == ["a", "b"]
    assert "7 (row 1)" in lines[0]
    assert seen.find("checked_expectations").detail == "not asked"  # type: ignore[union-attr]


def test_an_empty_dataset_opens_no_gate() -> None:
    assert decide(GATE, evidence_of("x", [_outcome("a")], {}, rows=0)).outcome == "blocked"


@given(st.lists(st.booleans(), min_size=1, max_size=8))
def test_the_gate_passes_only_if_every_required_expectation_is_met(met: list[bool]) -> None:
    outcomes = [_outcome(f"e{i}", met=is_met) for i, is_met in enumerate(met)]
    assert decide(GATE, evidence_of("x", outcomes, {}, rows=1000)).passed is all(met)
