"""A notice goes where the spec says; whoever fails or hangs stops neither the others nor the task."""

from __future__ import annotations

import logging
from threading import Event

import pytest

from include.domain.notice import Notice
from include.domain.spec import NotifySpec
from plugins.delivery import CHANNELS, deliver

NOTICE = Notice(event="promoted", model="churn", headline="version 3 is the champion")
EVERYWHERE = NotifySpec(email=("a@b.org",), slack="#ml", sns="arn:aws:sns:eu-west-1:1:ml")


class Heard:
    """Channels that note what they were given."""

    def __init__(self) -> None:
        self.by: list[str] = []
        self.channels = {name: self._channel(name) for name in CHANNELS}

    def _channel(self, name: str):  # type: ignore[no-untyped-def]
        return lambda notice, to: self.by.append(name)


def test_every_channel_of_the_spec_hears_and_no_other() -> None:
    heard = Heard()
    deliver(NOTICE, EVERYWHERE, channels=heard.channels)
    assert sorted(heard.by) == ["email", "slack", "sns"]
    heard = Heard()
    deliver(NOTICE, NotifySpec(slack="#ml"), channels=heard.channels)
    assert heard.by == ["slack"]


def test_the_log_hears_even_what_nobody_else_wants(caplog: pytest.LogCaptureFixture) -> None:
    heard = Heard()
    with caplog.at_level(logging.INFO):
        deliver(NOTICE, NotifySpec(email=("a@b.org",), on=("rolled_back",)), channels=heard.channels)
    assert heard.by == []
    assert NOTICE.subject in caplog.text


def test_a_channel_that_fails_is_logged_and_the_others_hear(caplog: pytest.LogCaptureFixture) -> None:
    heard = Heard()

    def down(notice: Notice, to: NotifySpec) -> None:
        raise ConnectionRefusedError("no mail today")

    deliver(NOTICE, EVERYWHERE, channels={**heard.channels, "email": down})
    assert sorted(heard.by) == ["slack", "sns"]
    assert "no mail today" in caplog.text


def test_a_channel_that_hangs_is_left(caplog: pytest.LogCaptureFixture) -> None:
    heard, forever = Heard(), Event()
    hangs = {"email": lambda notice, to: forever.wait(), **{n: c for n, c in heard.channels.items() if n != "email"}}
    deliver(NOTICE, EVERYWHERE, channels=hangs, patience_seconds=0.2)
    forever.set()
    assert sorted(heard.by) == ["slack", "sns"]
    assert "nobody waits for it" in caplog.text
