from __future__ import annotations

from typing import Any

import pytest
from sklearn.pipeline import Pipeline

from include.domain.errors import SpecError
from include.training.estimators import build_baseline, build_pipeline, effective_parameters
from include.training.features import FeatureColumns
from tests.include.training.examples import HISTOGRAM, LOGISTIC, churn
from tests.specs import a_spec

COLUMNS = FeatureColumns(("age", "region"), frozenset({"region"}))
EXAMPLES = "tests.include.training.examples"


def _own(function: str, **training: Any) -> Any:
    return churn(build=f"{EXAMPLES}.{function}", allowed_packages=["tests"], **training)


def test_the_estimator_gets_the_parameters_and_the_seed_of_the_spec() -> None:
    pipeline = build_pipeline(churn(seed=11), COLUMNS, {"C": 0.5})
    assert isinstance(pipeline, Pipeline)
    assert pipeline.named_steps["estimator"].C == 0.5
    assert pipeline.named_steps["estimator"].random_state == 11


def test_a_seed_that_the_spec_sets_itself_stays() -> None:
    pipeline = build_pipeline(churn(), COLUMNS, {"random_state": 3})
    assert pipeline.named_steps["estimator"].random_state == 3


def test_an_unknown_parameter_is_answered_with_the_nearest() -> None:
    with pytest.raises(SpecError, match=r"training\.parameters\.max_itr: .*did you mean 'max_iter'"):
        build_pipeline(churn(HISTOGRAM), COLUMNS, {"max_itr": 10})


@pytest.mark.parametrize(
    ("task", "estimator"),
    [("binary", "sklearn.linear_model.Ridge"), ("regression", LOGISTIC)],
)
def test_an_estimator_for_another_task_is_refused(task: str, estimator: str) -> None:
    with pytest.raises(SpecError, match=f"does not fit task: {task}"):
        build_pipeline(a_spec(task=task, training={"estimator": estimator}), COLUMNS, {})


def test_an_estimator_that_wraps_another_asks_for_a_build() -> None:
    with pytest.raises(SpecError, match="wrap it in a build"):
        build_pipeline(churn("sklearn.ensemble.VotingClassifier"), COLUMNS, {})


def test_gaps_reach_estimators_that_understand_them_and_sparse_matrices_only_those_that_read_them() -> None:
    dense = build_pipeline(churn(HISTOGRAM, preprocessing={"numeric": "as_is"}), COLUMNS, {})
    assert dense.named_steps["columns"].transformers[0][1] == "passthrough"
    assert dense.named_steps["columns"].sparse_threshold == 0
    assert build_pipeline(churn(), COLUMNS, {}).named_steps["columns"].sparse_threshold > 0


def test_a_build_of_the_users_own_is_seeded_too() -> None:
    pipeline = build_pipeline(_own("build_scaled", seed=5), COLUMNS, {"C": 2.0})
    assert pipeline[-1].C == 2.0
    assert pipeline[-1].random_state == 5


@pytest.mark.parametrize(
    ("function", "problem"),
    [("build_broken", "failed: KeyError: 'depth'"), ("build_nothing", "returned a NoneType")],
)
def test_a_build_that_goes_wrong_is_named(function: str, problem: str) -> None:
    with pytest.raises(SpecError, match=f"{function} {problem}"):
        build_pipeline(_own(function), COLUMNS, {})


def test_effective_parameters_show_defaults_and_no_objects() -> None:
    shown = effective_parameters(churn(), build_pipeline(churn(), COLUMNS, {"C": 0.1, "class_weight": {"no": 1}}))
    assert shown["C"] == "0.1"
    assert shown["class_weight"] == "{'no': 1}"
    assert shown["solver"] == "lbfgs"
    own = effective_parameters(_own("build_scaled"), build_pipeline(_own("build_scaled"), COLUMNS, {}))
    assert own["logisticregression__C"] == "1.0"
    assert not any("object at" in value or "Encoder" in value for value in own.values())


@pytest.mark.parametrize(
    ("task", "baseline", "strategy"),
    [("binary", None, "prior"), ("multiclass", "most_frequent", "most_frequent"), ("regression", None, "median")],
)
def test_the_baseline_is_the_one_the_spec_asks_for(task: str, baseline: str | None, strategy: str) -> None:
    spec = a_spec(task=task, training={"estimator": LOGISTIC, "baseline": baseline})
    assert build_baseline(spec).strategy == strategy
