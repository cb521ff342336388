from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.domain.spec import ModelSpec
from include.domain.spec.value import Payoff
from tests.specs import a_spec

COSTS = {"unit": "EUR", "false_positive": -5, "false_negative": {"column": "amount", "times": -1}}
RIDGE = {"estimator": "sklearn.linear_model.Ridge"}


def test_a_payoff_is_a_number_a_column_or_both() -> None:
    value = a_spec(value=COSTS | {"true_positive": "fee"}).value
    assert value is not None
    assert value.true_positive == Payoff(column="fee")
    assert value.false_positive == Payoff(plus=-5)
    assert value.true_negative.is_nothing
    assert value.columns() == (("true_positive", "fee"), ("false_negative", "amount"))


def test_it_survives_json() -> None:
    spec = a_spec(value=COSTS)
    assert ModelSpec.model_validate_json(spec.model_dump_json()) == spec


@pytest.mark.parametrize(
    ("task", "value", "told"),
    [
        (
            "binary",
            {"false_negative": 100},
            r"false_negative \(100\) is worth more than true_positive \(0\): a cost is",
        ),
        ("binary", {"true_negative": -1}, r"false_positive \(0\) is worth more than true_negative \(-1\)"),
        ("binary", {}, "value: every payoff is 0; give at least one of true_positive, false_positive"),
        ("binary", {"over": -1}, r"value\.over is no outcome of a binary model; expected true_positive"),
        ("binary", {"false_positive": True}, "Input should be a valid dictionary"),
        ("binary", {"false_positive": float("nan")}, "finite number"),
        ("regression", {"over": 1}, "over: an error of the model pays 1: a cost is a payoff below zero"),
        ("regression", {"false_negative": -1}, r"value\.false_negative is no outcome of a regression model"),
        ("multiclass", {"false_negative": -1}, "a multiclass model has none yet: leave value out"),
    ],
)
def test_payoffs_that_make_no_sense_are_refused(task: str, value: dict[str, Any], told: str) -> None:
    training = RIDGE if task == "regression" else {"estimator": "sklearn.linear_model.LogisticRegression"}
    with pytest.raises(ValidationError, match=told):
        a_spec(task=task, training=training, value={"unit": "EUR", **value})


def test_its_metric_needs_it() -> None:
    gates = {"beats_champion": {"metric": "value_per_1000"}}
    with pytest.raises(ValidationError, match=r"value_per_1000 needs to know what decisions are worth: add the block"):
        a_spec(gates=gates)
    with pytest.raises(ValidationError, match="needs to know what decisions are worth"):
        a_spec(gates={"bounds": [{"observation": "improvement_over_half.value_per_1000", "at_least": 0}]})
    spec = a_spec(gates=gates, value=COSTS)
    assert (spec.deciding_metric, spec.steering_metric) == ("value_per_1000", "brier_score")


def test_no_search_is_steered_by_decisions_that_are_not_made_yet() -> None:
    tuning = {"metric": "value_per_1000", "space": {"C": {"kind": "float", "low": 0.1, "high": 1}}}
    with pytest.raises(ValidationError, match=r"training\.tuning\.metric: value_per_1000 depends on a threshold"):
        a_spec(training={"estimator": "sklearn.linear_model.LogisticRegression", "tuning": tuning}, value=COSTS)


@pytest.mark.parametrize(
    ("payoff", "text"),
    [
        (Payoff(plus=-5), "-5"),
        (Payoff(), "0"),
        (Payoff(column="fee"), "fee"),
        (Payoff(column="fee", times=-0.5), "-0.5 * fee"),
        (Payoff(column="fee", plus=0.25), "fee + 0.25"),
        (Payoff(column="fee", times=2, plus=-20), "2 * fee - 20"),
    ],
)
def test_a_payoff_reads_as_a_sum(payoff: Payoff, text: str) -> None:
    assert payoff.as_text() == text


def test_outcomes_that_a_task_has_are_listed() -> None:
    with pytest.raises(ValidationError, match="no outcome of a regression model; expected over, under "):
        a_spec(task="regression", training=RIDGE, value={"unit": "EUR", "false_negative": -1})
