from __future__ import annotations

import pytest
from pydantic import ValidationError

from include.domain.spec import ServingSpec


def test_a_buffer_holds_whatever_one_request_may_hold() -> None:
    with pytest.raises(ValidationError, match="buffer_rows: 10 is less than one request may hold: 11"):
        ServingSpec(buffer_rows=10, max_rows=11)
    with pytest.raises(ValidationError, match=r"12 \(max_rows, twice because of shadow"):
        ServingSpec(buffer_rows=11, max_rows=6, shadow=True)


@pytest.mark.parametrize("keys", [["sk-1234"], ["lower"], [""]])
def test_keys_are_named_and_never_written(keys: list[str]) -> None:
    with pytest.raises(ValidationError):
        ServingSpec.model_validate({"api_keys": keys})


def test_the_challenger_is_asked_only_where_the_spec_says_so() -> None:
    assert not ServingSpec().asks_challenger
    assert ServingSpec(shadow=True).asks_challenger
    assert ServingSpec.model_validate({"canary": {"share": 0.1}}).asks_challenger


def test_nobody_is_answered_in_no_time() -> None:
    with pytest.raises(ValidationError, match="in no time"):
        ServingSpec.model_validate({"timeout": "0s"})
