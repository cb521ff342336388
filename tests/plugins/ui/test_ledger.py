"""The page of a model's moves."""

from __future__ import annotations

from datetime import UTC, datetime

from include.registry.entry import LedgerEntry
from plugins.ui.ledger import ledger_page


def entry(position: int, reason: str) -> LedgerEntry:
    return LedgerEntry.model_construct(
        action="promote",
        alias="champion",
        to_version=position,
        actor="ada",
        reason=reason,
        model="churn",
        position=position,
        from_version=position - 1 or None,
        at=datetime(2026, 1, position, tzinfo=UTC),
    )


def test_the_newest_move_stands_first_and_leads_to_version_and_card() -> None:
    page = ledger_page("churn", [entry(1, "the first"), entry(2, "<b>better</b>")])
    assert page.index("&lt;b&gt;better") < page.index("the first")
    assert "models/churn/versions/2" in page
    assert "../cards/churn/2" in page


def test_a_model_without_moves_says_so() -> None:
    assert "No alias was ever moved" in ledger_page("churn", [])
