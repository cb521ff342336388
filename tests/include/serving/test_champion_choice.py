from __future__ import annotations

from datetime import UTC, datetime, timedelta

from include.registry.entry import LedgerEntry, Move, successor
from include.serving.champion_choice import champion_entry

START = datetime(2026, 1, 1, tzinfo=UTC)


def ledger(*moves: tuple[str, int, str]) -> list[LedgerEntry]:
    """Return a ledger with a move a day: alias, version and action."""
    entries: list[LedgerEntry] = []
    for day, (alias, version, action) in enumerate(moves):
        move = Move.model_validate(
            {"alias": alias, "to_version": version, "action": action, "actor": "a", "reason": "r"}
        )
        entries.append(successor("churn", entries[-1] if entries else None, move, START + timedelta(days=day)))
    return entries


ENTRIES = ledger(
    ("challenger", 1, "challenge"),
    ("champion", 1, "promote"),
    ("challenger", 2, "challenge"),
    ("champion", 2, "reject"),
    ("champion", 2, "promote"),
    ("champion", 1, "roll_back"),
)


def champion(at: datetime | None) -> int | None:
    entry = champion_entry(ENTRIES, at)
    return entry.to_version if entry else None


def test_before_the_first_promotion_nobody_was_champion() -> None:
    assert champion(START) is None


def test_a_moment_has_the_champion_of_the_last_move_before_it() -> None:
    assert [champion(START + timedelta(days=day)) for day in (1, 2, 3, 4, 5, 60)] == [1, 1, 1, 2, 1, 1]


def test_a_refusal_makes_nobody_champion() -> None:
    entry = champion_entry(ENTRIES, START + timedelta(days=3))
    assert entry is not None
    assert entry.position == 2


def test_without_a_moment_the_last_move_counts() -> None:
    entry = champion_entry(ENTRIES, None)
    assert entry is not None
    assert entry.action == "roll_back"
