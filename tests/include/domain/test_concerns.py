"""What is asked of a window, concern by concern."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from include.domain.concerns import concern_gates, concern_of, windows_to_revisit
from include.domain.evidence import Evidence, Observation
from include.domain.gate import GateSpec, decide
from include.domain.monitored import CONCERNS
from include.domain.requirement import Bound
from include.domain.verdict import Reason
from tests.include.monitoring.windows import FIRST, monitored
from tests.specs import a_spec

VALUE = {"unit": "EUR", "true_positive": 5, "false_positive": -1}


def gates(**parts: Any) -> dict[str, GateSpec]:
    return {gate.name: gate for gate in concern_gates(a_spec(**parts))}


def asked(gate: GateSpec) -> list[str]:
    return [requirement.observation for requirement in gate.requirements]


def test_every_concern_is_judged_without_a_word_in_the_spec() -> None:
    assert tuple(gates()) == CONCERNS
    assert all(gate.requirements for gate in gates().values())


def test_every_observation_that_is_judged_belongs_to_its_concern() -> None:
    bounds = [{"observation": "roc_auc", "at_least": 0.8}]
    for name, gate in gates(value=VALUE, gates={"bounds": bounds}).items():
        assert {concern_of(observation) for observation in asked(gate)} == {name}


def test_value_and_the_bounds_of_the_promotion_are_watched_too() -> None:
    bounds = [{"observation": "roc_auc", "at_least": 0.8}, {"observation": "improvement_over_half.f1", "at_least": 0}]
    names = asked(gates(value=VALUE, gates={"bounds": bounds})["realised_quality"])
    assert {"realised.lost.value_per_1000", "realised.roc_auc"} <= set(names)
    assert "realised.improvement_over_half.f1" not in names


def test_a_written_bound_replaces_the_default_on_its_name_and_joins_its_concern() -> None:
    bounds = [{"observation": "quarantined_share", "at_most": 0.2}, {"observation": "null_share.age", "at_most": 0.1}]
    gate = gates(monitoring={"bounds": bounds})["data_quality"]
    assert asked(gate).count("quarantined_share") == 1
    assert Bound(observation="quarantined_share", at_most=0.2) in gate.requirements
    assert asked(gate)[-1] == "null_share.age"


def test_a_regression_has_no_classes_to_count() -> None:
    terms = {"task": "regression", "training": {"estimator": "sklearn.linear_model.Ridge"}}
    assert "labelled_classes" not in asked(gates(**terms)["realised_quality"])


@pytest.mark.parametrize("concern", CONCERNS)
def test_a_window_without_rows_is_inconclusive_and_not_a_pass(concern: str) -> None:
    gate = gates()[concern]
    nothing = tuple(Observation(name=name, value=None, n=0) for name in asked(gate))
    assert decide(gate, Evidence(subject="churn", observations=nothing)).outcome == "inconclusive"


@pytest.mark.parametrize("concern", CONCERNS)
def test_a_window_that_nobody_looked_at_blocks(concern: str) -> None:
    assert decide(gates()[concern], Evidence(subject="churn")).outcome == "blocked"


def test_windows_are_looked_at_again_once_their_labels_are_due() -> None:
    spec = a_spec(data={"label_delay": "7d"})
    early, late = monitored(0, realised_quality="inconclusive"), monitored(1, realised_quality="inconclusive")
    judged = monitored(2, realised_quality="passed")
    seen = (early, late, judged)
    assert windows_to_revisit(spec, seen, FIRST + timedelta(weeks=2)) == (early.window,)
    assert windows_to_revisit(spec, seen, FIRST + timedelta(weeks=9)) == (late.window, early.window)
    assert windows_to_revisit(spec, seen, FIRST + timedelta(weeks=9), at_most=1) == (late.window,)


def test_a_window_that_was_looked_at_by_the_same_moment_is_not_looked_at_again() -> None:
    seen = monitored(0, realised_quality="inconclusive")
    assert windows_to_revisit(a_spec(), (seen,), seen.as_of) == ()


def test_a_window_that_has_its_labels_is_not_looked_at_again_however_little_they_tell() -> None:
    spec, labelled = a_spec(), Reason(requirement="labelled_share", outcome="passed", asked="at least 0.5", seen="1")
    unsure = Reason(requirement="realised.lost.brier_score", outcome="inconclusive", asked="at most 0", seen="0.01")
    seen = monitored(0, realised_quality="inconclusive")
    told = seen.verdicts[0].model_copy(update={"reasons": (labelled, unsure)})
    assert windows_to_revisit(spec, (seen.model_copy(update={"verdicts": (told,)}),), FIRST + timedelta(weeks=9)) == ()
    waiting = told.model_copy(update={"reasons": (labelled.model_copy(update={"outcome": "inconclusive"}), unsure)})
    later = seen.model_copy(update={"verdicts": (waiting,)})
    assert windows_to_revisit(spec, (later,), FIRST + timedelta(weeks=9)) == (seen.window,)
