from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.domain.evidence import Evidence
from include.domain.gate import decide
from include.domain.metric import METRICS
from include.domain.spec import ModelSpec
from tests.specs import a_spec


def model(task: str = "binary", **changed: Any) -> ModelSpec:
    estimator = "sklearn.linear_model.Ridge" if task == "regression" else "sklearn.linear_model.LogisticRegression"
    plain = {
        "name": "churn",
        "owner": "growth",
        "task": task,
        "data": {"source": "a.csv", "target": "y"},
        "training": {"estimator": estimator},
    }
    return ModelSpec.model_validate(plain | changed)


def test_a_spec_survives_json() -> None:
    spec = model(schedule="@daily", cleaning=[{"do": "trim", "columns": ["a"]}], retries={"delay": "90s"})
    assert ModelSpec.model_validate_json(spec.model_dump_json()) == spec


def test_unknown_keys_are_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        model(nmae="x")


@pytest.mark.parametrize("where", ["beats_baseline", "beats_champion"])
@pytest.mark.parametrize("metric", ["r2", "roc_auk"])
def test_a_comparison_asks_for_a_metric_of_the_task(where: str, metric: str) -> None:
    with pytest.raises(ValidationError, match=rf"gates\.{where}\.metric: '{metric}' is no metric of a binary model"):
        model(gates={where: {"metric": metric}})


def test_tuning_asks_for_a_metric_of_the_task() -> None:
    training = {"estimator": "a.B", "tuning": {"metric": "r2", "space": {"c": {"kind": "int", "low": 1, "high": 2}}}}
    with pytest.raises(ValidationError, match=r"training\.tuning\.metric: 'r2' is no metric"):
        model(training=training)


def test_a_bound_on_another_task_s_metric_is_refused_and_on_other_observations_allowed() -> None:
    with pytest.raises(ValidationError, match=r"gates\.bounds\[0\]\.observation: 'r2'"):
        model(gates={"bounds": [{"observation": "r2", "at_least": 0}]})
    model(gates={"bounds": [{"observation": "fit_seconds", "at_most": 60}]})


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_can_be_asked_for_by_its_tasks(name: str) -> None:
    for task in METRICS[name].tasks:
        paid = {"binary": {"false_negative": -1}, "regression": {"under": -1}}
        value = {"unit": "EUR", **paid[task]} if METRICS[name].unit == "value" else None
        assert model(task, value=value, gates={"beats_champion": {"metric": name}}).deciding_metric == name


def test_a_positive_class_needs_two_classes() -> None:
    with pytest.raises(ValidationError, match=r"data\.positive is for task: binary"):
        model("regression", data={"source": "a.csv", "target": "y", "positive": 1})


@pytest.mark.parametrize(("by", "needs"), [("time", "data.time"), ("group", "data.entity")])
def test_a_split_needs_its_column(by: str, needs: str) -> None:
    with pytest.raises(ValidationError, match=f"split.by: {by} needs {needs}"):
        model(training={"estimator": "a.B", "split": {"by": by}})


@pytest.mark.parametrize(("task", "baseline"), [("regression", "prior"), ("binary", "mean"), ("multiclass", "median")])
def test_a_baseline_fits_the_task(task: str, baseline: str) -> None:
    with pytest.raises(ValidationError, match=f"{baseline} does not fit a {task} model"):
        model(task, training={"estimator": "a.B", "baseline": baseline})


@pytest.mark.parametrize(
    ("columns", "split"), [({}, "stratified"), ({"entity": "e"}, "group"), ({"entity": "e", "time": "t"}, "time")]
)
def test_the_split_follows_the_columns(columns: dict[str, str], split: str) -> None:
    assert model(data={"source": "a.csv", "target": "y", **columns}).split_by == split


def test_defaults_follow_the_task() -> None:
    assert (model("regression").deciding_metric, model("regression").baseline) == ("mean_absolute_error", "median")
    assert (model().deciding_metric, model().baseline) == ("brier_score", "prior")


