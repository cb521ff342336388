from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.gate import (
    EXACT,
    Bound,
    GateSpec,
    Improvement,
    decide,
)
from include.domain.spec import ModelSpec
from include.domain.verdict import Outcome
from tests.include.domain.observed import BASELINE, CHAMPION, better, no_champion, seen
from tests.strategies import bounds, evidences, finite, gates, improvements, intervals, observations, sound_observations


def outcome(requirement: Bound | Improvement, *observations: Observation) -> Outcome:
    return decide(GateSpec(name="model", requirements=(requirement,)), seen(*observations)).outcome


@given(evidences())
def test_a_gate_that_asks_nothing_opens_for_nothing(evidence: Evidence) -> None:
    assert decide(GateSpec(name="model"), evidence).outcome == "blocked"


@given(gates())
def test_silence_opens_no_gate(gate: GateSpec) -> None:
    assert decide(gate, seen()).outcome == "blocked"


@given(gates(), evidences())
def test_a_decision_is_the_same_every_time(gate: GateSpec, evidence: Evidence) -> None:
    assert decide(gate, evidence) == decide(gate, evidence)


@given(gates(), evidences())
def test_a_decision_survives_the_way_through_json(gate: GateSpec, evidence: Evidence) -> None:
    again = decide(GateSpec.model_validate(gate.to_json()), Evidence.model_validate(evidence.to_json()))
    assert again == decide(gate, evidence)


@given(gates(), evidences())
def test_every_requirement_has_its_reason_in_the_order_of_the_gate(gate: GateSpec, evidence: Evidence) -> None:
    assume(gate.requirements)
    verdict = decide(gate, evidence)
    assert [r.requirement for r in verdict.reasons] == [r.observation for r in gate.requirements]


@given(gates(), evidences(), bounds() | improvements())
def test_asking_more_never_helps_where_the_baseline_is_asked_already(
    gate: GateSpec, evidence: Evidence, further: Bound | Improvement
) -> None:
    gate = gate.model_copy(update={"requirements": (*gate.requirements, BASELINE)})
    more = gate.model_copy(update={"requirements": (*gate.requirements, further)})
    assert decide(gate, evidence).passed or not decide(more, evidence).passed


@given(gates(), evidences(), st.data())
def test_taking_evidence_away_never_helps(gate: GateSpec, evidence: Evidence, data: st.DataObject) -> None:
    asked = {r.observation for r in gate.requirements}
    kept = tuple(o for o in evidence.observations if data.draw(st.booleans()) or o.name not in asked)
    less = Evidence(subject=evidence.subject, observations=kept)
    assume(not any(r.seen.startswith("no champion") for r in decide(gate, less).reasons))
    assert decide(gate, evidence).passed or not decide(gate, less).passed


@given(bounds(), st.sampled_from([None, math.nan, math.inf, -math.inf]), st.none() | intervals())
def test_what_is_no_finite_number_meets_no_bound(bound: Bound, value: float | None, interval: Interval | None) -> None:
    assert outcome(bound, Observation(name=bound.observation, value=value, interval=interval, n=900)) == "blocked"


@given(bounds(), st.data())
def test_a_bound_passes_only_values_within_it(bound: Bound, data: st.DataObject) -> None:
    observation = data.draw(observations(bound.observation))
    if outcome(bound, observation) == "passed":
        assert observation.value is not None
        assert bound.at_least is None or observation.value >= bound.at_least
        assert bound.at_most is None or observation.value <= bound.at_most


@given(bounds(), st.data())
def test_a_bound_asked_of_the_whole_interval_is_never_easier(bound: Bound, data: st.DataObject) -> None:
    observation = data.draw(observations(bound.observation))
    strict = bound.model_copy(update={"confident": True})
    loose = bound.model_copy(update={"confident": False})
    assert outcome(strict, observation) != "passed" or outcome(loose, observation) == "passed"


@given(bounds(), finite, st.integers(0, 400))
def test_too_few_rows_leave_a_bound_open(bound: Bound, value: float, n: int) -> None:
    bound = bound.model_copy(update={"rows_at_least": 401})
    assert outcome(bound, Observation(name=bound.observation, value=value, n=n)) == "inconclusive"


def test_a_bound_on_rows_is_open_where_nobody_counted_them() -> None:
    bound = Bound(observation="roc_auc", at_least=0.8, rows_at_least=100)
    assert outcome(bound, Observation(name="roc_auc", value=0.9)) == "inconclusive"


def test_a_number_that_rests_on_no_rows_meets_no_bound() -> None:
    assert outcome(Bound(observation="shared", at_most=0), Observation(name="shared", value=0, n=0)) == "blocked"


