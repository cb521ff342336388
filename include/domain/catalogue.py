"""Catalogue: every observation of a model that a bound may ask for, by the shape of its name.

A name that is not here is observed by nobody, and a bound on it would block for ever. What a shape leaves open stands
in angle brackets: ``<metric>`` is one of the task, ``<column>`` a column of the clean data, ``<value>`` one of its
values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from include.domain.metric import METRICS, Task, metrics_of
from include.domain.record import Record
from include.domain.requirement import (
    CHAMPIONS,
    HOLDOUT_IN_CHALLENGER_TRAINING,
    HOLDOUT_IN_CHAMPION_TRAINING,
    HOLDOUT_ROWS,
    SLICES_TOO_SMALL,
    improvement_name,
    staleness_name,
)

_ALL: tuple[Task, ...] = ("binary", "multiclass", "regression")
_PATTERNS = {
    "<metric>": r"(?P<metric>\w+)",
    "<column>": r"(?P<column>.+?)",
    "<value>": r"(?P<value>.+)",
    "<feature>": r"(?P<feature>.+)",
}


class Shape(Record):
    """A name, or many that differ in a part.

    Parameters
    ----------
    text : str
        The name, with angle brackets around what differs.
    tasks : tuple of str
        Tasks whose evaluation observes it.
    needs : str
        Field of the spec without which nobody observes it; empty if there is none.
    """

    text: str
    tasks: tuple[Task, ...] = _ALL
    needs: str = ""


class Asked(Record):
    """A name as its shape explains it.

    Parameters
    ----------
    shape : Shape
    metric, column, value, feature : str or None
        What stands for the parts in angle brackets.
    """

    shape: Shape
    metric: str | None = None
    column: str | None = None
    value: str | None = None
    feature: str | None = None

    @property
    def head(self) -> str:
        """The name without what differs."""
        return self.shape.text.partition(".<")[0]


FAIRNESS = (
    "demographic_parity_difference",
    "demographic_parity_ratio",
    "equalized_odds_difference",
    "equalized_odds_ratio",
)
"""How differently a model treats the groups of a column."""

GROUP_RATES = ("selection_rate", "true_positive_rate", "false_positive_rate")
"""What is seen of every group by itself."""

DECISION_THRESHOLD = "decision_threshold"
CALIBRATION = ("calibration.error", "calibration.slope", "calibration.intercept")
MODEL_BYTES = "model_bytes"
ONE_ROW, THOUSAND_ROWS = "predict_seconds.one_row", "predict_seconds.1000_rows"
WITHOUT_FEATURE, UNSEEN_CATEGORY = "robustness.missing", "robustness.unseen_category"
NOISE = "robustness.noise"
"""What is told of decisions, probabilities, cost of use, and of rows that are worse than those of training."""

SLICE = "slice"
WORST_SLICE = "worst_slice"
WORST_SLICE_GAP = "worst_slice_gap"
_SLICES = "evaluation.slices"


def worse_slices_name(rival: str, metric: str) -> str:
    """Return the name under which slices are counted that are surely worse than a rival, or than the rest.

    Examples
    --------
    >>> worse_slices_name("baseline", "brier_score")
    'slices_worse_than_baseline.brier_score'
    """
    return f"slices_worse_than_{rival}.{metric}"


def worst_slice_improvement_name(rival: str, metric: str) -> str:
    """Return the name under which the least gain of all slices is observed.

    Examples
    --------
    >>> worst_slice_improvement_name("champion", "brier_score")
    'improvement_over_champion.worst_slice.brier_score'
    """
    return improvement_name(rival, f"{WORST_SLICE}.{metric}")


SHAPES = (
    *(Shape(text=f"{name}.<column>", tasks=("binary",)) for name in FAIRNESS),
    *(Shape(text=f"{name}.<column>:<value>", tasks=("binary",)) for name in GROUP_RATES),
    Shape(text=f"{SLICE}.<metric>.<column>:<value>", needs=_SLICES),
    *(Shape(text=f"{name}.<metric>", needs=_SLICES) for name in (WORST_SLICE, WORST_SLICE_GAP)),
    *(Shape(text=worse_slices_name(other, "<metric>"), needs=_SLICES) for other in ("rest", "baseline", "champion")),
    *(Shape(text=worst_slice_improvement_name(rival, "<metric>"), needs=_SLICES) for rival in ("baseline", "champion")),
    Shape(text=SLICES_TOO_SMALL, needs=_SLICES),
    *(Shape(text=improvement_name(rival, "<metric>")) for rival in ("baseline", "champion", "simpler")),
    Shape(text=improvement_name("half", "<metric>"), tasks=("binary",), needs="value"),
    Shape(text=DECISION_THRESHOLD, tasks=("binary",), needs="value"),
    Shape(text=staleness_name("<metric>")),
    *(Shape(text=name, tasks=("binary",)) for name in CALIBRATION),
    *(Shape(text=name) for name in (MODEL_BYTES, ONE_ROW, THOUSAND_ROWS, NOISE)),
    *(Shape(text=f"{name}{part}") for name in (WITHOUT_FEATURE, UNSEEN_CATEGORY) for part in ("", ".<feature>")),
    *(
        Shape(text=name)
        for name in (HOLDOUT_ROWS, CHAMPIONS, HOLDOUT_IN_CHALLENGER_TRAINING, HOLDOUT_IN_CHAMPION_TRAINING)
    ),
    *(Shape(text=metric.name, tasks=metric.tasks) for metric in METRICS.values()),
)
"""What a model's evaluation and its comparison with the champion observe."""

UNSLICED = ("median_absolute_error",)
"""Metrics that change in jumps, and have no spread of a slice that could be told from its rows."""


def asked_by(name: str) -> Asked | None:
    """Return what a name asks for, or None if it has no shape of the catalogue.

    Examples
    --------
    >>> asked_by("equalized_odds_ratio.sex").column
    'sex'
    >>> asked_by("worst_slice.log_loss").metric
    'log_loss'
    >>> asked_by("parity.sex") is None
    True
    """
    for shape in SHAPES:
        found = re.fullmatch(_pattern(shape.text), name)
        if found and found.groupdict().get("metric", next(iter(METRICS))) in METRICS:
            return Asked(shape=shape, **found.groupdict())
    return None


def names_like(name: str, task: Task) -> Iterator[str]:
    """Yield the names that somebody may have meant who wrote this one: a column or value is taken as it was written."""
    _, _, tail = name.partition(".")
    for shape in SHAPES:
        if task not in shape.tasks or "<feature>" in shape.text:
            continue
        if "<column>" not in shape.text:
            for metric in metrics_of(task):
                yield shape.text.replace("<metric>", metric.name)
                if "<metric>" not in shape.text:
                    break
        elif tail and "<metric>" not in shape.text and (":" in tail) == (":" in shape.text):
            yield f"{shape.text.partition('.<')[0]}.{tail}"


@cache
def _pattern(text: str) -> str:
    pattern = re.escape(text)
    for part, expression in _PATTERNS.items():
        pattern = pattern.replace(re.escape(part), expression)
    return pattern
