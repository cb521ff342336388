from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from include.domain.evidence import Observation
from include.domain.record import canonical_json, digest


def test_a_record_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Observation(name="rows", value=1).value = 2  # type: ignore[misc]


def test_a_record_refuses_keys_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="vlaue"):
        Observation.model_validate({"name": "rows", "vlaue": 1, "value": 1})


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_does_not_know_come_back(value: float) -> None:
    plain = Observation(name="rows", value=value).to_json()
    again = Observation.model_validate(json.loads(json.dumps(plain, allow_nan=False)))
    assert again.value is not None
    assert repr(again.value) == repr(value)


@given(st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=4), max_size=5))
def test_the_same_content_has_the_same_digest_whatever_its_order(content: dict[str, object]) -> None:
    assert digest(dict(reversed(content.items()))) == digest(content)
    assert json.loads(canonical_json(content)) == content


@given(st.text(max_size=5), st.text(max_size=5))
def test_other_content_has_another_digest(one: str, other: str) -> None:
    assert (digest([one]) == digest([other])) == (one == other)


def test_canonical_json_is_one_line_without_spaces_whose_text_stays_text() -> None:
    assert canonical_json({"b": [1, 2.5], "a": "né", "c": {"y": None, "x": True}}) == (
        '{"a":"né","b":[1,2.5],"c":{"x":true,"y":null}}'
    )