def test_bounds_are_closed() -> None:
    bound = Bound(observation="roc_auc", at_least=0.8, at_most=0.9)
    values = (math.nextafter(0.8, 0), 0.8, 0.9, math.nextafter(0.9, 1))
    assert [outcome(bound, Observation(name="roc_auc", value=v)) for v in values] == [
        "blocked",
        "passed",
        "passed",
        "blocked",
    ]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.8, 0.9, "passed"), (0.75, 0.9, "inconclusive"), (0.7, 0.79, "blocked"), (0.7, 0.8, "inconclusive")],
)
def test_a_confident_bound_is_open_while_its_interval_straddles_it(low: float, high: float, expected: Outcome) -> None:
    bound = Bound(observation="roc_auc", at_least=0.8, confident=True)
    assert outcome(bound, better("roc_auc", low=low, value=(low + high) / 2, high=high)) == expected


def test_a_confident_bound_needs_an_interval_of_its_confidence() -> None:
    bound = Bound(observation="roc_auc", at_least=0.8, confident=True)
    assert outcome(bound, Observation(name="roc_auc", value=0.9, n=500)) == "blocked"
    assert outcome(bound, better("roc_auc", low=0.85, value=0.9, high=0.95, confidence=0.01)) == "blocked"
    assert outcome(bound, better("roc_auc", low=0.85, value=0.9, high=0.95, confidence=0.99)) == "passed"


@given(improvements(), st.data())
def test_an_improvement_passes_only_if_the_whole_interval_lies_above_the_margin(
    improvement: Improvement, data: st.DataObject
) -> None:
    name = improvement.observation
    observation = data.draw(observations(name))
    if outcome(improvement, observation) == "passed":
        assert observation.interval is not None
        assert observation.value is not None
        assert observation.n is not None
        assert (
            improvement.margin < observation.interval.low <= observation.value <= observation.interval.high < math.inf
        )
        assert observation.interval.confidence >= improvement.confidence
        assert observation.n >= improvement.rows_at_least


@given(sound_observations(CHAMPION.observation), finite, st.floats(0, 1e6))
def test_a_higher_margin_is_never_easier(observation: Observation, margin: float, more: float) -> None:
    low, high = (CHAMPION.model_copy(update={"margin": m}) for m in (margin, margin + more))
    assert outcome(low, observation) == "passed" or outcome(high, observation) != "passed"


@given(sound_observations(CHAMPION.observation), st.floats(0, 1e6))
def test_a_wider_interval_is_never_easier(observation: Observation, more: float) -> None:
    assert observation.interval is not None
    interval = observation.interval
    wide = interval.model_copy(update={"low": interval.low - more, "high": interval.high + more})
    wider = observation.model_copy(update={"interval": wide})
    assert outcome(CHAMPION, observation) == "passed" or outcome(CHAMPION, wider) != "passed"


@pytest.mark.parametrize(
    ("low", "value", "high", "expected"),
    [
        (0.01, 0.2, 0.3, "passed"),
        (0.0, 0.2, 0.3, "inconclusive"),
        (-0.1, 0.2, 0.3, "inconclusive"),
        (-0.3, -0.2, -0.1, "blocked"),
        (-0.3, -0.2, 0.0, "blocked"),
        (0.0, 0.0, 0.0, "blocked"),
    ],
)
def test_an_interval_that_touches_the_margin_proves_no_improvement(
    low: float, value: float, high: float, expected: Outcome
) -> None:
    assert outcome(CHAMPION, better(low=low, value=value, high=high)) == expected


@pytest.mark.parametrize(
    "bold",
    [
        better(value=math.nan),
        better(value=math.inf, high=math.inf),
        better(low=math.nan),
        better(high=math.inf),
        better(low=0.3, high=0.1),
        better(value=-5.0),
        better(value=5.0),
        better(confidence=0.94),
        Observation(name=CHAMPION.observation, value=0.2, n=500),
        Observation(name=CHAMPION.observation, value=None, interval=better().interval, n=500),
    ],
)
def test_an_improvement_that_cannot_be_believed_is_none(bold: Observation) -> None:
    assert outcome(CHAMPION, bold) == "blocked"


@pytest.mark.parametrize("n", [None, 0, 29])
def test_too_few_rows_prove_no_improvement(n: int | None) -> None:
    assert outcome(CHAMPION, better(n=n)) == "inconclusive"
    assert outcome(CHAMPION, better(n=30)) == "passed"


def test_the_exact_test_is_answered_by_no_other_interval() -> None:
    exact = Improvement(rival="champion", metric="accuracy", test="exact")
    name = exact.observation
    assert outcome(exact, better(name)) == "blocked"
    assert outcome(exact, better(name, method=EXACT)) == "passed"


