from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import DataError
from include.domain.predictions import Predictions
from include.evaluation.judged import clusters_in, judge
from tests.include.evaluation.rows import holdout_of, said, spec_for

HALVES = np.full((3, 2), 0.5)


@pytest.mark.parametrize(
    ("target", "classes"),
    [
        (np.array(["no", "yes", "no"]), np.array(["no", "yes"])),
        (pd.Series(["no", "yes", "no"], dtype="category").to_numpy(), np.array(["no", "yes"])),
        (np.array([0, 1, 0]), np.array([0, 1])),
        (np.array([0.0, 1.0, 0.0]), np.array([0, 1])),
        (pd.array([0, 1, 0], dtype="Int64"), np.array([0, 1])),
        (np.array([False, True, False]), np.array([False, True])),
    ],
)
def test_the_truth_is_found_among_the_classes_in_whatever_type_it_is_kept(target: Any, classes: Any) -> None:
    judged = judge(spec_for("binary"), holdout_of(target), said(HALVES, classes))
    assert judged.truth.tolist() == [0, 1, 0]
    assert judged.problem == ""


def test_the_order_of_the_classes_is_the_models() -> None:
    classes = np.array(["yes", "no"])
    judged = judge(spec_for("binary"), holdout_of(np.array(["no", "yes", "no"])), said(HALVES, classes))
    assert judged.truth.tolist() == [1, 0, 1]


def test_predictions_of_other_rows_are_refused() -> None:
    with pytest.raises(DataError, match="2 predictions for 3 rows"):
        judge(spec_for("regression"), holdout_of(np.ones(3)), Predictions(np.ones(2)))


def test_classes_have_to_be_named() -> None:
    with pytest.raises(DataError, match="without saying which classes"):
        judge(spec_for("binary"), holdout_of(np.array(["no"])), Predictions(np.array(["no"])))


def test_a_target_of_another_kind_is_refused_with_both_kinds() -> None:
    with pytest.raises(DataError, match=r"knows the classes 0, 1, the holdout holds 'no'"):
        judge(spec_for("binary"), holdout_of(np.array(["no"] * 3)), said(HALVES, np.array([0, 1])))
    with pytest.raises(DataError, match="judged by numbers"):
        judge(spec_for("regression"), holdout_of(np.array(["no"])), Predictions(np.ones(1)))


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_prediction_that_is_no_number_cannot_be_judged(wrong: float) -> None:
    numbers = judge(spec_for("regression"), holdout_of(np.ones(3)), Predictions(np.array([1.0, wrong, 2.0])))
    assert numbers.problem == "1 of 3 predictions are missing or infinite"
    halves = HALVES.copy()
    halves[1, 0] = wrong
    target = holdout_of(np.array(["no", "yes", "no"]))
    classes = judge(spec_for("binary"), target, Predictions(np.array(["no"] * 3), halves, np.array(["no", "yes"])))
    assert classes.problem == "1 of 3 predictions are missing or infinite"


@pytest.mark.parametrize("row", [[0.7, 0.7], [-0.2, 1.2], [0.0, 0.0]])
def test_probabilities_that_are_none_cannot_be_judged(row: list[float]) -> None:
    judged = judge(
        spec_for("binary"),
        holdout_of(np.array(["no", "yes"])),
        Predictions(np.array(["no", "no"]), np.array([[0.5, 0.5], row]), np.array(["no", "yes"])),
    )
    assert "of 1 rows are below 0 or do not sum to 1" in judged.problem


def test_a_class_that_the_model_does_not_know_is_no_prediction() -> None:
    said_maybe = Predictions(np.array(["no", "maybe", "no"]), HALVES, np.array(["no", "yes"]))
    assert (
        "1 predictions are no class" in judge(spec_for("binary"), holdout_of(np.array(["no"] * 3)), said_maybe).problem
    )


def test_a_third_class_cannot_be_judged_of_a_binary_model_and_follows_the_known_of_another() -> None:
    holdout = holdout_of(np.array(["no", "new", "yes"]))
    classes = np.array(["no", "yes"])
    assert "has two classes" in judge(spec_for("binary"), holdout, said(HALVES, classes)).problem
    judged = judge(spec_for("multiclass"), holdout, said(HALVES, classes))
    assert (judged.classes, judged.known, judged.problem) == (("no", "yes", "new"), 2, "")
    assert judged.truth.tolist() == [0, 2, 1]


def test_rows_of_one_entity_are_one_cluster_and_rows_of_nobody_stand_alone() -> None:
    holdout = holdout_of(np.ones(5), who=["a", "b", "a", None, None])
    assert clusters_in(spec_for("regression"), holdout).count == 5
    assert clusters_in(spec_for("regression", data={"entity": "who"}), holdout).count == 4
    with pytest.raises(DataError, match="entity 'whom' is no column"):
        clusters_in(spec_for("regression", data={"entity": "whom"}), holdout)
