"""The outcome: what kind of prediction a target asks for, and which of two classes is the one to look for."""

from __future__ import annotations

from dataclasses import dataclass

from include.domain.errors import DataError
from include.domain.metric import Task
from include.drafting.column import Column

MOST_CLASSES = 50
MOST_WHOLE_NUMBERS_AS_CLASSES = 10
RARE = 0.05


@dataclass(frozen=True)
class Outcome:
    """What is predicted.

    Parameters
    ----------
    task : {'binary', 'multiclass', 'regression'}
    because : str
        What in the target says so.
    rows : int
        Rows with a known target.
    classes : tuple of str, int, float or bool
        The most frequent first; empty for regression.
    positive : str, int, float, bool or None
        The rarer of two classes.
    rarest : int
        Rows of the rarest class; 0 for regression.
    doubt : str
        What a person should decide; empty if the target leaves no choice.
    """

    task: Task
    because: str
    rows: int
    classes: tuple[str | int | float | bool, ...] = ()
    positive: str | int | float | bool | None = None
    rarest: int = 0
    doubt: str = ""

    @property
    def is_rare(self) -> bool:
        """Whether the class to look for is in less than one of twenty rows."""
        return self.task == "binary" and self.rarest < RARE * self.rows


def infer_outcome(target: Column) -> Outcome:
    """Infer the task from the target.

    Two different values are two classes; text and truth values are classes; at most ten whole numbers without a gap
    between them look like classes too; anything else is an amount.

    Raises
    ------
    DataError
        If there is nothing to predict, or if the target is neither classes nor an amount.
    """
    distinct = target.distinct
    if target.kind == "empty":
        raise DataError(f"target {target.name!r} has no value in any row: choose another, or compute it first")
    if distinct == 1:
        only = target.plain(target.counts.index[0])
        raise DataError(f"target {target.name!r} is {only!r} in every row: there is nothing to predict")
    if target.kind == "moment":
        raise DataError(
            f"target {target.name!r} holds dates: predict how long something takes (a cleaning step derive), not when"
        )
    known = target.rows - target.nulls
    if target.is_numeric and distinct > 2 and not _looks_like_classes(target):
        return Outcome("regression", f"{target.name} is a number with {distinct:,} different values", known)
    if distinct > MOST_CLASSES:
        raise DataError(
            f"target {target.name!r} has {distinct:,} different texts: neither an amount nor a few classes; "
            "choose another, or put them into groups first (a cleaning step map_values or label)"
        )
    classes = tuple(target.plain(value) for value in target.counts.index)
    rarest = int(target.counts.iloc[-1])
    if distinct == 2:
        because = f"{target.name} has two values; the rarer one is in {rarest / known:.1%} of the rows"
        return Outcome("binary", because, known, classes, classes[-1], rarest)
    doubt = ""
    if target.is_numeric:
        doubt = (
            f"{target.name} is a whole number with {distinct} different values: drafted as classes; if 4 is twice as "
            "much as 2, write task: regression and an estimator for it"
        )
    return Outcome("multiclass", f"{target.name} has {distinct} different values", known, classes, None, rarest, doubt)


def _looks_like_classes(target: Column) -> bool:
    if target.kind != "integer" or target.distinct > MOST_WHOLE_NUMBERS_AS_CLASSES:
        return False
    values = sorted(target.counts.index)
    return bool(values[-1] - values[0] + 1 == len(values) and values[0] >= 0)
