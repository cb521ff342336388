from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from include.domain.evidence import Evidence, Observation
from include.domain.monitored import MonitoredWindow
from include.domain.record import digest
from include.domain.references import ModelVersionRef, Window
from include.domain.retraining import CHANGED, Findings, findings_of
from include.domain.spec import RetrainingSpec
from include.domain.spec.retraining import Alarm
from include.domain.verdict import Reason, Verdict
from tests.include.domain.findings import DAY, EAGER, START, ask, drifted, found, request, window


def test_without_the_block_it_waits_and_says_what_to_write() -> None:
    decision = ask(None, *drifted(0, 1, 2, 3))
    assert decision.decision == "wait"
    assert "retraining: {}" in decision.reasons[0]


def test_three_of_the_last_four_windows_ask_by_default() -> None:
    decision = ask(RetrainingSpec(), *drifted(1, 2, 3))
    assert decision.decision == "ask"
    assert decision.reasons == (
        "input_drift in 3 of the last 4 windows (the newest, 2026-01-04 00:00 UTC, among them); asked are 3 of 4",
    )
    assert decision.request is not None
    assert decision.request.at == START + 4 * DAY
    assert decision.request.evidence == ("e1", "e2", "e3")


def test_it_waits_while_the_newest_window_is_calm() -> None:
    decision = ask(RetrainingSpec(), *drifted(0, 1, 2), found(3))
    assert decision.decision == "wait"
    assert "3 of the last 4 windows" in decision.reasons[0]
    assert "not)" in decision.reasons[0]


def test_different_alarms_do_not_add_up() -> None:
    judged: tuple[Alarm, ...] = ("input_drift", "realised_quality")
    kinds: list[Alarm] = ["input_drift", "realised_quality", "input_drift", "realised_quality"]
    assert ask(RetrainingSpec(), *(found(i, kind, judged=judged) for i, kind in enumerate(kinds))).decision == "wait"


def test_windows_without_labels_neither_count_nor_stand_between() -> None:
    labelled = [found(i, "realised_quality", judged=("realised_quality",)) for i in (0, 1, 2)]
    unlabelled = [found(i, judged=("input_drift",)) for i in (3, 4, 5, 6)]
    decision = ask(RetrainingSpec(), *labelled, *unlabelled)
    assert decision.decision == "ask"
    assert decision.request is not None
    assert decision.request.at == START + 7 * DAY


def test_alarms_about_an_earlier_champion_do_not_count() -> None:
    assert ask(RetrainingSpec(), *drifted(0, 1, 2), champion=2).decision == "wait"


def test_alarms_that_the_spec_does_not_name_ask_for_nothing() -> None:
    assert ask(RetrainingSpec(on=("realised_quality",)), *drifted(0, 1, 2)).decision == "wait"


def test_a_change_of_training_asks_at_once() -> None:
    decision = ask(RetrainingSpec(), found(0), change="parameters.depth changed from 3 to 4")
    assert decision.request is not None
    assert decision.request.alarms == (CHANGED,)
    assert "parameters.depth changed from 3 to 4" in decision.request.reason
    assert ask(RetrainingSpec(changes=False), found(0), change="code").decision == "wait"


QUALITY: Alarm = "realised_quality"


def worse(day: int, *segments: str, alarms: tuple[Alarm, ...] = (QUALITY,)) -> Findings:
    judged: tuple[Alarm, ...] = ("input_drift", QUALITY)
    return found(day, *alarms, judged=judged).model_copy(update={"segments": segments})


def segments_asked(policy: RetrainingSpec, *findings: Findings, **more: Any) -> tuple[str, ...]:
    request = ask(policy, *findings, **more).request
    assert request is not None
    return request.segments


def test_a_fleet_asks_to_train_the_segments_that_got_worse_in_the_windows_that_count() -> None:
    policy = RetrainingSpec(k=2, of=2)
    days = [worse(0, "east"), worse(1, "north"), worse(2, "west", "north")]
    assert segments_asked(policy, *days) == ("north", "west")
    request = ask(policy, *days).request
    assert request is not None
    assert request.reason.endswith("to train are 2 segments: north, west")


