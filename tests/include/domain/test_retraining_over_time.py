"""Retraining as windows come one after the other, and what was asked for before is known."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.retraining import CHANGED, Findings, RetrainingRequest
from include.domain.spec import RetrainingSpec
from include.domain.spec.retraining import Alarm, Budget
from tests.include.domain.findings import DAY, EAGER, START, ask, drifted, found, request, window

policies = st.builds(
    lambda of, k, cooldown, day, week, quiet: RetrainingSpec(
        of=of,
        k=min(k, of),
        cooldown=timedelta(hours=cooldown),
        budget=Budget(day=day, week=week),
        quiet_hours={"start": f"{quiet:02d}:00", "end": f"{(quiet + 7) % 24:02d}:00"} if quiet else None,
    ),
    of=st.integers(1, 5),
    k=st.integers(1, 5),
    cooldown=st.integers(0, 100),
    day=st.integers(0, 4),
    week=st.integers(0, 8),
    quiet=st.integers(0, 23),
)
pasts = st.lists(st.booleans(), min_size=1, max_size=40)
lengths = st.sampled_from([1, 5, 6, 24])


def replayed(policy: RetrainingSpec, past: list[bool], hours: int) -> list[tuple[int, RetrainingRequest]]:
    """Let windows come one after the other, and return the requests that were made, each with its window."""
    findings: list[Findings] = []
    made: list[tuple[int, RetrainingRequest]] = []
    for i, alarm in enumerate(past):
        judged: tuple[Alarm, ...] = ("input_drift",)
        alarms = judged if alarm else ()
        findings.append(Findings(window=window(i, hours), version=1, judged=judged, alarms=alarms))
        decision = ask(policy, *findings, requests=[one for _, one in made])
        assert (decision.request is not None) == (decision.decision == "ask")
        assert decision.reasons
        if decision.request is not None:
            made.append((i, decision.request))
    return made


@given(policies, pasts, lengths)
def test_no_two_requests_lie_within_the_cooldown_unless_the_first_was_in_vain(
    policy: RetrainingSpec, past: list[bool], hours: int
) -> None:
    for earlier, later in pairwise(one for _, one in replayed(policy, past, hours)):
        begun = earlier.data.window.start
        assert begun is not None
        assert later.at - earlier.at >= min(policy.cooldown, (earlier.at - begun) / 2)


@given(policies, pasts, lengths)
def test_no_day_and_no_week_sees_more_than_the_budget(policy: RetrainingSpec, past: list[bool], hours: int) -> None:
    moments = [one.at for _, one in replayed(policy, past, hours)]
    for days, limit in ((1, policy.budget.day), (7, policy.budget.week)):
        for end in moments:
            assert sum(timedelta(0) <= end - at < timedelta(days=days) for at in moments) <= limit


@given(policies, pasts, lengths)
def test_every_request_rests_on_k_of_the_last_windows_and_the_newest(
    policy: RetrainingSpec, past: list[bool], hours: int
) -> None:
    for i, _ in replayed(policy, past, hours):
        assert past[i]
        assert sum(past[max(0, i + 1 - policy.of) : i + 1]) >= policy.k


@given(policies, pasts, lengths)
def test_after_a_request_in_vain_and_calm_as_many_windows_more_are_asked(
    policy: RetrainingSpec, past: list[bool], hours: int
) -> None:
    made = [i for i, _ in replayed(policy, past, hours)]
    for earlier, later in pairwise(made):
        between = past[earlier + 1 : later + 1]
        calm = [sum(not alarm for alarm in between[j:]) for j in range(len(between))]
        if calm and max(calm) > 2 * (policy.of - policy.k):
            assert sum(past[max(0, later + 1 - 2 * policy.of) : later + 1]) >= 2 * policy.k


IN_VAIN = request(START + 4 * DAY).model_copy(update={"alarms": ("input_drift",)})
FREE = RetrainingSpec(cooldown="0s", budget=Budget(day=9, week=9))


def test_an_alarm_that_asked_in_vain_and_went_by_itself_is_believed_after_twice_as_many_windows() -> None:
    again = drifted(1, 2, 3, 7, 8, 9)
    assert ask(FREE, *again).decision == "ask"
    told = ask(FREE, *again, requests=[IN_VAIN])
    assert told.decision == "wait"
    assert told.reasons == (
        "input_drift in 5 of the last 8 windows (the newest, 2026-01-10 00:00 UTC, among them); asked are 6 of 8",
    )
    twice = drifted(1, 2, 3, 7, 8, 9, 10, 11, 12)
    assert ask(FREE, *twice, requests=[IN_VAIN]).decision == "ask"
    later = IN_VAIN.model_copy(update={"at": START + 5 * DAY})
    assert "asked are 9 of 12" in ask(FREE, *twice, requests=[IN_VAIN, later]).reasons[0]


def test_a_change_that_lasts_is_asked_for_again_on_the_same_terms() -> None:
    lasts = drifted(1, 2, 3, 5, 6)
    assert ask(FREE, *lasts, requests=[IN_VAIN]).decision == "ask"


@pytest.mark.parametrize("other", [{"champion": 2}, {"alarms": ("prediction_drift",)}, {"alarms": (CHANGED,)}])
def test_what_another_champion_or_another_alarm_asked_in_vain_says_nothing_of_this_one(other: dict[str, Any]) -> None:
    assert ask(FREE, *drifted(1, 2, 3, 7, 8, 9), requests=[IN_VAIN.model_copy(update=other)]).decision == "ask"


def test_of_the_newest_windows_as_many_are_asked_as_ever() -> None:
    decision = ask(FREE, *drifted(6, 7, 8, 9, 10, 13), requests=[IN_VAIN])
    assert decision.decision == "wait"
    assert "6 of the last 8" in decision.reasons[0]


@given(policies, pasts, lengths)
def test_nothing_is_asked_in_quiet_hours(policy: RetrainingSpec, past: list[bool], hours: int) -> None:
    quiet = policy.quiet_hours
    assert not any(quiet and quiet.holds(one.at) for _, one in replayed(policy, past, hours))


@given(pasts, st.data())
def test_one_alarm_more_never_takes_a_request_back(past: list[bool], data: st.DataObject) -> None:
    before = ask(RetrainingSpec(), *of(past))
    more = list(past)
    more[data.draw(st.integers(0, len(past) - 1))] = True
    assert before.decision == "wait" or ask(RetrainingSpec(), *of(more)).decision == "ask"


@given(pasts, st.randoms())
def test_the_order_in_which_windows_are_told_does_not_matter(past: list[bool], random: Any) -> None:
    findings = of(past)
    shuffled = random.sample(findings, len(findings))
    assert ask(RetrainingSpec(), *shuffled) == ask(RetrainingSpec(), *findings)


def of(past: list[bool]) -> list[Findings]:
    return [found(i, *(("input_drift",) if alarm else ())) for i, alarm in enumerate(past)]


def test_without_brakes_every_alarm_asks() -> None:
    assert len(replayed(EAGER, [True] * 9, 24)) == 9