def test_a_label_step_computes_the_target() -> None:
    assert model(cleaning=[{"do": "label", "expression": "a > 1"}]).has_label_step
    assert not model().has_label_step


def test_silence_opens_neither_gate() -> None:
    for gate in (model().data_gate(), model().model_gate()):
        assert decide(gate, Evidence(subject="churn")).outcome == "blocked"


def test_the_bounds_of_the_spec_reach_the_model_gate() -> None:
    gate = model(gates={"bounds": [{"observation": "roc_auc", "at_least": 0.8}]}).model_gate()
    asked = [requirement.observation for requirement in gate.requirements]
    assert asked[:2] == ["holdout_rows_in_challenger_training", "holdout_rows_in_champion_training"]
    assert asked[2:] == ["improvement_over_baseline.brier_score", "improvement_over_champion.brier_score", "roc_auc"]


def test_the_gate_of_the_data_asks_for_rows_checks_and_little_set_aside() -> None:
    spec = a_spec(quality={"rows_at_least": 50, "quarantine": {"at_most_share": 0.2}})
    gate = spec.data_gate()
    assert gate.name == "data"
    assert [(asked.observation, asked.as_text()) for asked in gate.requirements] == [
        ("rows", "at least 50"),
        ("checked_expectations", "at least 1"),
        ("failed_required_expectations", "at most 0"),
        ("quarantined_share", "at most 0.2"),
    ]


def test_the_gate_of_the_model_asks_for_untouched_rows_both_rivals_and_the_bounds() -> None:
    beats = {"beats_baseline": {"metric": "log_loss", "margin": 0.1}, "beats_champion": {"metric": "roc_auc"}}
    gate = a_spec(gates={**beats, "bounds": [{"observation": "f1", "at_least": 0.5}]}).model_gate()
    assert gate.name == "model"
    assert [(asked.observation, asked.as_text()) for asked in gate.requirements] == [
        ("holdout_rows_in_challenger_training", "at most 0"),
        ("holdout_rows_in_champion_training", "at most 0"),
        ("improvement_over_baseline.log_loss", "whole 95% interval above 0.1"),
        ("improvement_over_champion.roc_auc", "whole 95% interval above 0"),
        ("f1", "at least 0.5"),
    ]
    assert [asked.observation for asked in a_spec().model_gate().requirements[2:]] == [
        "improvement_over_baseline.brier_score",
        "improvement_over_champion.brier_score",
    ]


@pytest.mark.parametrize(
    ("task", "fits", "said"),
    [
        ("regression", ("mean", "median"), "prior does not fit a regression model; expected mean or median"),
        ("binary", ("prior", "most_frequent"), "mean does not fit a binary model; expected prior or most_frequent"),
    ],
)
def test_baselines_that_fit_are_taken_and_others_told_which_do(task: str, fits: tuple[str, ...], said: str) -> None:
    training = {"estimator": "sklearn.linear_model.Ridge"}
    for baseline in fits:
        assert a_spec(task=task, training={**training, "baseline": baseline}).baseline == baseline
    wrong = said.partition(" ")[0]
    with pytest.raises(ValidationError) as caught:
        a_spec(task=task, training={**training, "baseline": wrong})
    assert f"training.baseline: {said}" in str(caught.value)


def test_what_a_split_needs_is_said() -> None:
    for by, needs in (("time", "data.time"), ("group", "data.entity")):
        with pytest.raises(ValidationError, match=f"Value error, training.split.by: {by} needs {needs} "):
            a_spec(training={"estimator": "sklearn.linear_model.Ridge", "split": {"by": by}})


