from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from include.statistics.counts import Rate, balanced_accuracy, binary_rate, macro_rate

NOBODY = np.zeros(4, dtype=np.intp)
SOME = np.array([1, 0, 1, 0])


@pytest.mark.parametrize("rate", ["recall", "precision", "f1"])
@pytest.mark.parametrize(("truth", "said"), [(SOME, NOBODY), (NOBODY, SOME), (NOBODY, NOBODY)])
def test_what_cannot_be_found_is_a_rate_of_zero(rate: Rate, truth: np.ndarray, said: np.ndarray) -> None:
    assert binary_rate(rate, truth, said).value() == 0


@pytest.mark.parametrize("rate", ["recall", "precision", "f1"])
def test_a_class_that_is_never_said_counts_as_missed_and_one_that_is_nowhere_not_at_all(rate: Rate) -> None:
    truth, said = np.array([0, 0, 1, 2]), np.array([0, 0, 1, 1])
    expected = getattr(metrics, f"{rate}_score")(truth, said, average="macro", zero_division=0.0)
    assert macro_rate(rate, truth, said, classes=4).value() == pytest.approx(expected)


def test_a_class_that_no_row_is_of_does_not_balance() -> None:
    truth, said = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1])
    assert balanced_accuracy(truth, said, classes=3).value() == 0.75


def test_a_class_of_one_row_is_balanced_as_any_other() -> None:
    truth, said = np.array([0, 0, 1]), np.array([0, 1, 1])
    assert balanced_accuracy(truth, said, classes=2).value() == metrics.balanced_accuracy_score(truth, said)


def test_the_recall_of_a_single_row_does_not_change_with_its_weight() -> None:
    assert binary_rate("recall", np.array([1, 0, 0]), np.array([1, 0, 0])).influence() == pytest.approx(np.zeros(3))
