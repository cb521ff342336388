from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.predictions import Predictions
from include.evaluation.judged import Judged, judge
from include.evaluation.row_losses import loss_of, row_losses
from include.evaluation.scores import score
from tests.specs import a_spec


def of_numbers() -> Judged:
    rng = np.random.default_rng(7)
    spec = a_spec(task="regression", training={"estimator": "sklearn.linear_model.Ridge"})
    return judge(spec, pd.DataFrame({"left": rng.normal(size=50)}), Predictions(rng.normal(size=50)))


def of_classes(count: int, *, probabilities: bool = True) -> Judged:
    rng = np.random.default_rng(7)
    classes = np.array(["a", "b", "c"])[:count]
    chances = rng.dirichlet(np.ones(count), 60)
    said = Predictions(classes[chances.argmax(axis=1)], chances if probabilities else None, classes)
    spec = a_spec(task="binary" if count == 2 else "multiclass")
    # More rows than classes that the model knows: of three it knows all, and one row in ten is of another.
    return judge(spec, pd.DataFrame({"left": rng.choice(classes, 60)}), said)


@pytest.mark.parametrize(
    ("metric", "judged"),
    [
        ("mean_absolute_error", of_numbers()),
        ("brier_score", of_classes(2)),
        ("brier_score", of_classes(3)),
        ("log_loss", of_classes(2)),
        ("log_loss", of_classes(3)),
    ],
)
def test_the_mean_of_what_rows_add_is_the_metric_as_scikit_learn_computes_it(metric: str, judged: Judged) -> None:
    assert loss_of(metric, judged) == metric
    assert row_losses(metric, judged).mean() == pytest.approx(score(metric, judged))


def test_squared_errors_stand_for_their_root_and_wrong_classes_for_the_right_ones() -> None:
    numbers, classes = of_numbers(), of_classes(3)
    squared, wrong = loss_of("root_mean_squared_error", numbers), loss_of("accuracy", classes)
    assert np.sqrt(row_losses(squared, numbers).mean()) == pytest.approx(score("root_mean_squared_error", numbers))
    assert 1 - row_losses(wrong, classes).mean() == pytest.approx(score("accuracy", classes))


@pytest.mark.parametrize(
    ("metric", "judged", "loss"),
    [
        ("r2", of_numbers(), "mean_squared_error"),
        ("median_absolute_error", of_numbers(), "mean_absolute_error"),
        ("value_per_1000", of_numbers(), "mean_absolute_error"),
        ("roc_auc", of_classes(2), "brier_score"),
        ("roc_auc", of_classes(2, probabilities=False), "error_rate"),
    ],
)
def test_what_needs_many_rows_is_stood_for_by_what_needs_few(metric: str, judged: Any, loss: str) -> None:
    assert loss_of(metric, judged) == loss
    assert len(row_losses(loss, judged)) == len(judged)