def test_an_unknown_metric_is_told_which_there_are() -> None:
    with pytest.raises(ValidationError) as caught:
        a_spec(task="regression", gates={"beats_champion": {"metric": "roc_auc"}})
    known = "mean_absolute_error, root_mean_squared_error, median_absolute_error, r2"
    said = f"gates.beats_champion.metric: 'roc_auc' is no metric of a regression model; expected one of {known}"
    assert said in str(caught.value)


def test_the_metric_of_payoffs_is_among_those_told_only_where_there_are_payoffs() -> None:
    value = {"unit": "EUR", "false_negative": -1}
    for told, block in (("r2, value_per_1000", {"unit": "EUR", "over": -1}), ("r2", None)):
        with pytest.raises(ValidationError) as caught:
            model("regression", value=block, gates={"beats_champion": {"metric": "f1"}})
        assert caught.value.errors()[0]["msg"].endswith(told)
    assert [metric.name for metric in model(value=value).metrics][-1] == "value_per_1000"


def test_a_search_does_not_distract_from_the_metrics_of_the_gates() -> None:
    tuning = {"metric": "log_loss", "space": {"c": {"kind": "int", "low": 1, "high": 2}}}
    with pytest.raises(ValidationError, match=r"gates\.beats_baseline\.metric: 'r2' is no metric"):
        model(training={"estimator": "a.B", "tuning": tuning}, gates={"beats_baseline": {"metric": "r2"}})


@pytest.mark.parametrize(
    ("observation", "metric"),
    [
        ("improvement_over_simpler.r2", "r2"),
        ("improvement_over_half.r2", "r2"),
        ("improvement_over_simpler.worst_slice.log_loss", "worst_slice.log_loss"),
    ],
)
def test_a_bound_on_another_comparison_asks_for_a_metric_of_the_task(observation: str, metric: str) -> None:
    with pytest.raises(ValidationError, match=rf"gates\.bounds\[0\]\.observation: '{metric}' is no metric of a binary"):
        model(gates={"bounds": [{"observation": observation, "at_least": 0}]})


def test_what_a_candidate_shows_by_itself_is_a_gate_of_its_own() -> None:
    gate = model(gates={"bounds": [{"observation": "staleness.roc_auc", "at_most": 0.1}]}).candidate_gate()
    assert gate.name == "candidate"
    assert [asked.observation for asked in gate.requirements] == [
        "holdout_rows_in_challenger_training",
        "improvement_over_baseline.brier_score",
    ]


@pytest.mark.parametrize(
    ("evaluation", "where"), [({"fairness": ["y"]}, "evaluation.fairness"), ({"slices": ["y"]}, "evaluation.slices")]
)
def test_nobody_is_grouped_by_the_answer(evaluation: dict[str, Any], where: str) -> None:
    with pytest.raises(
        ValidationError, match=f"Value error, {where}: 'y' is the target: choose a column that is known"
    ):
        model(evaluation=evaluation)


def forecasting(task: str = "regression", baseline: str = "y_lag_4", **data: Any) -> ModelSpec:
    training = {"estimator": "sklearn.linear_model.Ridge", "baseline": {"seasonal_naive": baseline}}
    return a_spec(task=task, data={"target": "y", **data}, training=training)


def test_the_forecast_to_beat_may_be_the_value_of_a_season_ago() -> None:
    assert str(forecasting().baseline) == "seasonal naive forecast (y_lag_4)"
    assert forecasting(features=["y_lag_4", "x"]).baseline == forecasting().baseline


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"task": "binary"}, r"seasonal naive forecast \(y_lag_4\) does not fit a binary model; expected prior or"),
        ({"features": ["x"]}, "training.baseline.seasonal_naive: 'y_lag_4' is no feature"),
        ({"features": {"all_but": ["y_lag_4"]}}, "training.baseline.seasonal_naive: 'y_lag_4' is no feature"),
        ({"baseline": "y"}, "training.baseline.seasonal_naive: 'y' is no feature"),
    ],
)
def test_a_season_ago_is_a_feature_of_numbers(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        forecasting(**changed)
