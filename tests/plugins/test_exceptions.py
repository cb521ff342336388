"""Which errors are worth another try."""

from __future__ import annotations

import pytest
from airflow.sdk import RetryAction

from include.domain.errors import DataError, GateBlockedError, SpecError, UnavailableError
from include.domain.evidence import Evidence
from include.domain.gate import GateSpec, decide
from plugins.exceptions import SLUICE_RETRIES

BLOCKED = decide(GateSpec(name="data"), Evidence(subject="churn"))


def action(error: Exception) -> RetryAction:
    return SLUICE_RETRIES.evaluate(error, try_number=1, max_tries=3).action


@pytest.mark.parametrize("error", [DataError("x"), SpecError(["x"]), GateBlockedError(BLOCKED)])
def test_what_would_fail_the_same_way_is_not_tried_again(error: Exception) -> None:
    assert action(error) is RetryAction.FAIL


@pytest.mark.parametrize("error", [UnavailableError("x"), ConnectionResetError("x")])
def test_a_server_that_does_not_answer_is_asked_again(error: Exception) -> None:
    assert action(error) is RetryAction.DEFAULT
