"""How a local run ends."""

from __future__ import annotations

from typing import Any

import pytest

from include.commands.run import exit_code

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
