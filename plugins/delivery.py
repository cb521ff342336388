"""Delivery: a notice always reaches the log, and whom the spec names if it can; nothing waits or fails for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Thread
from time import monotonic

from include.domain.notice import Notice
from include.domain.spec.notify import NotifySpec

PATIENCE_SECONDS = 20.0
"""How long a task waits for mail servers and the like, all of them together."""

Channel = Callable[[Notice, NotifySpec], None]

_log = logging.getLogger(__name__)


def deliver(
    notice: Notice,
    to: NotifySpec,
    *,
    channels: dict[str, Channel] | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> None:
    """Log a notice, and send it wherever the spec wants it.

    A channel that fails, or that does not answer in time, is logged and left: what happened has happened, told or not.
    """
    _log.info("%s", notice.as_text())
    if notice.event not in to.on:
        return
    wanted = {name: channel for name, channel in (channels or CHANNELS).items() if getattr(to, name)}
    # A thread each: one server that hangs keeps no other from hearing, and no task from ending.
    senders = [Thread(target=_send, args=(name, send, notice, to), daemon=True) for name, send in wanted.items()]
    for sender in senders:
        sender.start()
    deadline = monotonic() + patience_seconds
    for name, sender in zip(wanted, senders, strict=True):
        sender.join(max(0.0, deadline - monotonic()))
        if sender.is_alive():
            _log.warning("%s has not taken the notice within %g s: nobody waits for it", name, patience_seconds)


def _send(name: str, send: Channel, notice: Notice, to: NotifySpec) -> None:
    try:
        send(notice, to)
    except Exception:
        _log.warning("%s did not take the notice %r", name, notice.subject, exc_info=True)
    else:
        _log.info("%s took the notice %r", name, notice.subject)


def _email(notice: Notice, to: NotifySpec) -> None:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    # notify() and not a call: what data and people said must not be rendered as a template.
    SmtpNotifier(
        to=list(to.email), subject=notice.subject, html_content=notice.as_html(), smtp_conn_id=to.email_connection
    ).notify({})


def _slack(notice: Notice, to: NotifySpec) -> None:
    from airflow.providers.slack.notifications.slack import SlackNotifier

    SlackNotifier(
        slack_conn_id=to.slack_connection, text=notice.as_text(), channel=str(to.slack), blocks=[], unfurl_links=False
    ).notify({})  # type: ignore[no-untyped-call]


def _sns(notice: Notice, to: NotifySpec) -> None:
    from airflow.providers.amazon.aws.notifications.sns import SnsNotifier

    # SNS takes subjects of 100 ASCII characters at most.
    subject = notice.subject.encode("ascii", "replace").decode()[:100]
    SnsNotifier(
        aws_conn_id=to.sns_connection, target_arn=str(to.sns), message=notice.as_text(), subject=subject
    ).notify({})  # type: ignore[no-untyped-call]


CHANNELS: dict[str, Channel] = {"email": _email, "slack": _slack, "sns": _sns}
"""Ways to people, by the field of the spec that asks for them."""
