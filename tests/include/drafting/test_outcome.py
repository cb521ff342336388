from __future__ import annotations

import pandas as pd
import pytest

from include.domain.errors import DataError
from include.drafting.outcome import infer_outcome
from tests.include.drafting.frames import column


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["yes", "no"] * 10, "binary"),
        ([0, 1, 1] * 10, "binary"),
        ([0.0, 1.0, None] * 10, "binary"),
        ([True, False] * 10, "binary"),
        (["a", "b", "c"] * 10, "multiclass"),
        ([1, 2, 3, 4, 5] * 10, "multiclass"),
        ([0.1, 0.2, 0.3] * 10, "regression"),
        ([3, 7, 19] * 10, "regression"),
        ([-1, 0, 1] * 10, "regression"),
        (list(range(40)), "regression"),
    ],
)
def test_the_task_follows_from_the_target(values: list[object], task: str) -> None:
    assert infer_outcome(column(values)).task == task


def test_the_rarer_class_is_the_one_to_look_for() -> None:
    outcome = infer_outcome(column(["good"] * 7 + ["bad"] * 3))
    assert (outcome.positive, outcome.classes, outcome.rarest) == ("bad", ("good", "bad"), 3)
    assert not outcome.is_rare


def test_whole_numbers_with_gaps_are_still_whole() -> None:
    outcome = infer_outcome(column([0.0] * 98 + [1.0, None]))
    assert outcome.positive == 1
    assert isinstance(outcome.positive, int)
    assert outcome.is_rare


def test_few_whole_numbers_leave_a_doubt() -> None:
    assert "write task: regression" in infer_outcome(column([3, 4, 5, 6] * 10, "quality")).doubt
    assert infer_outcome(column(["a", "b", "c"] * 10)).doubt == ""


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([None, None], "has no value in any row"),
        ([7, 7, 7], "is 7 in every row: there is nothing to predict"),
        ([f"text {i}" for i in range(200)], "has 200 different texts"),
        (pd.to_datetime(["2024-01-01", "2024-01-02"], utc=True), "holds dates"),
    ],
)
def test_what_cannot_be_predicted_is_refused(values: object, message: str) -> None:
    with pytest.raises(DataError, match=f"target 'y' {message}"):
        infer_outcome(column(values, "y"))
