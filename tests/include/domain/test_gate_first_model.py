from __future__ import annotations

import math

import pytest

from include.domain.evidence import Observation
from include.domain.gate import HOLDOUT_IN_CHAMPION_TRAINING, Bound, GateSpec, decide
from tests.include.domain.observed import BASELINE, CHAMPION, better, no_champion, seen

UNTOUCHED = Bound(observation=HOLDOUT_IN_CHAMPION_TRAINING, at_most=0)


def first_model_gate(margin: float = 0.0) -> GateSpec:
    baseline = BASELINE.model_copy(update={"margin": margin})
    return GateSpec(name="model", requirements=(UNTOUCHED, baseline, CHAMPION))


def test_a_first_model_needs_only_the_baseline() -> None:
    assert decide(first_model_gate(), seen(no_champion(), better(BASELINE.observation))).passed
    assert not decide(first_model_gate(), seen(no_champion(), better(BASELINE.observation, low=-0.1))).passed
    assert not decide(first_model_gate(), seen(no_champion())).passed


@pytest.mark.parametrize("champions", [None, math.nan, 1, 0.5, -1])
def test_a_champion_is_waived_only_where_the_registry_was_seen_to_hold_none(champions: float | None) -> None:
    assert not decide(first_model_gate(), seen(no_champion(champions), better(BASELINE.observation))).passed
    assert not decide(first_model_gate(), seen(better(BASELINE.observation))).passed


def test_a_bound_against_a_champion_is_waived_with_it() -> None:
    bounds = (
        Bound(observation="slices_worse_than_champion.log_loss", at_most=0),
        Bound(observation="improvement_over_champion.worst_slice.log_loss", at_least=0),
    )
    gate = GateSpec(name="model", requirements=(BASELINE, *bounds))
    assert decide(gate, seen(no_champion(), better(BASELINE.observation))).passed
    assert not decide(gate, seen(no_champion(1), better(BASELINE.observation))).passed


def test_no_champion_is_waived_where_no_baseline_is_asked() -> None:
    gate = GateSpec(name="model", requirements=(CHAMPION,))
    assert not decide(gate, seen(no_champion())).passed


def test_no_champion_is_waived_where_a_first_model_may_be_worse_than_the_baseline() -> None:
    evidence = seen(no_champion(), better(BASELINE.observation))
    assert not decide(first_model_gate(margin=-1e9), evidence).passed


@pytest.mark.parametrize(
    "of_a_champion",
    [
        Observation(name=HOLDOUT_IN_CHAMPION_TRAINING, value=0, n=500),
        better(CHAMPION.observation),
        better("improvement_over_champion.roc_auc"),
    ],
)
def test_evidence_that_counts_no_champion_and_knows_of_one_contradicts_itself(of_a_champion: Observation) -> None:
    evidence = seen(no_champion(), better(BASELINE.observation), of_a_champion)
    assert not decide(first_model_gate(), evidence).passed


def test_a_gain_over_a_champion_that_is_not_there_counts_for_nothing() -> None:
    shared = Observation(name=HOLDOUT_IN_CHAMPION_TRAINING, value=0, n=500)
    gains = (better(BASELINE.observation), better(CHAMPION.observation), shared)
    verdict = decide(first_model_gate(), seen(no_champion(), *gains))
    assert verdict.outcome == "blocked"
    assert "says that there is no champion" in verdict.as_text()
    assert decide(first_model_gate(), seen(no_champion(1), *gains)).passed


def test_what_is_waived_says_so() -> None:
    reasons = decide(first_model_gate(), seen(no_champion(), better(BASELINE.observation))).reasons
    assert [reason.waived for reason in reasons] == [True, False, True]
    assert (reasons[0].seen, reasons[0].detail) == ("no champion yet: the baseline decides", "")
