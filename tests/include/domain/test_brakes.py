from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.domain.brakes import brakes_that_hold
from include.domain.spec import RetrainingSpec
from include.domain.spec.retraining import Budget

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
GENEROUS = Budget(day=9, week=9)


def test_no_brake_holds_before_the_first_request() -> None:
    assert brakes_that_hold(RetrainingSpec(), START, []) == ()


def test_every_brake_that_holds_is_named() -> None:
    policy = RetrainingSpec(quiet_hours={"start": "22:00", "end": "06:00"})
    cooldown, day, quiet = brakes_that_hold(policy, START + 10 * DAY, [START + 9.5 * DAY])
    assert cooldown.startswith("cooldown of 7d until 2026-01-17 12:00 UTC")
    assert day == "the budget of 1 a day is spent: 1 in the day before 2026-01-11 00:00"
    assert quiet.startswith("quiet hours from 22:00 to 06:00 UTC")


def test_a_cooldown_ends_at_its_last_moment() -> None:
    policy = RetrainingSpec(cooldown="2d", budget=GENEROUS)
    assert brakes_that_hold(policy, START + 2 * DAY, [START]) == ()
    assert len(brakes_that_hold(policy, START + 2 * DAY - SECOND, [START])) == 1


def test_the_last_of_several_requests_starts_the_cooldown() -> None:
    policy = RetrainingSpec(cooldown="2d", budget=GENEROUS)
    assert len(brakes_that_hold(policy, START + 3 * DAY, [START + 1.5 * DAY, START])) == 1


@pytest.mark.parametrize(("word", "days"), [("day", 1), ("week", 7)])
def test_a_budget_is_that_of_the_24_hours_or_7_days_before_and_is_whole_again_after_them(word: str, days: int) -> None:
    policy = RetrainingSpec(cooldown="0s", budget=Budget(**{"day": 9, "week": 9, word: 1}))
    spent = f"the budget of 1 a {word} is spent: 1 in the {word} before 2026-01-11 00:00"
    now = START + 10 * DAY
    assert brakes_that_hold(policy, now, [now - days * DAY + SECOND]) == (spent,)
    assert brakes_that_hold(policy, now, [now - days * DAY]) == ()


def test_a_request_in_vain_is_repeated_once_half_as_much_again_has_come_since_the_change() -> None:
    policy, asked = RetrainingSpec(budget=GENEROUS), [START + 4 * DAY]
    (early,) = brakes_that_hold(policy, START + 6 * DAY - SECOND, asked, in_vain_since=START)
    assert early.startswith("the last request brought no new champion, and too little more has come since the change:")
    assert brakes_that_hold(policy, START + 6 * DAY, asked, in_vain_since=START) == ()


def test_a_request_in_vain_never_waits_longer_than_the_cooldown() -> None:
    policy, asked = RetrainingSpec(budget=GENEROUS), [START + 40 * DAY]
    assert brakes_that_hold(policy, START + 47 * DAY, asked, in_vain_since=START) == ()
    (held,) = brakes_that_hold(policy, START + 47 * DAY - SECOND, asked, in_vain_since=START)
    assert held.startswith("cooldown of 7d")
