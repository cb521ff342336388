from __future__ import annotations

import math

import pytest
from hypothesis import given
from pydantic import ValidationError

from include.domain.evidence import Evidence, Interval, Observation
from tests.strategies import evidences


def test_no_name_stands_twice() -> None:
    with pytest.raises(ValidationError, match="observed twice: rows"):
        Evidence(subject="adult", observations=(Observation(name="rows", value=1), Observation(name="rows", value=2)))


def test_what_was_not_seen_is_not_found() -> None:
    assert Evidence(subject="adult").find("rows") is None


@given(evidences(), evidences())
def test_joined_evidence_knows_every_name_of_both_once(ours: Evidence, theirs: Evidence) -> None:
    names = [o.name for o in ours.joined(theirs).observations]
    assert sorted(names) == sorted({o.name for o in (*ours.observations, *theirs.observations)})


@given(evidences(), evidences())
def test_joining_invents_no_number(ours: Evidence, theirs: Evidence) -> None:
    for observation in ours.joined(theirs).observations:
        sources = [o for e in (ours, theirs) if (o := e.find(observation.name)) is not None]
        assert observation.value is None or all(o == observation for o in sources)


def test_what_two_saw_differently_is_known_no_longer() -> None:
    ours = Evidence(subject="adult", observations=(Observation(name="shared_rows", value=0, n=500),))
    theirs = Evidence(subject="adult", observations=(Observation(name="shared_rows", value=3, n=400),))
    joined = ours.joined(theirs).find("shared_rows")
    assert joined is not None
    assert joined.value is None
    assert "0.0 (500 rows)" in joined.detail
    assert "3.0 (400 rows)" in joined.detail


def test_what_two_saw_alike_stands_once() -> None:
    ours = Evidence(subject="adult", observations=(Observation(name="rows", value=5, n=5),))
    assert ours.joined(ours) == ours


@given(evidences())
def test_evidence_comes_back_from_json(evidence: Evidence) -> None:
    again = Evidence.model_validate(evidence.to_json())
    for before, after in zip(evidence.observations, again.observations, strict=True):
        is_nan = before.value is not None and math.isnan(before.value)
        assert (math.isnan(after.value or 0.0)) if is_nan else after.value == before.value
        assert after.n == before.n


@pytest.mark.parametrize("told", [True, False])
def test_a_truth_value_is_no_measurement(told: bool) -> None:
    whole = {"low": 0.0, "high": 1.0, "confidence": 0.95, "method": "bootstrap"}
    for field in ("value", "n"):
        with pytest.raises(ValidationError, match="got the truth value"):
            Observation.model_validate({"name": "rows", "value": 1, field: told})
    for field in ("low", "high", "confidence"):
        with pytest.raises(ValidationError, match="got the truth value"):
            Interval.model_validate({**whole, field: told})


def test_what_two_saw_differently_keeps_its_unit_and_says_what_each_saw() -> None:
    ours = Evidence(subject="a", observations=(Observation(name="fit", value=1, unit="seconds", n=5),))
    theirs = Evidence(subject="b", observations=(Observation(name="fit", value=2, unit="seconds", n=6),))
    joined = ours.joined(theirs).find("fit")
    assert joined == Observation(
        name="fit",
        value=None,
        unit="seconds",
        detail="seen as 1.0 (5 rows) and as 2.0 (6 rows): which of them holds is unknown",
    )