@pytest.mark.parametrize(
    "newest",
    [worse(1), worse(1, "west", alarms=(QUALITY, "input_drift"))],
    ids=["the fleet as a whole got worse", "its inputs have drifted too"],
)
def test_all_segments_are_trained_where_not_only_some_are_to_blame(newest: Findings) -> None:
    assert segments_asked(EAGER, worse(0, "west"), newest) == ()


def test_all_segments_are_trained_where_training_itself_has_changed() -> None:
    assert segments_asked(EAGER, worse(0, "west"), change="code") == ()


def test_a_loop_that_was_stopped_waits_whatever_is_found() -> None:
    decision = ask(RetrainingSpec(), *drifted(0, 1, 2), stopped="stopped since entry 7")
    assert (decision.decision, decision.reasons) == ("wait", ("stopped since entry 7",))


def test_brakes_hold_and_are_told_before_what_was_found() -> None:
    decision = ask(RetrainingSpec(k=1, of=1), found(9, "input_drift"), requests=[request(START + 9.5 * DAY)])
    assert decision.decision == "wait"
    cooldown, _, why = decision.reasons
    assert cooldown.startswith("cooldown of 7d until 2026-01-17 12:00 UTC")
    assert why.startswith("input_drift in 1 of the last 1")


def test_a_request_in_vain_is_repeated_once_half_as_much_again_has_come_since_its_change() -> None:
    policy, asked = RetrainingSpec(k=1, of=1), [request(START + 4 * DAY, since=START)]
    decisions = [ask(policy, found(day, "input_drift"), requests=asked).decision for day in (4, 5)]
    assert decisions == ["wait", "ask"]


def test_the_cooldown_holds_after_a_new_champion_and_where_no_change_is_learned_from() -> None:
    alarm, since = found(5, "input_drift", version=2), START
    eager, all_rows = (RetrainingSpec(k=1, of=1, data=data) for data in ("since_change", "all"))
    of_the_old = [request(START + 4 * DAY, since=since)]
    assert ask(eager, alarm, champion=2, requests=of_the_old).decision == "wait"
    of_no_change = [request(START + 4 * DAY, champion=2)]
    assert ask(eager, alarm, champion=2, requests=of_no_change).decision == "wait"
    in_vain = [request(START + 4 * DAY, since=since, champion=2)]
    assert ask(all_rows, alarm, champion=2, requests=in_vain).decision == "wait"


@pytest.mark.parametrize(
    ("terms", "start"),
    [
        ({"data": "all"}, None),
        ({"data": "sliding", "span": "2d"}, START + 2 * DAY),
        ({"data": "since_change"}, START + DAY),
        ({"data": "weighted", "half_life": "30d"}, None),
    ],
)
def test_the_policy_says_what_is_learned_from(terms: dict[str, Any], start: datetime | None) -> None:
    decision = ask(RetrainingSpec(**terms), *drifted(1, 2, 3))
    assert decision.request is not None
    assert decision.request.data.window == Window(start=start, end=START + 4 * DAY)
    assert (decision.request.data.half_life is None) == (terms["data"] != "weighted")


def test_a_change_that_lasts_began_with_its_first_alarm_and_not_with_the_last_windows() -> None:
    decision = ask(RetrainingSpec(data="since_change"), *drifted(0, 4, 5, 7, 8, 9))
    assert decision.request is not None
    assert decision.request.data.window.start == START + 4 * DAY


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"k": 3, "of": 2}, "k 3 of 2 windows can never be reached"),
        ({"data": "sliding"}, "data: sliding needs span"),
        ({"span": "9d"}, "span is for data: sliding"),
        ({"data": "weighted", "half_life": "0s"}, "half_life has to be above zero"),
        ({"on": ["input_drift", "input_drift"]}, "stands twice"),
        ({"quiet_hours": {"start": "06:00", "end": "06:00"}}, "leave no time, or no quiet"),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RetrainingSpec(**wrong)


