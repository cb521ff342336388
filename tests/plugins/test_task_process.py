"""A task's process ends with whoever watches over it, and works in a folder of its own."""

from __future__ import annotations

import pytest
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import CommsDecoder

from plugins import task_process
from plugins.task_process import settle_in


@pytest.mark.parametrize("supervised", [True, False])
def test_only_a_task_with_a_supervisor_is_bound_to_its_parent(
    supervised: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(task_process, "die_with_the_parent", lambda: done.append("bound"))
    monkeypatch.setattr("include.storage.scratch.work_in_scratch", lambda: done.append("in scratch"))
    comms = object.__new__(CommsDecoder) if supervised else object()
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", comms, raising=False)
    settle_in({})
    assert done == (["bound", "in scratch"] if supervised else ["in scratch"])