def test_the_gate_of_a_spec_lets_a_proven_challenger_pass() -> None:
    spec = ModelSpec.model_validate(
        {
            "name": "adult",
            "owner": "risk",
            "task": "binary",
            "data": {"source": "adult.csv", "target": "income"},
            "training": {"estimator": "sklearn.linear_model.LogisticRegression"},
            "gates": {"beats_baseline": {"metric": "log_loss"}, "beats_champion": {"metric": "log_loss"}},
        }
    )
    untouched = [
        Observation(name=f"holdout_rows_in_{model}_training", value=0, n=500) for model in ("challenger", "champion")
    ]
    proven = [better(BASELINE.observation), better(CHAMPION.observation), no_champion(1)]
    assert decide(spec.model_gate(), seen(*untouched, *proven)).passed
    for missing in (*untouched, proven[0], proven[1]):
        rest = [o for o in (*untouched, *proven) if o != missing]
        assert not decide(spec.model_gate(), seen(*rest)).passed


def test_a_reason_says_what_was_missing() -> None:
    gate = GateSpec(name="model", requirements=(CHAMPION,))
    texts = [decide(gate, seen(o)).as_text() for o in (better(confidence=0.9), better(value=5), better(n=3))]
    assert "holds 90%, asked are 95%" in texts[0]
    assert "outside its own interval" in texts[1]
    assert "3 rows, asked are 30" in texts[2]


SURE = Bound(observation="roc_auc", at_least=0.8, confident=True)
AT_MOST = Bound(observation="roc_auc", at_most=0.8, confident=True)


@pytest.mark.parametrize(
    ("requirement", "observation", "expected", "text", "detail"),
    [
        (SURE, Observation(name="roc_auc", value=None), "blocked", "nothing", ""),
        (SURE, Observation(name="f1", value=0.9), "blocked", "nothing", ""),
        (SURE, Observation(name="roc_auc", value=0.9), "blocked", "0.9", "no interval was seen"),
        (SURE, better("roc_auc", high=math.inf), "blocked", "0.2 [0.1, inf] on 500 rows", "the interval is open"),
        (
            SURE,
            better("roc_auc", value=5),
            "blocked",
            "5 [0.1, 0.3] on 500 rows",
            "the value lies outside its own interval",
        ),
        (
            SURE,
            better("roc_auc", n=0),
            "blocked",
            "0.2 [0.1, 0.3] on 0 rows",
            "a number that rests on no rows says nothing",
        ),
        (SURE, better("roc_auc", n=None), "blocked", "0.2 [0.1, 0.3]", ""),
        (SURE, better("roc_auc", high=0.9), "inconclusive", "0.2 [0.1, 0.9] on 500 rows", ""),
        (SURE, better("roc_auc", low=0.8, value=0.9, high=1), "passed", "0.9 [0.8, 1] on 500 rows", ""),
        (CHAMPION, better(n=None), "inconclusive", "0.2 [0.1, 0.3]", "number of rows unknown, asked are 30"),
        (CHAMPION, better(n=1234), "passed", "0.2 [0.1, 0.3] on 1,234 rows", ""),
        (CHAMPION, better(low=-1), "inconclusive", "0.2 [-1, 0.3] on 500 rows", ""),
        (CHAMPION, better(low=-1, value=-0.5, high=-0.2), "blocked", "-0.5 [-1, -0.2] on 500 rows", ""),
        (CHAMPION, better(value=math.nan), "blocked", "nan [0.1, 0.3] on 500 rows", ""),
    ],
)
def test_a_reason_tells_what_was_seen_and_why_that_is_no_answer(
    requirement: Bound | Improvement, observation: Observation, expected: Outcome, text: str, detail: str
) -> None:
    reason = decide(GateSpec(name="model", requirements=(requirement,)), seen(observation)).reasons[0]
    assert (reason.outcome, reason.seen, reason.detail, reason.waived) == (expected, text, detail, False)


def test_what_the_observation_had_to_add_stands_below_the_reason() -> None:
    observation = better(n=3).model_copy(update={"unit": "nats", "detail": "9 rows have no label"})
    reason = decide(GateSpec(name="model", requirements=(CHAMPION,)), seen(observation)).reasons[0]
    assert reason.seen == "0.2 [0.1, 0.3] nats on 3 rows"
    assert reason.detail == "3 rows, asked are 30\n9 rows have no label"


def test_a_gate_that_asks_nothing_says_so() -> None:
    (reason,) = decide(GateSpec(name="model"), seen(better())).reasons
    assert (reason.requirement, reason.asked, reason.seen) == ("(none)", "at least one requirement", "none")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.7, 0.8, "passed"), (0.7, 0.85, "inconclusive"), (0.8, 0.9, "inconclusive"), (0.81, 0.9, "blocked")],
)
def test_a_confident_upper_bound_is_open_while_its_interval_straddles_it(
    low: float, high: float, expected: Outcome
) -> None:
    assert outcome(AT_MOST, better("roc_auc", low=low, value=(low + high) / 2, high=high)) == expected


def test_as_many_rows_as_asked_are_enough() -> None:
    bound = Bound(observation="roc_auc", at_least=0.8, rows_at_least=100)
    assert [outcome(bound, Observation(name="roc_auc", value=0.9, n=n)) for n in (99, 100)] == [
        "inconclusive",
        "passed",
    ]
