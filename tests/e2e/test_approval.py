"""A person decides: yes, no, nothing in time, and yes against a gate that could not tell, as the Airflow UI asks."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote

import pytest
import requests
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from include.commands.registry import show_history
from include.deployment.watching import await_dags, await_promotion
from include.registry import aliases
from include.registry.entry import LedgerEntry
from include.storage.store import open_store
from tests.e2e.conftest import PATIENCE_SECONDS, Installation, free_port, write_customers

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]

SPEC = """name: {name}
owner: growth
description: Who is about to leave.
task: binary
data: {{source: "{folder}/approvals.csv", target: left, positive: 1}}
training: {{estimator: sklearn.linear_model.LogisticRegression}}
gates: {{bounds: [{{observation: roc_auc, at_least: 0.6{rows}}}]}}
promotion: {promotion}
notify: {{email: [growth@example.org], email_connection: mailbox}}
"""
THIN = ", rows_at_least: 100000"
MODELS = {
    "yes": ("", "{by: approval, timeout: 1d}"),
    "no": ("", "{by: approval, timeout: 1d}"),
    "silence": ("", "{by: approval, timeout: 2s}"),
    "rare": (THIN, "{by: approval, override_inconclusive: true, timeout: 1d}"),
    "strict": (THIN, "{by: approval, timeout: 1d}"),
    "easy": ("", "{override_inconclusive: true}"),
}


class Mailbox:
    """Keeps what the mail server took."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content or b"", policy=policy.default))  # type: ignore[arg-type]
        return "250 taken"

    def await_mail(self, subject: str) -> EmailMessage:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for mail in self.mails:
                if mail["Subject"] == subject:
                    return mail
            time.sleep(0.5)
        raise AssertionError(f"no mail {subject!r} among {[mail['Subject'] for mail in self.mails]}")


@pytest.fixture(scope="module")
def mailbox(installation: Installation) -> Iterator[Mailbox]:
    """A mail server, and the Airflow connection that leads to it."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    plain = {"disable_ssl": True, "disable_tls": True, "from_email": "sluice@example.org"}
    installation.api.connect("mailbox", "smtp", host="127.0.0.1", port=server.port, extra=json.dumps(plain))
    yield box
    server.stop()


@pytest.fixture(scope="module")
def promotions(installation: Installation, mailbox: Mailbox) -> Iterator[dict[str, str]]:
    """Train one model for every answer and yield the promotion run of each."""
    write_customers(installation.data / "approvals.csv")
    for name, (rows, promotion) in MODELS.items():
        text = SPEC.format(name=name, folder=installation.data, rows=rows, promotion=promotion)
        (installation.home.specs / f"{name}.yaml").write_text(text)
    dags = [f"{name}.{kind}" for name in MODELS for kind in ("training", "promotion")]
    await_dags(installation.api, dags, PATIENCE_SECONDS)
    trainings = {name: installation.api.trigger(f"{name}.training") for name in MODELS}
    states = {name: installation.run(f"{name}.training", run) for name, run in trainings.items()}
    assert {name for name, seen in states.items() if set(seen.values()) == {"success"}} == MODELS.keys() - {"strict"}
    asked = {name: run for name, run in trainings.items() if name != "strict"}
    yield {name: await_promotion(installation.api, name, run, PATIENCE_SECONDS) for name, run in asked.items()}
    for name in MODELS:
        (installation.home.specs / f"{name}.yaml").unlink()


def asked(installation: Installation, model: str, run: str) -> dict[str, str]:
    """Wait until the promotion asks, and return what a person reads."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        states = {t["task_id"]: t["state"] for t in installation.api.tasks(f"{model}.promotion", run)}
        if states["approve_promotion"] == "awaiting_input" and is_put_away(installation, model, run):
            return dict(installation.api.question(f"{model}.promotion", run, "approve_promotion") or {})
        time.sleep(0.5)
    raise AssertionError(f"{model} was never asked about: {states}")


