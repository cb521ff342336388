from __future__ import annotations

import numpy as np
import pytest

from include.domain.errors import DataError
from include.domain.predictions import Predictions


def test_a_prediction_stands_for_every_row() -> None:
    assert len(Predictions(values=np.array([1.0, 2.0]))) == 2
    with pytest.raises(DataError, match="one prediction for every row"):
        Predictions(values=np.zeros((2, 1)))


def test_every_column_of_probabilities_has_its_class() -> None:
    values = np.array(["no", "yes"])
    with pytest.raises(
        DataError, match=r"^probabilities without classes: nobody knows which column stands for which class$"
    ):
        Predictions(values=values, probabilities=np.full((2, 2), 0.5))
    with pytest.raises(DataError, match=r"expected probabilities of shape \(2, 3\)"):
        Predictions(values=values, probabilities=np.full((2, 2), 0.5), classes=np.array(["no", "yes", "maybe"]))


def test_chosen_rows_keep_their_predictions_and_the_classes() -> None:
    whole = Predictions(
        np.array(["no", "yes", "no"]), np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), np.array(["no", "yes"])
    )
    chosen = whole.where(np.array([True, False, True]))
    assert chosen.values.tolist() == ["no", "no"]
    assert chosen.probabilities is not None
    assert chosen.probabilities.tolist() == [[0.9, 0.1], [0.6, 0.4]]
    assert chosen.classes is not None
    assert chosen.classes.tolist() == ["no", "yes"]
    assert len(chosen) == 2
    numbers = Predictions(np.array([1.0, 2.0])).where(np.array([False, True]))
    assert (numbers.values.tolist(), numbers.probabilities, numbers.classes) == ([2.0], None, None)


def test_a_choice_among_other_rows_is_refused() -> None:
    with pytest.raises(DataError, match=r"^1,000 predictions for 2 rows: they are not of the same rows$"):
        Predictions(np.zeros(1000)).where(np.array([True, False]))


def test_a_threshold_decides_anew_from_the_same_probabilities() -> None:
    chances = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8]])
    usual = Predictions(np.array(["no", "no", "yes"]), chances, np.array(["no", "yes"]))
    bold = usual.at(0.3)
    assert bold.values.tolist() == ["no", "yes", "yes"]
    assert (bold.threshold, bold.probabilities is chances) == (0.3, True)
    assert usual.at(0.9).values.tolist() == ["no", "no", "no"]


@pytest.mark.parametrize(
    "unfit",
    [
        Predictions(np.array([1.0, 2.0])),
        Predictions(np.array(["no", "yes"]), classes=np.array(["no", "yes"])),
        Predictions(np.array(["a"]), np.array([[0.5, 0.3, 0.2]]), np.array(["a", "b", "c"])),
    ],
)
def test_a_threshold_needs_the_probabilities_of_two_classes(unfit: Predictions) -> None:
    told = "^a threshold decides between two classes by their probabilities, and there are none$"
    with pytest.raises(DataError, match=told):
        unfit.at(0.5)


def test_who_answered_goes_with_the_rows() -> None:
    whole = Predictions(np.array([1.0, 2.0, 3.0]), served_by=np.array(["member", "pooled", "member"]))
    last, first = whole.where(np.array([False, True, True])), whole.between(0, 2)
    assert last.served_by is not None
    assert first.served_by is not None
    assert (last.values.tolist(), last.served_by.tolist()) == ([2.0, 3.0], ["pooled", "member"])
    assert (first.values.tolist(), first.served_by.tolist()) == ([1.0, 2.0], ["member", "pooled"])
    with pytest.raises(DataError, match="3 predictions, and who gave 1 of them"):
        Predictions(np.zeros(3), served_by=np.array(["member"]))


def test_neighbouring_rows_keep_their_predictions() -> None:
    chances = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]])
    whole = Predictions(np.array(["no", "yes", "no", "yes"]), chances, np.array(["no", "yes"]))
    some = whole.between(1, 3)
    assert some.values.tolist() == ["yes", "no"]
    assert some.probabilities is not None
    assert some.probabilities.tolist() == [[0.2, 0.8], [0.6, 0.4]]
