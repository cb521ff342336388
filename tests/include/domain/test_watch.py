from __future__ import annotations

import pytest
from hypothesis import given

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.watch import WatchDecision, decide_watch
from include.statistics.looks import confidence_of_look
from tests.strategies import observations

NAME = "improvement_over_predecessor.log_loss"


def seen(value: float | None, low: float, high: float, *, n: int = 400, confidence: float = 0.975) -> Evidence:
    interval = Interval(low=low, high=high, confidence=confidence, method="t")
    return Evidence(subject="churn", observations=(Observation(name=NAME, value=value, interval=interval, n=n),))


def decided(evidence: Evidence, look: int = 2) -> WatchDecision:
    return decide_watch(evidence, "log_loss", look=look, looks=4, confidence=0.975)


def test_who_is_surely_worse_is_taken_back_with_the_numbers() -> None:
    decision = decided(seen(-0.2, -0.3, -0.1))
    assert decision.outcome == "take_back"
    assert decision.reason == (
        "look 2 of 4: log_loss better by -0.2 [-0.3, -0.1] (97.5 %) than its predecessor's on the same 400 "
        "labelled rows"
    )


@pytest.mark.parametrize(
    "evidence",
    [
        seen(-0.2, -0.3, 0.0),
        seen(0.2, 0.1, 0.3),
        seen(-0.2, -0.3, -0.1, n=29),
        seen(-0.2, -0.3, -0.1, confidence=0.95),
        seen(0.5, -0.3, -0.1),
        seen(None, -0.3, -0.1),
        seen(float("nan"), -0.3, -0.1),
        Evidence(subject="churn"),
    ],
)
def test_doubt_takes_nobody_back(evidence: Evidence) -> None:
    assert decided(evidence).outcome == "go_on"
    assert decided(evidence, look=4).outcome == "trusted"


@given(observations(NAME))
def test_only_an_interval_below_zero_takes_back(observation: Observation) -> None:
    decision = decided(Evidence(subject="churn", observations=(observation,)))
    below = observation.interval is not None and observation.interval.high < 0
    assert decision.outcome == "go_on" or below


def test_many_looks_ask_for_more_confidence() -> None:
    assert [confidence_of_look(looks) for looks in (1, 2, 4)] == [0.9, 0.95, 0.975]
    with pytest.raises(ValueError, match="at least one look"):
        confidence_of_look(0)


def test_thirty_rows_at_the_asked_confidence_are_enough() -> None:
    assert decided(seen(-0.2, -0.3, -0.1, n=30)).outcome == "take_back"


def test_an_interval_that_ends_at_its_value_holds_it() -> None:
    assert decided(seen(-0.2, -0.2, -0.1)).outcome == "take_back"
    assert decided(seen(-0.1, -0.2, -0.1)).outcome == "take_back"


def test_rows_that_nobody_counted_are_none() -> None:
    interval = Interval(low=-0.3, high=-0.1, confidence=0.975, method="t")
    uncounted = Observation(name=NAME, value=-0.2, interval=interval)
    decision = decided(Evidence(subject="churn", observations=(uncounted,)))
    assert decision.outcome == "go_on"
    assert decision.reason.endswith("on the same 0 labelled rows")


def test_where_nothing_was_seen_the_reason_says_why_if_it_is_known() -> None:
    assert decided(Evidence(subject="churn")).reason == "look 2 of 4: nothing was seen"
    mute = Observation(name=NAME, value=None)
    assert decided(Evidence(subject="churn", observations=(mute,))).reason == "look 2 of 4: nothing was seen"
    told = mute.model_copy(update={"detail": "no labels yet"})
    assert decided(Evidence(subject="churn", observations=(told,))).reason == "look 2 of 4: no labels yet"
