from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics
from sklearn.svm import LinearSVC

from include.domain.errors import SpecError
from include.domain.metric import DECIDING, metrics_of
from include.domain.predictions import Predictions
from include.training.scoring import check_is_scorable, score, tuning_metric
from tests.include.training.examples import churn

RNG = np.random.default_rng(3)
CLASSES = np.array(["no", "yes"])
TRUTH = RNG.choice(CLASSES, 300)
YES = np.clip(0.5 + 0.3 * (TRUTH == "yes") - 0.15 + RNG.normal(0, 0.2, 300), 0.01, 0.99)
SAID = Predictions(np.where(YES > 0.5, "yes", "no"), np.column_stack([1 - YES, YES]), CLASSES)

COLOURS = np.array(["blue", "green", "red"])
TRUE_COLOURS = RNG.choice(COLOURS, 300)
OF_COLOURS = RNG.dirichlet([1, 1, 1], 300)
SAID_COLOURS = Predictions(COLOURS[OF_COLOURS.argmax(axis=1)], OF_COLOURS, COLOURS)


def test_scores_of_two_classes_are_those_of_scikit_learn() -> None:
    is_yes, said_yes = TRUTH == "yes", SAID.values == "yes"
    expected = {
        "log_loss": metrics.log_loss(is_yes, YES),
        "brier_score": metrics.brier_score_loss(is_yes, YES),
        "roc_auc": metrics.roc_auc_score(is_yes, YES),
        "average_precision": metrics.average_precision_score(is_yes, YES),
        "accuracy": metrics.accuracy_score(is_yes, said_yes),
        "balanced_accuracy": metrics.balanced_accuracy_score(is_yes, said_yes),
        "f1": metrics.f1_score(is_yes, said_yes),
        "precision": metrics.precision_score(is_yes, said_yes),
        "recall": metrics.recall_score(is_yes, said_yes),
    }
    assert {name: score(name, TRUTH, SAID) for name in expected} == pytest.approx(expected)
    assert set(expected) == {metric.name for metric in metrics_of("binary")}


def test_scores_of_many_classes_are_those_of_scikit_learn() -> None:
    expected = {
        "log_loss": metrics.log_loss(TRUE_COLOURS, OF_COLOURS),
        "brier_score": metrics.brier_score_loss(TRUE_COLOURS, OF_COLOURS),
        "roc_auc": metrics.roc_auc_score(TRUE_COLOURS, OF_COLOURS, multi_class="ovr"),
        "accuracy": metrics.accuracy_score(TRUE_COLOURS, SAID_COLOURS.values),
        "balanced_accuracy": metrics.balanced_accuracy_score(TRUE_COLOURS, SAID_COLOURS.values),
        "f1": metrics.f1_score(TRUE_COLOURS, SAID_COLOURS.values, average="macro"),
        "precision": metrics.precision_score(TRUE_COLOURS, SAID_COLOURS.values, average="macro"),
        "recall": metrics.recall_score(TRUE_COLOURS, SAID_COLOURS.values, average="macro"),
    }
    assert {name: score(name, TRUE_COLOURS, SAID_COLOURS) for name in expected} == pytest.approx(expected)
    assert set(expected) == {metric.name for metric in metrics_of("multiclass")}


def test_scores_of_numbers_are_those_of_arithmetic() -> None:
    truth, said = np.array([1.0, 2.0, 6.0]), Predictions(np.array([1.0, 4.0, 3.0]))
    expected = {
        "mean_absolute_error": 5 / 3,
        "root_mean_squared_error": np.sqrt(13 / 3),
        "median_absolute_error": 2.0,
        "r2": 1 - 13 / 14,
    }
    assert {name: score(name, truth, said) for name in expected} == pytest.approx(expected)
    assert set(expected) == {metric.name for metric in metrics_of("regression")}


def test_the_last_class_is_the_positive_one() -> None:
    turned = Predictions(SAID.values, SAID.probabilities[:, ::-1], CLASSES[::-1])  # type: ignore[index]
    assert score("recall", TRUTH, turned) == pytest.approx(np.mean(SAID.values[TRUTH == "no"] == "no"))
    assert score("log_loss", TRUTH, turned) == pytest.approx(score("log_loss", TRUTH, SAID))


def test_a_class_that_training_never_saw_was_given_no_probability() -> None:
    truth = np.array(["maybe", "yes"])
    said = Predictions(np.array(["yes", "yes"]), np.array([[0.0, 1.0], [0.0, 1.0]]), CLASSES)
    assert score("log_loss", truth, said) == pytest.approx(-np.log(np.finfo(float).eps) / 2)
    assert score("accuracy", truth, said) == 0.5
    violet = Predictions(np.array(["red"]), np.array([[0.2, 0.3, 0.5]]), COLOURS)
    assert score("brier_score", np.array(["violet"]), violet) == pytest.approx(0.04 + 0.09 + 0.25 + 1)


def test_a_metric_that_needs_probabilities_is_refused_before_any_fit() -> None:
    spec = churn("sklearn.svm.LinearSVC")
    with pytest.raises(SpecError) as caught:
        check_is_scorable(spec, LinearSVC())
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "gates.beats_champion.metric",
        "gates.beats_baseline.metric",
    ]


def test_an_estimator_without_probabilities_is_fine_where_none_are_asked_for() -> None:
    asked = {"beats_champion": {"metric": "accuracy"}, "beats_baseline": {"metric": "log_loss"}}
    spec = churn("sklearn.svm.LinearSVC").model_copy(update={"gates": churn().gates.model_validate(asked)})
    with pytest.raises(SpecError) as caught:
        check_is_scorable(spec, LinearSVC())
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["gates.beats_baseline.metric"]


def test_the_search_is_steered_by_what_decides_unless_the_spec_says_otherwise() -> None:
    space = {"C": {"kind": "float", "low": 0.1, "high": 1}}
    assert tuning_metric(churn(tuning={"space": space})) == DECIDING["binary"]
    assert tuning_metric(churn(tuning={"space": space, "metric": "roc_auc"})) == "roc_auc"
