from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import DataError, SpecError
from include.training.target import check_classes, class_order, target_values
from tests.specs import a_spec

REGRESSION = a_spec(task="regression", training={"estimator": "sklearn.linear_model.Ridge"})


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Series(["b", "a"], dtype="str"), ["b", "a"]),
        (pd.Series(["b", "a"], dtype="category"), ["b", "a"]),
        (pd.Series([1, 0]), [1, 0]),
        (pd.Series([1.0, 0.0]), [1, 0]),
        (pd.Series([1, 0], dtype="Int64"), [1, 0]),
        (pd.Series([True, False]), [True, False]),
        (pd.Series([True, False], dtype=object), [True, False]),
    ],
)
def test_labels_keep_what_they_say_and_lose_how_it_was_stored(column: pd.Series, expected: list[Any]) -> None:
    found = target_values(a_spec(), column)
    assert found.tolist() == expected
    assert found.dtype.kind in "Uib"


def test_fractions_are_no_classes() -> None:
    with pytest.raises(DataError, match=r"got .*0\.5.*: is this a regression model"):
        target_values(a_spec(), pd.Series([0.5, 1.0], name="left"))


def test_numbers_are_learned_as_float() -> None:
    assert target_values(REGRESSION, pd.Series([1, 2])).dtype == np.float64


@pytest.mark.parametrize("column", [pd.Series(["a"]), pd.Series([np.inf]), pd.Series([1.0, np.nan])])
def test_what_is_no_number_cannot_be_regressed_on(column: pd.Series) -> None:
    with pytest.raises(DataError, match="target"):
        target_values(REGRESSION, column.rename("left"))


@pytest.mark.parametrize(
    ("labels", "positive", "expected"),
    [
        (["no", "yes"], None, ["no", "yes"]),
        (["no", "yes"], "no", ["yes", "no"]),
        ([0, 1], 0, [1, 0]),
        ([0, 1], "1", [0, 1]),
        ([False, True], False, [True, False]),
    ],
)
def test_the_positive_class_stands_last(labels: list[Any], positive: Any, expected: list[Any]) -> None:
    spec = a_spec(data={"positive": positive})
    assert class_order(spec, np.array(labels * 3)).tolist() == expected


def test_a_positive_class_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(SpecError, match=r"data\.positive: 'Yes' is no class of 'left': did you mean 'yes'"):
        class_order(a_spec(data={"positive": "Yes"}), np.array(["no", "yes"]))


@pytest.mark.parametrize(
    ("task", "labels", "fits"),
    [
        ("binary", ["a", "b"], True),
        ("binary", ["a", "a"], False),
        ("binary", ["a", "b", "c"], False),
        ("multiclass", ["a", "b", "c"], True),
        ("multiclass", ["a"], False),
    ],
)
def test_a_task_has_as_many_classes_as_it_says(task: str, labels: list[str], *, fits: bool) -> None:
    spec = a_spec(task=task)
    if fits:
        check_classes(spec, np.array(labels))
    else:
        with pytest.raises(DataError, match=f"a {task} model needs two classes"):
            check_classes(spec, np.array(labels))
