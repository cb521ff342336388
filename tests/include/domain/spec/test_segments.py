from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.domain.requirement import Bound
from include.domain.spec import SegmentsSpec
from tests.specs import a_spec


@pytest.mark.parametrize("written", ["region", ["region"], {"columns": ["region"]}])
def test_one_column_is_written_as_short_as_one_likes(written: Any) -> None:
    assert a_spec(segment_by=written).segment_by == SegmentsSpec(columns=("region",))


def test_a_model_is_one_model_unless_the_spec_says_otherwise() -> None:
    assert a_spec().segment_by is None


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ({"segment_by": ["left"]}, "'left' is the target"),
        ({"segment_by": ["region", "region"]}, "'region' stands twice"),
        ({"segment_by": []}, "at least 1 item"),
        (
            {
                "segment_by": ["region"],
                "training": {
                    "estimator": "sklearn.linear_model.LogisticRegression",
                    "tuning": {"space": {"C": {"kind": "float", "low": 0.1, "high": 1}}},
                },
            },
            "training.tuning is for one model",
        ),
        (
            {"segment_by": ["region"], "gates": {"bounds": [{"observation": "staleness.roc_auc", "at_most": 1}]}},
            r"gates.bounds\[0\].observation: staleness.roc_auc compares one model with another, and segment_by makes "
            r"many, each of which meets its own rivals on the terms of gates.beats_baseline and gates.beats_champion: "
            r"leave the bound out",
        ),
        (
            {
                "segment_by": ["region"],
                "gates": {"bounds": [{"observation": "improvement_over_simpler.roc_auc", "at_least": 0}]},
            },
            "improvement_over_simpler.roc_auc compares one model with another",
        ),
        ({"segment_by": ["region"], "value": {"unit": "EUR", "false_positive": -1}}, r"\bvalue is for one model"),
    ],
)
def test_what_makes_no_fleet_is_refused(parts: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        a_spec(**parts)


def test_a_fleet_has_to_be_judged_against_the_present_champion_and_to_beat_the_baseline() -> None:
    one, many = a_spec(), a_spec(segment_by="region")
    untouched = one.model_gate().requirements[:2]
    composed = Bound(observation="composed_against_another_champion", at_most=0)
    assert many.model_gate().name == "model"
    assert many.model_gate().requirements == (*untouched, many.improvement("baseline"), composed)


def test_bounds_slices_and_groups_are_asked_of_the_fleet_as_a_whole() -> None:
    bounds = [{"observation": "roc_auc", "at_least": 0.8}, {"observation": "predict_seconds.one_row", "at_most": 1}]
    spec = a_spec(segment_by="region", gates={"bounds": bounds}, evaluation={"slices": ["region"]})
    asked = [requirement.observation for requirement in spec.model_gate().requirements]
    assert asked[4:] == ["slices_worse_than_baseline.brier_score", "roc_auc", "predict_seconds.one_row"]
    assert [requirement.observation for requirement in spec.candidate_gate().requirements][2:] == asked[4:]
