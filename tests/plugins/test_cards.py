"""A card that cannot be written keeps no task from what it did."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from include.domain.errors import UnavailableError
from include.domain.references import ModelVersionRef
from plugins.cards import renew_card
from plugins.links import ModelCardLink

VERSION = ModelVersionRef(name="churn", version=3, run_id="r")


@pytest.mark.parametrize("error", [UnavailableError("MLflow does not answer"), ValueError("an old spec")])
def test_a_card_that_cannot_be_written_is_logged_and_linked_to_all_the_same(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: Any) -> str:
        raise error

    monkeypatch.setattr("include.model_card.publishing.publish_card", failing)
    pushed: dict[str, str] = {}
    ti = SimpleNamespace(xcom_push=lambda *, key, value: pushed.update({key: value}))
    with caplog.at_level(logging.WARNING):
        renew_card(VERSION, ti)
    assert str(error) in caplog.text
    assert pushed == {ModelCardLink().key: "/sluice/cards/churn/3"}
