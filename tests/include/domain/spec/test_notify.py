"""Who hears of what: addresses that can be one, events that exist, and somebody who hears."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.domain.notice import EVENTS
from include.domain.spec.notify import NotifySpec


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": ["growth"]},
        {"email": ["a@b, c@d"]},
        {"slack": "#two words"},
        {"sns": "arn:aws:s3:::bucket"},
        {"email": ["a@b"], "on": ["rained"]},
        {"email": ["a@b"], "on": []},
        {"password": "hush"},
    ],
)
def test_what_reaches_nobody_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NotifySpec.model_validate(wrong)


def test_events_without_anybody_who_hears_are_refused() -> None:
    with pytest.raises(ValidationError, match="nobody hears"):
        NotifySpec.model_validate({"on": ["promoted"]})


@pytest.mark.parametrize(
    "to", [{}, {"email": ["a@b.org"], "on": ["promoted"]}, {"slack": "#ml", "sns": "arn:aws:sns:eu-west-1:1:ml"}]
)
def test_a_spec_that_was_written_out_is_read_back(to: dict[str, Any]) -> None:
    spec = NotifySpec.model_validate(to)
    assert NotifySpec.model_validate(spec.to_json()) == spec


def test_left_out_nobody_but_the_log_hears_and_of_everything() -> None:
    assert not NotifySpec().reaches_somebody
    assert NotifySpec().on == EVENTS
