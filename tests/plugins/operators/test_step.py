"""A step that is told to stop, stops."""

from __future__ import annotations

import pytest
from airflow.sdk.exceptions import AirflowTaskTimeout

from plugins.operators.step import StepOperator
from tests.specs import a_spec


def test_a_step_that_is_told_to_stop_ends_at_once() -> None:
    with pytest.raises(SystemExit, match="told to stop"):
        StepOperator(task_id="train_model", spec=a_spec()).on_kill()


def test_a_step_whose_time_is_up_fails_by_the_timeout_and_nothing_else() -> None:
    step = StepOperator(task_id="train_model", spec=a_spec())
    try:
        raise AirflowTaskTimeout
    except AirflowTaskTimeout:
        assert step.on_kill() is None