def a_verdict(gate: str, outcome: Any, *names: str) -> Verdict:
    reasons = tuple(Reason(requirement=name, outcome=outcome, asked="", seen="") for name in names)
    return Verdict(gate=gate, subject="", outcome=outcome, reasons=reasons)


def test_what_was_not_seen_raises_no_alarm() -> None:
    values = {"drifted_columns": 3.0, "prediction_drift": 0.1, "realised.log_loss": None, "null_share.age": 1.0}
    seen = MonitoredWindow(
        model="churn",
        window=window(0),
        as_of=START + DAY,
        evidence=Evidence(subject="", observations=tuple(Observation(name=n, value=v) for n, v in values.items())),
        verdicts=(
            a_verdict("data_quality", "blocked", "null_share.age"),
            a_verdict("input_drift", "blocked", "drifted_columns"),
            a_verdict("prediction_drift", "passed", "prediction_drift"),
            a_verdict("realised_quality", "blocked", "realised.log_loss"),
            a_verdict("estimated_quality", "inconclusive", "drifted_columns"),
        ),
    )
    told = findings_of(seen)
    assert told.judged == ("input_drift", "prediction_drift")
    assert told.alarms == ("input_drift",)


def test_findings_name_the_champion_that_was_looked_at_and_the_evidence_they_rest_on() -> None:
    evidence = Evidence(subject="", observations=(Observation(name="drifted_columns", value=3),))
    terms: dict[str, Any] = {
        "model": "churn",
        "window": window(0),
        "as_of": START,
        "evidence": evidence,
        "verdicts": (),
    }
    champion = ModelVersionRef(name="churn", version=7, run_id="r7")
    told = findings_of(MonitoredWindow(**terms, version=champion, worse_segments=("north",)))
    assert (told.version, told.evidence, told.segments) == (7, digest(evidence.to_json()), ("north",))
    assert findings_of(MonitoredWindow(**terms)).version is None


def test_before_the_first_window_it_waits_and_says_so() -> None:
    decision = ask(RetrainingSpec())
    assert (decision.decision, decision.reasons) == ("wait", ("no window was monitored yet",))


def test_a_request_names_who_asks_and_nobody_where_nobody_is_told() -> None:
    named, unnamed = (ask(EAGER, found(0, "input_drift"), **by) for by in ({"by": "churn.monitoring/run"}, {}))
    assert named.request is not None
    assert unnamed.request is not None
    assert (named.request.by, unnamed.request.by) == ("churn.monitoring/run", "")


def test_a_change_began_before_as_many_calm_windows_as_k_of_m_allow_and_no_more() -> None:
    for calm, begin in ((1, 0), (2, 3)):
        days = [0, *range(1 + calm, 4 + calm)]
        decision = ask(RetrainingSpec(data="since_change"), *drifted(*days))
        assert decision.request is not None
        assert decision.request.data.window.start == START + begin * DAY


def test_a_window_without_both_sides_cannot_be_found_in_time() -> None:
    open_ended = Findings(window=Window(end=START), version=1)
    with pytest.raises(ValueError, match=r"^a monitored window has two sides$"):
        _ = open_ended.start


def test_a_request_names_the_champion_and_tells_every_alarm_that_asks() -> None:
    both: tuple[Alarm, ...] = ("input_drift", "realised_quality")
    decision = ask(EAGER, found(0, *both, version=7, judged=both), champion=7)
    assert decision.request is not None
    assert decision.request.champion == 7
    assert decision.request.alarms == both
    newest = "(the newest, 2026-01-01 00:00 UTC, among them); asked are 1 of 1"
    assert decision.request.reason == "; ".join(f"{alarm} in 1 of the last 1 windows {newest}" for alarm in both)


def test_a_champion_of_which_nothing_was_seen_waits_and_says_so() -> None:
    decision = ask(RetrainingSpec(), found(0, judged=()))
    assert (decision.decision, decision.reasons) == ("wait", ("no window of this champion was judged yet",))
