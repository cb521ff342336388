from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from include.domain.evidence import Observation
from include.domain.metric import METRICS, metrics_of
from include.domain.predictions import Predictions
from include.evaluation.judged import Judged, clusters_in, judge
from include.evaluation.measured import measured
from include.evaluation.metrics import observe_metrics
from include.evaluation.scores import score
from tests.include.evaluation.rows import Binary, holdout_of, said, spec_for


def multiclass(rows: int, seed: int = 3, classes: int = 3) -> tuple[np.ndarray, Predictions]:
    rng = np.random.default_rng(seed)
    names = np.array([f"class {i}" for i in range(classes)])
    chances = rng.dirichlet(np.ones(classes), rows)
    truth = np.array([rng.choice(classes, p=chance) for chance in chances])
    blurred = 0.8 * chances + 0.2 / classes
    return names[truth], said(blurred, names)


def judged_rows(task: str, rows: int = 300) -> Judged:
    if task == "binary":
        made = Binary(rows)
        return judge(spec_for(task), made.holdout, made.model(0.7))
    if task == "multiclass":
        truth, predicted = multiclass(rows)
        return judge(spec_for(task), holdout_of(truth), predicted)
    rng = np.random.default_rng(5)
    truth = rng.normal(50, 10, rows)
    return judge(spec_for(task), holdout_of(truth), Predictions(truth + rng.normal(0, 3, rows)))


def observe(task: str, judged: Judged) -> dict[str, Observation]:
    rows = holdout_of(np.zeros(len(judged)))
    spec = spec_for(task)
    seen = observe_metrics(spec, judged, clusters_in(spec, rows), rng=np.random.default_rng(7))
    return {observation.name: observation for observation in seen}


CASES = [(task, metric.name) for task in ("binary", "multiclass", "regression") for metric in metrics_of(task)]


@pytest.mark.parametrize(("task", "metric"), CASES)
def test_the_statistic_that_is_drawn_again_is_the_metric_itself(task: str, metric: str) -> None:
    judged = judged_rows(task)
    assert measured(metric, judged).value() == pytest.approx(score(metric, judged), abs=1e-12)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_every_metric_of_the_task_is_seen_with_unit_rows_and_interval(task: str) -> None:
    seen = observe(task, judged_rows(task))
    assert list(seen) == [metric.name for metric in metrics_of(task)]
    for name, observation in seen.items():
        assert observation.n == 300
        assert observation.unit == METRICS[name].unit.replace("target", "y")
        assert observation.interval is not None
        assert observation.value is not None
        assert observation.interval.low < observation.value < observation.interval.high
        assert observation.interval.confidence == 0.95


def test_values_are_scikit_learns() -> None:
    made = Binary(200)
    model = made.model(0.7)
    assert model.probabilities is not None
    positive, chance = made.target == "yes", model.probabilities[:, 1]
    judged = judge(spec_for("binary"), made.holdout, model)
    expected = {
        "log_loss": metrics.log_loss(positive, chance),
        "brier_score": metrics.brier_score_loss(positive, chance),
        "roc_auc": metrics.roc_auc_score(positive, chance),
        "average_precision": metrics.average_precision_score(positive, chance),
        "accuracy": metrics.accuracy_score(made.target, model.values),
        "balanced_accuracy": metrics.balanced_accuracy_score(made.target, model.values),
        "f1": metrics.f1_score(made.target, model.values, pos_label="yes"),
        "precision": metrics.precision_score(made.target, model.values, pos_label="yes"),
        "recall": metrics.recall_score(made.target, model.values, pos_label="yes"),
    }
    for name, value in expected.items():
        assert score(name, judged) == pytest.approx(value, abs=1e-12), name


def test_the_last_class_of_the_model_is_the_positive_one() -> None:
    truth = np.array(["a", "b", "b", "a"])
    chances = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]])
    for classes, order in ((np.array(["a", "b"]), [0, 1]), (np.array(["b", "a"]), [1, 0])):
        judged = judge(spec_for("binary"), holdout_of(truth), said(chances[:, order], classes))
        assert score("recall", judged) == metrics.recall_score(
            truth, said(chances, np.array(["a", "b"])).values, pos_label=classes[1]
        )


def test_a_certain_model_that_is_wrong_has_a_finite_log_loss() -> None:
    sure = said(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array(["no", "yes"]))
    judged = judge(spec_for("binary"), holdout_of(np.array(["no", "no"])), sure)
    assert score("log_loss", judged) == pytest.approx(-np.log(np.finfo(float).eps) / 2)
    assert measured("log_loss", judged).value() == pytest.approx(score("log_loss", judged))


def test_a_class_that_the_model_does_not_know_was_given_no_chance() -> None:
    truth, predicted = multiclass(100)
    truth[:4] = "unheard of"
    judged = judge(spec_for("multiclass"), holdout_of(truth), predicted)
    assert score("log_loss", judged) > 4 * 36 / 100
    for metric in metrics_of("multiclass"):
        assert measured(metric.name, judged).value() == pytest.approx(score(metric.name, judged), abs=1e-12)


def test_what_a_model_without_probabilities_cannot_answer_says_so() -> None:
    made = Binary(100)
    model = made.model(0.7)
    judged = judge(spec_for("binary"), made.holdout, Predictions(model.values, classes=model.classes))
    seen = observe("binary", judged)
    assert seen["log_loss"].value is None
    assert seen["log_loss"].detail == "the model gives no probabilities"
    assert seen["accuracy"].value is not None


def test_missing_predictions_leave_every_metric_unseen() -> None:
    judged = judge(spec_for("regression"), holdout_of(np.arange(50.0)), Predictions(np.full(50, np.nan)))
    for observation in observe("regression", judged).values():
        assert observation.value is None
        assert observation.interval is None
        assert "50 of 50 predictions are missing" in observation.detail


def test_rows_of_one_class_have_no_ranking() -> None:
    chances = np.random.default_rng(1).dirichlet([1, 1], 60)
    judged = judge(spec_for("binary"), holdout_of(np.array(["no"] * 60)), said(chances, np.array(["no", "yes"])))
    seen = observe("binary", judged)
    assert (seen["roc_auc"].value, seen["average_precision"].value) == (None, None)
    assert "not defined" in seen["roc_auc"].detail
    assert seen["log_loss"].value is not None


def test_a_constant_target_has_no_r2() -> None:
    judged = judge(spec_for("regression"), holdout_of(np.ones(50)), Predictions(np.linspace(0, 2, 50)))
    seen = observe("regression", judged)
    assert seen["r2"].value is None
    assert seen["mean_absolute_error"].value is not None


def test_an_empty_holdout_has_no_metrics() -> None:
    judged = judge(spec_for("regression"), holdout_of(np.empty(0)), Predictions(np.empty(0)))
    for observation in observe("regression", judged).values():
        assert (observation.value, observation.n, observation.detail) == (None, 0, "the holdout is empty")
