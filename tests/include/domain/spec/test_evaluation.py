from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.domain.gate import Bound
from include.domain.spec import ModelSpec
from tests.specs import a_spec


def asked(spec: ModelSpec) -> dict[str, Bound]:
    return {r.observation: r for r in spec.model_gate().requirements if isinstance(r, Bound)}


def test_a_slice_is_a_column_or_its_quantiles() -> None:
    plan, age = a_spec(evaluation={"slices": ["plan", {"column": "age", "quantiles": 4}]}).evaluation.slices
    assert (plan.column, plan.quantiles) == ("plan", None)
    assert (age.column, age.quantiles) == ("age", 4)


@pytest.mark.parametrize(
    ("evaluation", "task", "message"),
    [
        ({"slices": ["plan", {"column": "plan", "quantiles": 2}]}, "binary", "'plan' stands twice among slices"),
        ({"fairness": ["sex", "sex"]}, "binary", "'sex' stands twice among fairness"),
        ({"fairness": ["sex"]}, "multiclass", "rates of groups need task: binary, not multiclass"),
        ({"fairness": ["left"]}, "binary", "'left' is the target"),
        ({"slices": ["left"]}, "binary", "'left' is the target"),
        ({"slices": [{"column": "age", "quantiles": 1}]}, "binary", "greater than or equal to 2"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(evaluation: dict[str, Any], task: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        a_spec(task=task, evaluation=evaluation)


def test_slices_that_are_named_are_judged_against_both_rivals() -> None:
    requirements = asked(a_spec(evaluation={"slices": ["plan"]}))
    for rival in ("baseline", "champion"):
        assert requirements[f"slices_worse_than_{rival}.brier_score"].at_most == 0


def test_a_spec_may_ask_otherwise_of_its_slices() -> None:
    name = "slices_worse_than_baseline.brier_score"
    gates = {"bounds": [{"observation": name, "at_most": 2}]}
    spec = a_spec(evaluation={"slices": ["plan"]}, gates=gates)
    assert [r.at_most for r in spec.model_gate().requirements if r.observation == name] == [2]  # type: ignore[union-attr]


def test_fairness_is_asked_of_groups_of_enough_rows() -> None:
    bounds = [
        {"observation": "equalized_odds_ratio.sex", "at_least": 0.8},
        {"observation": "selection_rate.race:x", "at_least": 0.1, "rows_at_least": 90},
        {"observation": "roc_auc", "at_least": 0.8},
    ]
    requirements = asked(a_spec(evaluation={"rows_at_least": 50}, gates={"bounds": bounds}))
    assert [requirements[b["observation"]].rows_at_least for b in bounds] == [50, 90, 0]  # type: ignore[index]


def test_columns_of_bounds_are_sensitive_too_each_with_the_field_that_names_it() -> None:
    bounds = [
        {"observation": "equalized_odds_ratio.sex", "at_least": 0.8},
        {"observation": "selection_rate.race:x", "at_least": 0.1},
    ]
    spec = a_spec(evaluation={"fairness": ["sex"]}, gates={"bounds": bounds})
    assert spec.sensitive_columns == (("sex", "evaluation.fairness"), ("race", "gates.bounds[1].observation"))


def test_the_gate_of_a_candidate_asks_all_that_needs_no_champion() -> None:
    bounds = [
        {"observation": "roc_auc", "at_least": 0.8},
        {"observation": "improvement_over_champion.roc_auc", "at_least": 0},
        {"observation": "champions", "at_most": 1},
    ]
    spec = a_spec(evaluation={"slices": ["plan"]}, gates={"bounds": bounds})
    own = [requirement.observation for requirement in spec.candidate_gate().requirements]
    assert own == [
        "holdout_rows_in_challenger_training",
        "improvement_over_baseline.brier_score",
        "slices_worse_than_baseline.brier_score",
        "roc_auc",
    ]
    assert set(spec.candidate_gate().requirements) <= set(spec.model_gate().requirements)


def test_metrics_of_bounds_are_looked_at_slice_by_slice() -> None:
    bounds = [{"observation": "worst_slice.roc_auc", "at_least": 0.7}, {"observation": "accuracy", "at_least": 0.7}]
    spec = a_spec(evaluation={"slices": ["plan"]}, gates={"bounds": bounds})
    assert spec.slice_metrics == ("brier_score", "roc_auc")
    median = {"beats_champion": {"metric": "median_absolute_error"}}
    ridge = {"estimator": "sklearn.linear_model.Ridge"}
    spec = a_spec(task="regression", training=ridge, evaluation={"slices": ["plan"]}, gates=median)
    assert spec.slice_metrics == ("mean_absolute_error",)
