from __future__ import annotations

import pytest

from include.domain.metric import DECIDING, METRICS, VALUE, Task, metrics_of


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_the_metrics_of_a_task_are_those_that_name_it(task: Task) -> None:
    found = {metric.name for metric in metrics_of(task, with_value=True)}
    assert found == {name for name, metric in METRICS.items() if task in metric.tasks}
    assert {metric.name for metric in metrics_of(task)} == found - {VALUE}
    assert DECIDING[task] in found
