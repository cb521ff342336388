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
from include.domain.verdict import Outcome, Reason
from tests.include.domain.observed import better
from tests.include.monitoring.windows import FIRST, monitored
from tests.specs import a_spec

VALUE = {"unit": "EUR", "true_positive": 5, "false_positive": -1}


def gates(**parts: Any) -> dict[str, GateSpec]:
    return {gate.name: gate for gate in concern_gates(a_spec(**parts))}


def asked(gate: GateSpec) -> list[str]:
    return [requirement.observation for requirement in gate.requirements]


def judged(gate: GateSpec, seen: Observation) -> Outcome:
    """Return what the gate says to one observation, whatever else it asks for."""
    about = tuple(requirement for requirement in gate.requirements if requirement.observation == seen.name)
    return decide(GateSpec(name=gate.name, requirements=about), Evidence(subject="churn", observations=(seen,))).outcome


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


def test_a_fleet_is_asked_whether_some_of_its_segments_got_worse() -> None:
    assert "segments_worse" in asked(gates(segment_by=["region"])["realised_quality"])
    assert "segments_worse" not in asked(gates()["realised_quality"])


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


TIMED = {"data": {"time": "day"}, "quality": {"quarantine": {"at_most_share": 0.02}}}


@pytest.mark.parametrize(
    ("concern", "name", "good", "bad", "alarm"),
    [
        ("data_quality", "checked_expectations", 1, 0, "blocked"),
        ("data_quality", "failed_required_expectations", 0, 1, "blocked"),
        ("data_quality", "quarantined_share", 0.02, 0.03, "blocked"),
        ("data_quality", "missing_predictions", 0, 1, "blocked"),
        ("data_quality", "broken_labels_share", 0.02, 0.03, "blocked"),
        ("data_quality", "unusual_volume", 0, 1, "blocked"),
        ("data_quality", "unusual_freshness", 0, 1, "blocked"),
        ("input_drift", "drifted_columns", 0, 1, "blocked"),
        ("prediction_drift", "prediction_drift", 0, 1, "blocked"),
        ("realised_quality", "labelled_share", 0.5, 0.4, "inconclusive"),
        ("realised_quality", "labelled_classes", 2, 1, "inconclusive"),
    ],
)
def test_what_is_counted_is_taken_at_its_word(concern: str, name: str, good: float, bad: float, alarm: Outcome) -> None:
    gate = gates(**TIMED)[concern]
    assert judged(gate, Observation(name=name, value=good, n=500)) == "passed"
    assert judged(gate, Observation(name=name, value=bad, n=500)) == alarm


@pytest.mark.parametrize(
    ("concern", "name", "good", "enough"),
    [
        ("data_quality", "rows", 1, 1),
        ("data_quality", "checked_expectations", 1, 1),
        ("data_quality", "failed_required_expectations", 0, 1),
        ("data_quality", "quarantined_share", 0, 1),
        ("data_quality", "missing_predictions", 0, 1),
        ("input_drift", "drifted_columns", 0, 70),
        ("prediction_drift", "prediction_drift", 0, 70),
        ("realised_quality", "labelled_share", 1, 70),
    ],
)
def test_data_are_judged_by_a_single_row_and_all_else_by_as_many_as_the_spec_asks(
    concern: str, name: str, good: float, enough: int
) -> None:
    gate = gates(monitoring={"rows_at_least": 70})[concern]
    assert judged(gate, Observation(name=name, value=good, n=enough)) == "passed"
    assert judged(gate, Observation(name=name, value=good, n=enough - 1)) == "inconclusive"


@pytest.mark.parametrize(
    ("concern", "name"), [("realised_quality", "labelled_bias"), ("estimated_quality", "estimates_off")]
)
def test_labels_and_estimates_that_are_surely_off_are_no_alarm_but_end_the_trust(concern: str, name: str) -> None:
    gate = gates()[concern]
    assert judged(gate, better(name, low=0.2, value=0.3, high=0.4)) == "inconclusive"
    assert judged(gate, better(name, low=0.01, value=0.3, high=0.4)) == "passed"


@pytest.mark.parametrize("kind", ["realised", "estimated"])
def test_a_loss_is_an_alarm_where_the_interval_of_the_asked_confidence_lies_above_nothing(kind: str) -> None:
    gate = gates(monitoring={"confidence": 0.99, "rows_at_least": 70})[f"{kind}_quality"]
    lost = {"name": f"{kind}.lost.brier_score", "low": 0.01, "value": 0.02, "high": 0.03}
    assert judged(gate, better(**lost, confidence=0.99, n=70)) == "blocked"
    assert judged(gate, better(**lost, confidence=0.95, n=70)) == "inconclusive"
    assert judged(gate, better(**lost, confidence=0.99, n=69)) == "inconclusive"


@pytest.mark.parametrize("asked_rows", [30, 200])
def test_a_bound_of_the_promotion_is_left_only_by_an_interval_wholly_beyond_it(asked_rows: int) -> None:
    bounds = [{"observation": "log_loss", "at_least": 0.1, "at_most": 0.4, "rows_at_least": asked_rows}]
    watched = {"confidence": 0.99, "rows_at_least": 70}
    gate = gates(gates={"bounds": bounds}, monitoring=watched)["realised_quality"]
    terms = {"name": "realised.log_loss", "confidence": 0.99, "n": max(asked_rows, 70)}
    assert judged(gate, better(**terms, low=0.41, value=0.42, high=0.43)) == "blocked"
    assert judged(gate, better(**terms, low=0.07, value=0.08, high=0.09)) == "blocked"
    assert judged(gate, better(**terms, low=0.39, value=0.42, high=0.43)) == "passed"
    assert judged(gate, better(**{**terms, "confidence": 0.95}, low=0.1, value=0.2, high=0.3)) == "inconclusive"
    assert judged(gate, better(**{**terms, "n": terms["n"] - 1}, low=0.1, value=0.2, high=0.3)) == "inconclusive"


def test_without_event_time_nobody_asks_whether_rows_came_as_usual() -> None:
    unusual = {"unusual_volume", "unusual_freshness"}
    assert not unusual & set(asked(gates()["data_quality"]))
    assert unusual <= set(asked(gates(**TIMED)["data_quality"]))


def test_value_is_watched_only_where_the_spec_has_one_and_classes_where_there_are_some() -> None:
    names = asked(gates()["realised_quality"])
    assert "realised.lost.value_per_1000" not in names
    assert "labelled_classes" in names


def test_of_many_windows_the_six_newest_are_looked_at_again() -> None:
    seen = [monitored(week, realised_quality="inconclusive") for week in range(8)]
    again = windows_to_revisit(a_spec(), seen, FIRST + timedelta(weeks=20))
    assert again == tuple(one.window for one in reversed(seen[2:]))


def test_a_window_waits_until_the_labels_of_its_last_row_are_due() -> None:
    spec, seen = a_spec(data={"label_delay": "7d"}), monitored(0, realised_quality="inconclusive")
    due = seen.end + timedelta(days=7)
    assert windows_to_revisit(spec, (seen,), due - timedelta(seconds=1)) == ()
    assert windows_to_revisit(spec, (seen,), due) == (seen.window,)


def test_a_segment_of_a_fleet_that_got_worse_is_an_alarm_and_one_model_has_none() -> None:
    name = "segments_worse"
    concern = concern_of(name)
    assert concern == "realised_quality"
    fleet = gates(segment_by="region")[concern]
    assert judged(fleet, Observation(name=name, value=0, n=500)) == "passed"
    assert judged(fleet, Observation(name=name, value=1, n=500)) == "blocked"
    assert name not in asked(gates()[concern])
