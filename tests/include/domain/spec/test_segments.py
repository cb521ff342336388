from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

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
    ],
)
def test_what_makes_no_fleet_is_refused(parts: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        a_spec(**parts)
