"""Notices arrive: at a mail server, at an SNS topic, at Slack's API, through Airflow's connections."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote_plus

import boto3
import pytest
from aiosmtpd.controller import Controller
from moto import mock_aws

from include.deployment.home import Home
from include.deployment.telling import tell
from include.domain.notice import Notice
from include.domain.spec import NotifySpec
from plugins.delivery import deliver

pytestmark = pytest.mark.integration

NOTICE = Notice(
    event="promoted",
    model="churn",
    headline="version 3 is the champion",
    facts=("ada: {{ var.value.secret }} & <b>more</b>",),
    links={"Task in Airflow": "http://here/dags/churn.promotion"},
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Taken:
    """What a server was given."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[Taken]:
    taken = Taken()
    server = Controller(taken, hostname="127.0.0.1", port=free_port())
    server.start()
    _connect(monkeypatch, "smtp_default", "smtp", server.port)
    yield taken
    server.stop()


def _connect(monkeypatch: pytest.MonkeyPatch, name: str, kind: str, port: int, **more: Any) -> None:
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "sluice@example.org", "retry_limit": 0, **more}
    terms = {"conn_type": kind, "host": "127.0.0.1", "port": port, "password": "hush", "extra": extra}
    monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(terms))


def test_a_mail_arrives_with_its_words_as_text_and_not_as_a_template(mails: Taken) -> None:
    deliver(NOTICE, NotifySpec(email=("a@example.org", "b@example.org")))
    (mail,) = mails.messages
    assert mail["Subject"] == "[sluice] churn: version 3 is the champion"
    assert {*mail["To"].split(", ")} == {"a@example.org", "b@example.org"}
    text = mail.get_body(("html",)).get_content()
    assert "{{ var.value.secret }} &amp; &lt;b&gt;more&lt;/b&gt;" in text
    assert 'href="http://here/dags/churn.promotion"' in text


def test_a_rollback_is_told_by_a_process_of_airflow(mails: Taken, tmp_path: Path) -> None:
    home = Home.from_environment({"SLUICE_HOME": str(tmp_path)})
    home.create()
    notice = NOTICE.model_copy(update={"event": "rolled_back"})
    assert "email took the notice" in tell(home, notice, NotifySpec(email=("a@example.org",)))
    assert [mail["Subject"] for mail in mails.messages] == [NOTICE.subject]


@pytest.mark.parametrize("fault", ["nobody listens", "no such connection", "listens and says nothing"])
def test_a_mail_server_that_fails_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    if fault == "listens and says nothing":
        listener.listen()
    if fault != "no such connection":
        _connect(monkeypatch, "smtp_default", "smtp", listener.getsockname()[1], timeout=30)
    with caplog.at_level(logging.WARNING):
        deliver(NOTICE, NotifySpec(email=("a@example.org",)), patience_seconds=2)
    listener.close()
    left = "nobody waits for it" if fault == "listens and says nothing" else "email did not take the notice"
    assert left in caplog.text


@mock_aws
def test_a_topic_gets_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    # The keys are moto's, which puts the true ones back itself.
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps({"conn_type": "aws"}))
    # The default session would keep these keys for whoever asks next.
    aws = boto3.Session()
    topic = aws.client("sns").create_topic(Name="ml")["TopicArn"]
    queue = aws.client("sqs").create_queue(QueueName="ml")["QueueUrl"]
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-west-1:123456789012:ml")
    deliver(NOTICE, NotifySpec(sns=topic))
    (message,) = aws.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"])["Message"] == NOTICE.as_text()


def test_slack_gets_the_text_in_its_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("airflow.providers.slack")
    posted: list[str] = []

    class Slack(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(unquote_plus(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"ok": true}')

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slack)
    Thread(target=server.serve_forever, daemon=True).start()
    _connect(monkeypatch, "slack_api_default", "slack", 0, base_url=f"http://127.0.0.1:{server.server_port}/api/")
    deliver(NOTICE, NotifySpec(slack="#ml"))
    server.shutdown()
    server.server_close()
    assert "#ml" in posted[0]
    assert "version 3 is the champion" in posted[0]
