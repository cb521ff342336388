"""The process of a task: it works in a scratch folder of its own, and does not outlive who watches over it."""

from __future__ import annotations

from typing import Any

from include.deployment.parents import die_with_the_parent
from include.deployment.warm_house import HERE


def settle_in(context: Any) -> None:
    """Prepare the process for the work of a task; Airflow calls it just before the operator."""
    from include.storage.scratch import work_in_scratch

    HERE.stay()
    if has_a_supervisor():
        die_with_the_parent()
    work_in_scratch()


def has_a_supervisor() -> bool:
    """Return whether the parent of this process is a supervisor, and not whoever started a local run."""
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import CommsDecoder

    return isinstance(getattr(task_runner, "SUPERVISOR_COMMS", None), CommsDecoder)
