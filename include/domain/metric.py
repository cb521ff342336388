"""Metrics: the names a spec may ask for, each with tasks, direction and unit. `evaluation` computes the numbers."""

from __future__ import annotations

from typing import Literal

from include.domain.record import Record

Task = Literal["binary", "multiclass", "regression"]


class Metric(Record):
    """A named measure of a model's predictions.

    Parameters
    ----------
    name : str
    tasks : tuple of str
        Tasks that it is defined for.
    greater_is_better : bool
    unit : str
        ``target`` stands for the unit of the target, ``value`` for that of the spec's payoffs.
    """

    name: str
    tasks: tuple[Task, ...]
    greater_is_better: bool
    unit: str


_CLASSES: tuple[Task, ...] = ("binary", "multiclass")

VALUE = "value_per_1000"
"""The metric that needs payoffs: what a thousand decisions are worth, each model at its own threshold."""

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(name="log_loss", tasks=_CLASSES, greater_is_better=False, unit="nats"),
        Metric(name="brier_score", tasks=_CLASSES, greater_is_better=False, unit=""),
        Metric(name="roc_auc", tasks=_CLASSES, greater_is_better=True, unit=""),
        Metric(name="average_precision", tasks=("binary",), greater_is_better=True, unit=""),
        Metric(name="accuracy", tasks=_CLASSES, greater_is_better=True, unit="share"),
        Metric(name="balanced_accuracy", tasks=_CLASSES, greater_is_better=True, unit="share"),
        Metric(name="f1", tasks=_CLASSES, greater_is_better=True, unit=""),
        Metric(name="precision", tasks=_CLASSES, greater_is_better=True, unit="share"),
        Metric(name="recall", tasks=_CLASSES, greater_is_better=True, unit="share"),
        Metric(name="mean_absolute_error", tasks=("regression",), greater_is_better=False, unit="target"),
        Metric(name="root_mean_squared_error", tasks=("regression",), greater_is_better=False, unit="target"),
        Metric(name="median_absolute_error", tasks=("regression",), greater_is_better=False, unit="target"),
        Metric(name="r2", tasks=("regression",), greater_is_better=True, unit=""),
        Metric(name=VALUE, tasks=("binary", "regression"), greater_is_better=True, unit="value"),
    )
}
"""Every metric by name; of more than two classes, all but accuracy and the proper scores are means over the classes."""

DECIDING: dict[Task, str] = {
    "binary": "brier_score",
    "multiclass": "brier_score",
    "regression": "mean_absolute_error",
}
"""The metric that decides between models where the spec names none: a proper score that no single row can own.

Log loss is proper too, but one overconfident row weighs as much as hundreds of others, and hides what the rest shows.
"""


def metrics_of(task: Task, *, with_value: bool = False) -> tuple[Metric, ...]:
    """Return the metrics that are defined for a task; the one that needs payoffs only where there are some."""
    return tuple(metric for metric in METRICS.values() if task in metric.tasks and (with_value or metric.name != VALUE))
