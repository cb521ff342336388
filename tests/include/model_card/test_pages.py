"""Markdown and HTML say the same, and neither lets data speak as markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from include.domain.evidence import Evidence, Observation
from include.model_card.card import ModelCard
from include.model_card.html import as_html
from include.model_card.markdown import as_markdown
from include.model_card.writing import write_card
from tests.include.model_card.cards import SEEN, a_verdict, sources
from tests.specs import a_spec

EVIL = "<script>alert(1)</script>|x"


class Read(HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [str(value) for name, value in attrs if name in ("href", "src", "action", "style")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def card() -> ModelCard:
    return write_card(sources(), {"Version in MLflow": "http://here/?a=1#/models/churn"})


@pytest.fixture
def evil() -> ModelCard:
    evidence = Evidence(
        subject="x", observations=(*SEEN.observations, Observation(name=f"slice.{EVIL}", value=1, detail=EVIL))
    )
    spec = a_spec(description=EVIL)
    return write_card(
        sources(spec=spec, evidence=evidence, verdict=a_verdict(seen=EVIL), tags={"sluice.cause": EVIL}), {}
    )


def test_both_pages_say_every_limit_every_number_and_every_command(card: ModelCard) -> None:
    page, text = Read(as_html(card)), as_markdown(card)
    for said in (*card.limits, *card.reproduce, "0.91", "0.89 to 0.93 (95%)", "at least 0.8", "growth", "champion"):
        assert said in page.text
        assert said in text


def test_the_page_needs_nothing_but_itself(card: ModelCard) -> None:
    page = Read(as_html(card))
    assert not {"script", "img", "iframe", "link", "object", "form"} & set(page.tags)
    assert page.addresses == ["http://here/?a=1#/models/churn"]
    assert "url(" not in as_html(card)


def test_what_data_say_is_text(evil: ModelCard) -> None:
    page = Read(as_html(evil))
    assert "script" not in page.tags
    assert page.text.count(EVIL) >= 4
    rows = [line for line in as_markdown(evil).splitlines() if "alert(1)" in line and line.startswith("|")]
    assert rows
    for row in rows:
        assert "<script" not in row
        assert len(re.findall(r"(?<!\\)\|", row)) in (3, 5, 6)


def test_a_version_that_nobody_judged_has_a_card_too() -> None:
    card = write_card(sources(verdict=None, entries=()), {})
    assert "not judged yet" in Read(as_html(card)).text
    assert "Not judged yet." in as_markdown(card)
