"""The words of every notice: what happened, the number that decided it, where to look."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.notice import (
    LONGEST_FACT,
    Notice,
    approval_pending,
    approval_refused,
    gate_closed,
    promoted,
    retraining_requested,
    rolled_back,
    step_failed,
    taken_back,
)
from include.domain.verdict import Outcome, Reason, Verdict

LINKS = {"Task in Airflow": "http://here/task?a=1&b=2"}


def a_verdict(outcome: Outcome) -> Verdict:
    reasons = (
        Reason(requirement="rows", outcome="passed", asked="at least 100", seen="500"),
        Reason(requirement="improvement_over_baseline.brier_score", outcome="passed", asked="above 0", seen="0.05"),
        Reason(requirement="roc_auc", outcome=outcome, asked="at least 0.8", seen="0.71 on 500 rows"),
    )
    return Verdict(gate="model", subject="churn version 3", outcome=outcome, reasons=reasons)


@pytest.mark.parametrize(("outcome", "event"), [("blocked", "gate_blocked"), ("inconclusive", "gate_inconclusive")])
def test_a_closed_gate_names_the_number_that_closed_it_and_no_other(outcome: Outcome, event: str) -> None:
    notice = gate_closed("churn", a_verdict(outcome), LINKS)
    assert notice.event == event
    assert notice.facts == ("roc_auc: asked at least 0.8, saw 0.71 on 500 rows",)
    assert "http://here/task?a=1&b=2" in notice.as_text()


def test_a_promotion_names_who_why_and_by_how_much() -> None:
    terms = {"actor": "ada", "reason": "looks right", "links": LINKS}
    notice = promoted("churn", 3, before=2, verdict=a_verdict("passed"), **terms)
    assert notice.subject == "[sluice] churn: version 3 is the champion, in place of version 2"
    assert notice.facts == ("ada: looks right", "improvement_over_baseline.brier_score: asked above 0, saw 0.05")


def test_an_override_is_called_one() -> None:
    notice = promoted("churn", 3, before=None, actor="ada", reason="r", verdict=a_verdict("inconclusive"), links={})
    assert notice.facts[0] == "a person overrode an inconclusive gate"
    assert "overrides" in approval_pending("churn", 3, a_verdict("inconclusive"), "3d", {}).facts[0]


def test_a_refusal_tells_a_person_from_silence() -> None:
    asked = {"verdict": a_verdict("passed"), "links": LINKS}
    no = approval_refused("churn", 3, person="ada", reason="too old", **asked)
    nothing = approval_refused("churn", 3, person="", reason="", **asked)
    assert (no.event, no.facts[0]) == ("approval_rejected", "too old")
    assert (nothing.event, nothing.headline) == ("approval_expired", "nobody answered in time about version 3")


def test_a_failed_step_shows_its_error_cut_to_a_length() -> None:
    notice = step_failed("churn", "train_model", "x" * 5000, LINKS)
    assert len(notice.facts[0]) == LONGEST_FACT
    assert step_failed("churn", "train_model", "", LINKS).facts == ("it left no error message",)


def test_a_rollback_names_both_versions() -> None:
    notice = rolled_back("churn", 1, before=3, actor="ada", reason="complaints", links={})
    assert (notice.headline, notice.facts) == ("rolled back to version 1 from version 3", ("ada: complaints",))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


@given(st.text(), st.text(max_size=80))
def test_what_data_and_people_say_makes_no_markup_and_no_second_line_of_a_subject(fact: str, headline: str) -> None:
    notice = Notice(event="promoted", model="churn", headline=headline, facts=(fact, "<script>"), links=LINKS)
    tags = _Tags()
    tags.feed(notice.as_html())
    assert tags.seen <= {"h3", "ul", "li", "p", "a", "br", "small"}
    assert len(notice.subject.splitlines()) == 1


def test_a_message_reads_as_a_letter_and_links_follow_the_facts() -> None:
    notice = Notice(event="promoted", model="churn", headline="new", facts=("one", "two"), links={"a": "b", "c": "d"})
    assert notice.as_text() == "[sluice] churn: new\n\none\ntwo\n\na: b\nc: d\n"
    assert Notice(event="promoted", model="churn", headline="new").as_text() == "[sluice] churn: new\n"


def test_a_message_as_html_lists_the_facts_and_shows_where_each_link_leads() -> None:
    notice = Notice(event="promoted", model="churn", headline="a<b", facts=("x>1", "y"), links={"a": "b?c&d", "e": "f"})
    assert notice.as_html() == (
        "<h3>[sluice] churn: a&lt;b</h3><ul><li>x&gt;1</li><li>y</li></ul>"
        '<p><a href="b?c&amp;d">a</a><br><small>b?c&amp;d</small></p><p><a href="f">e</a><br><small>f</small></p>'
    )


def test_a_fact_of_the_greatest_length_is_shown_whole() -> None:
    whole = "x" * LONGEST_FACT
    assert step_failed("churn", "t", whole, {}).facts == (whole,)
    assert step_failed("churn", "t", whole + "x", {}).facts == (whole[1:] + "…",)


@pytest.mark.parametrize(
    ("outcome", "version", "said"),
    [
        ("blocked", 3, "the gate model blocked version 3"),
        ("blocked", None, "the gate model blocked churn version 3"),
        ("inconclusive", 3, "the gate model could not tell about version 3"),
        ("inconclusive", None, "the gate model could not tell about churn version 3"),
    ],
)
def test_a_closed_gate_names_the_version_or_else_its_own_subject(
    outcome: Outcome, version: int | None, said: str
) -> None:
    assert gate_closed("churn", a_verdict(outcome), LINKS, version=version).headline == said


def test_who_is_asked_hears_what_the_gate_said_and_how_long_there_is() -> None:
    decided = "improvement_over_baseline.brier_score: asked above 0, saw 0.05"
    sure = approval_pending("churn", 3, a_verdict("passed"), "3d", LINKS)
    assert sure.headline == "version 3 waits for your approval"
    assert sure.facts == ("the gate has passed", decided, "no answer within 3d means no")
    thin = approval_pending("churn", 3, a_verdict("inconclusive"), "3d", LINKS)
    assert thin.facts[0] == "the gate could not tell: approving overrides it"


def test_a_refusal_names_the_person_and_shows_a_reason_only_where_one_was_given() -> None:
    asked = {"verdict": a_verdict("inconclusive"), "links": LINKS}
    decided = "roc_auc: asked at least 0.8, saw 0.71 on 500 rows"
    no = approval_refused("churn", 3, person="ada", reason="", **asked)
    assert (no.headline, no.facts) == ("ada rejected version 3", (decided,))


def test_a_first_champion_is_called_one() -> None:
    notice = promoted("churn", 1, before=None, actor="ada", reason="r", verdict=a_verdict("passed"), links={})
    assert notice.headline == "version 1 is the champion, the first one"


def test_every_notice_leads_to_where_more_is_told() -> None:
    verdict, said = a_verdict("passed"), {"actor": "ada", "reason": "r", "links": LINKS}
    notices = (
        step_failed("churn", "train_model", "e", LINKS),
        gate_closed("churn", a_verdict("blocked"), LINKS),
        approval_pending("churn", 3, verdict, "3d", LINKS),
        approval_refused("churn", 3, person="ada", reason="r", verdict=verdict, links=LINKS),
        promoted("churn", 3, before=2, verdict=verdict, **said),
        rolled_back("churn", 1, before=3, **said),
        taken_back("churn", 3, before=4, **said),
        retraining_requested("churn", ["drift"], LINKS),
    )
    assert [notice.links for notice in notices] == [LINKS] * 8


def test_who_is_taken_back_by_itself_is_told_apart_from_a_rollback_by_a_person() -> None:
    notice = taken_back("churn", 3, before=4, actor="churn.monitoring/run", reason="worse " * 999, links={})
    assert (notice.event, notice.model) == ("rolled_back", "churn")
    assert notice.headline == "rolled back by itself to version 3 from version 4; the loop has stopped"
    said, next_step = notice.facts
    assert said.startswith("churn.monitoring/run: worse worse")
    assert len(said) == len("churn.monitoring/run: ") + LONGEST_FACT
    assert next_step == "no training is requested until somebody resumes it: sluice resume churn --reason …"


def test_a_request_for_training_tells_every_reason_cut_to_a_length() -> None:
    notice = retraining_requested("churn", ["input_drift in 3 of the last 4 windows", "x" * 5000], {})
    assert (notice.event, notice.model, notice.headline) == (
        "retraining_requested",
        "churn",
        "training was asked for",
    )
    assert notice.facts == ("input_drift in 3 of the last 4 windows", "x" * (LONGEST_FACT - 1) + "…")
