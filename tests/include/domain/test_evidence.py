from __future__ import annotations

import math

import pytest
from hypothesis import given
from pydantic import ValidationError

from include.domain.evidence import Evidence, Observation
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
