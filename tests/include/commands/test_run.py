"""How a local run ends."""

from __future__ import annotations

from typing import Any

import pytest

from include.commands.run import _about, exit_code, what_a_person_may_do
from tests.specs import a_spec

PASSED = [
    {"event": "run", "dag": "churn.training", "state": "success"},
    {"event": "run", "dag": "churn.promotion", "state": "success"},
]
ENDED: dict[str, Any] = {"event": "end", "returncode": 0}


def failed(code: int) -> dict[str, Any]:
    return {"event": "step", "task": "gate_model", "state": "failed", "exit_code": code}


def test_a_run_whose_dags_both_succeeded_has_passed() -> None:
    assert exit_code([*PASSED, ENDED]) == 0


@pytest.mark.parametrize("code", [1, 3, 4])
def test_a_failed_step_decides_the_exit_code(code: int) -> None:
    assert exit_code([failed(code), {"event": "run", "state": "failed"}, ENDED]) == code


def test_a_process_that_died_is_an_error_whatever_it_said_before() -> None:
    assert exit_code([*PASSED, {"event": "end", "returncode": -9}]) == 1


def test_a_run_that_said_nothing_has_not_passed() -> None:
    assert exit_code([ENDED]) == 1


def test_a_run_that_failed_without_saying_why_is_an_error() -> None:
    assert exit_code([{"event": "run", "state": "failed"}, ENDED]) == 1


APPROVAL = a_spec(promotion={"by": "approval", "override_inconclusive": True})
FINE, BLOCKED, INCONCLUSIVE = 0, 3, 4


def test_what_is_left_to_a_person_is_said() -> None:
    assert "nothing is promoted without a person" in str(what_a_person_may_do(APPROVAL, FINE, {}))
    assert "may override" in str(what_a_person_may_do(APPROVAL, INCONCLUSIVE, {}))
    assert "churn.promotion in Airflow" in str(what_a_person_may_do(APPROVAL, FINE, {}))


def test_where_nothing_is_left_to_a_person_nothing_is_said() -> None:
    assert what_a_person_may_do(APPROVAL, BLOCKED, {}) is None
    assert what_a_person_may_do(APPROVAL, FINE, {"dry_run": True}) is None
    for code in (FINE, BLOCKED, INCONCLUSIVE):
        assert what_a_person_may_do(a_spec(), code, {}) is None


def test_what_was_scored_and_what_was_not_is_said_in_a_line() -> None:
    def told(task: str, **result: Any) -> str:
        return _about({"task": task, "state": "success", "result": result})

    version = {"version": {"version": 3}, "why": "the champion by its alias"}
    assert told("read_champion", chosen=version) == "version 3 scores, the champion by its alias"
    assert told("snapshot_rows", snapshot=None, why_empty="no row") == "nothing to score: no row"
    said = told("score_rows", rows=1200, quarantined=3, cause="not scored before")
    assert said == "1,200 predictions, 3 rows set aside; not scored before"