def is_put_away(installation: Installation, model: str, run: str) -> bool:
    """Whether the scheduler knows that the asking process has ended; no person answers before that.

    It would take the end of that process for the end of the one that goes on with the answer, and the task for killed.
    """
    key = f"TaskInstanceKey(dag_id='{model}.promotion', task_id='approve_promotion', run_id='{run}'"
    told = (installation.home.logs / "scheduler.log").read_text(errors="replace")
    return f"state success for task instance {key}" in told


def answered(installation: Installation, model: str, run: str, chosen: str, reason: str) -> dict[str, str]:
    installation.api.answer(f"{model}.promotion", run, "approve_promotion", chosen, reason=reason)
    return installation.run(f"{model}.promotion", run)


def entries(installation: Installation, model: str, monkeypatch: pytest.MonkeyPatch) -> list[LedgerEntry]:
    """Return the model's ledger, once it is sound and the aliases agree with it."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{installation.ports.mlflow}")
    store = open_store(installation.home.store)
    assert aliases.verify(store, model) == []
    return aliases.history(store, model)


def test_the_form_shows_the_evidence_and_leads_to_it(installation: Installation, promotions: dict[str, str]) -> None:
    form = asked(installation, "yes", promotions["yes"])
    assert form["subject"] == "Promote yes version 1?"
    assert "| outcome | requirement | asked | seen | detail |" in form["body"]
    assert "| passed | roc_auc | at least 0.6 |" in form["body"]
    for title in ("Model version in MLflow", "MLflow run", "Data docs, raw data", "Data docs, clean data"):
        address = form["body"].partition(f"[{title}](")[2].partition(")")[0]
        # Pages of Airflow are behind its login; pages of MLflow are not here.
        assert requests.get(address, timeout=30).status_code == (401 if "/sluice/reports/" in address else 200), title


def test_yes_promotes_and_the_ledger_names_who_said_so_and_why(
    installation: Installation, promotions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(installation, "yes", promotions["yes"])
    states = answered(installation, "yes", promotions["yes"], "Approve", "looks right")
    assert states["promote_model"] == "success"
    last = entries(installation, "yes", monkeypatch)[-1]
    assert (last.action, last.actor, last.reason) == ("promote", "admin", "looks right")
    assert (last.aliases["champion"], last.overridden) == (1, False)
    assert last.run == f"yes.promotion/{promotions['yes']}"


def test_no_promotes_nothing_and_stands_in_the_ledger(
    installation: Installation, promotions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(installation, "no", promotions["no"])
    states = answered(installation, "no", promotions["no"], "Reject", "the autumn is missing")
    assert (states["approve_promotion"], states["promote_model"]) == ("success", "skipped")
    assert installation.api.run("no.promotion", promotions["no"])["state"] == "success"
    last = entries(installation, "no", monkeypatch)[-1]
    assert (last.action, last.actor, last.reason) == ("reject", "admin", "the autumn is missing")
    assert (last.to_version, last.aliases) == (1, {"challenger": 1})


def test_silence_is_no_and_fails_the_run(
    installation: Installation, promotions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    states = installation.run("silence.promotion", promotions["silence"])
    assert (states["approve_promotion"], states["promote_model"]) == ("success", "failed")
    last = entries(installation, "silence", monkeypatch)[-1]
    assert (last.action, last.actor) == ("expire", f"silence.promotion/{promotions['silence']}")
    assert last.aliases == {"challenger": 1}


def test_a_person_overrides_what_the_gate_could_not_tell_and_the_ledger_says_so(
    installation: Installation, promotions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = asked(installation, "rare", promotions["rare"])
    assert "although its gate could not tell" in form["subject"]
    assert "INCONCLUSIVE" in form["body"]
    states = answered(installation, "rare", promotions["rare"], "Approve", "the old one harms customers")
    assert states["promote_model"] == "success"
    last = entries(installation, "rare", monkeypatch)[-1]
    assert (last.action, last.overridden, last.outcome) == ("promote", True, "inconclusive")
    assert (last.actor, last.reason) == ("admin", "the old one harms customers")


def test_a_candidate_that_could_not_be_told_and_that_nobody_may_override_challenges_nobody(
    installation: Installation, promotions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = installation.api.runs("strict.training")[0]["dag_run_id"]
    states = {t["task_id"]: t["state"] for t in installation.api.tasks("strict.training", run)}
    assert (states["gate_candidate"], states["register_model"]) == ("failed", "upstream_failed")
    assert "strict" not in promotions
    assert installation.api.runs("strict.promotion") == []
    assert entries(installation, "strict", monkeypatch) == []


def test_where_only_the_inconclusive_is_asked_about_a_gate_that_passed_promotes_at_once(
    installation: Installation, promotions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    states = installation.run("easy.promotion", promotions["easy"])
    assert set(states.values()) == {"success"}
    last = entries(installation, "easy", monkeypatch)[-1]
    assert (last.action, last.actor, last.run) == ("promote", f"easy.promotion/{promotions['easy']}", "")


def test_the_history_tells_decisions_from_moves(
    installation: Installation, promotions: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for model, told in (("no", "reject"), ("rare", "overridden"), ("silence", "expire")):
        show_history(installation.home, model, as_json=False)
        assert told in capsys.readouterr().out


def body(mail: EmailMessage) -> str:
    return str(mail.get_body(("html", "plain")).get_content())  # type: ignore[union-attr]


SUBJECTS = {
    "yes": "version 1 is the champion, the first one",
    "no": "admin rejected version 1",
    "silence": "nobody answered in time about version 1",
}


@pytest.mark.parametrize("model", SUBJECTS)
def test_what_became_of_a_promotion_is_mailed_with_links_that_work(
    installation: Installation, promotions: dict[str, str], mailbox: Mailbox, model: str
) -> None:
    mail = mailbox.await_mail(f"[sluice] {model}: {SUBJECTS[model]}")
    assert (mail["To"], mail["From"]) == ("growth@example.org", "sluice@example.org")
    text = body(mail)
    assert "asked" in text
    addresses = re.findall(r'href="([^"]+)"', text)
    assert len(addresses) == 2
    for address in addresses:
        assert requests.get(address.replace("&amp;", "&"), timeout=30).status_code == 200
    dag, run, task = re.findall(r"/dags/([^/]+)/runs/([^/]+)/tasks/([^/]+)$", addresses[0])[0]
    assert unquote(run) == promotions[model]
    assert unquote(task) in {t["task_id"] for t in installation.api.tasks(unquote(dag), unquote(run))}
    assert addresses[1].endswith(f"/models/{model}/versions/1")


def test_a_person_is_told_that_an_answer_is_waited_for(
    installation: Installation, promotions: dict[str, str], mailbox: Mailbox
) -> None:
    text = body(mailbox.await_mail("[sluice] rare: version 1 waits for your approval"))
    assert "could not tell" in text
    assert "required_actions" in text


def test_the_card_of_a_version_is_behind_the_login_and_says_that_its_gate_was_overridden(
    installation: Installation, promotions: dict[str, str]
) -> None:
    link = installation.api.links("rare.promotion", promotions["rare"], "promote_model")["Model card"]
    address = f"http://127.0.0.1:{installation.ports.airflow}{link}"
    assert requests.get(address, timeout=30).status_code == 401
    login = {"username": "admin", "password": installation.password}
    token = requests.post(f"http://127.0.0.1:{installation.ports.airflow}/auth/token", json=login, timeout=30).json()
    page = requests.get(address, headers={"Authorization": f"Bearer {token['access_token']}"}, timeout=60)
    assert page.status_code == 200
    assert "admin overrode an inconclusive gate: the old one harms customers" in page.text
