from __future__ import annotations

import pytest
from pydantic import ValidationError

from include.training.run_key import RunKey


def test_tries_of_a_task_share_a_key_and_mapped_tasks_do_not() -> None:
    first = RunKey(dag_run="scheduled__2026-01-01T00:00:00+00:00", task="train", url="http://airflow/try/1")
    second = first.model_copy(update={"url": "http://airflow/try/2"})
    assert first.value == second.value
    assert len({first.model_copy(update={"map_index": i}).value for i in (-1, 0, 1)}) == 3


@pytest.mark.parametrize("name", ["it's", 'a"b', "a`b", "a\\b", ""])
def test_what_could_leave_a_search_filter_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        RunKey(dag_run=name, task="train")
