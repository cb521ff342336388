"""Realised quality of a window, and what it cannot tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from include.domain.concerns import concern_gates
from include.domain.evidence import Evidence
from include.domain.gate import decide
from include.domain.verdict import Verdict
from include.watching.realised import observe_realised
from include.watching.served import Served
from tests.include.watching.world import a_promise, a_watched_spec, served, without_labels

PROMISE = a_promise(brier_score=0.15)


def look(world: Served, promised: Evidence | None = PROMISE, **spec: Any) -> Evidence:
    seen = observe_realised(a_watched_spec(**spec), world, promised, rng=np.random.default_rng(7))
    return Evidence(subject="churn window", observations=seen)


def judged(evidence: Evidence) -> Verdict:
    gate = next(gate for gate in concern_gates(a_watched_spec()) if gate.name == "realised_quality")
    return decide(gate, evidence)


def why(verdict: Verdict) -> str:
    return "\n".join(f"{r.requirement} {r.detail}" for r in verdict.reasons if r.outcome == verdict.outcome)


def test_metrics_are_those_of_an_evaluation_on_the_labelled_rows() -> None:
    world = without_labels(served(1_000), 0.3)
    seen = look(world).find("realised.brier_score")
    assert seen is not None
    assert world.said.probabilities is not None
    truth = world.frame["y"][:700] == "yes"
    assert seen.value == pytest.approx(brier_score_loss(truth, world.said.probabilities[:700, 1]))
    assert (seen.n, seen.interval is not None) == (700, True)


def test_a_champion_that_is_as_good_as_promised_passes() -> None:
    assert judged(look(served(1_000))).passed


def test_a_surely_worse_champion_is_an_alarm_whose_reason_names_both_numbers() -> None:
    verdict = judged(look(served(1_000, change=3.0)))
    assert verdict.outcome == "blocked"
    assert "brier_score: 0.15 at promotion on 2,000 rows, realised 0." in why(verdict)


@pytest.mark.parametrize(("change", "outcome"), [(0.0, "passed"), (3.0, "blocked")])
def test_who_asks_for_more_confidence_is_answered_with_as_much(change: float, outcome: str) -> None:
    sure = {"monitoring": {"confidence": 0.99}}
    gate = next(gate for gate in concern_gates(a_watched_spec(**sure)) if gate.name == "realised_quality")
    assert decide(gate, look(served(1_000, change=change), **sure)).outcome == outcome


@pytest.mark.parametrize(
    ("world", "told"),
    [
        (without_labels(served(1_000)), "no label is known yet"),
        (without_labels(served(1_000), 0.8), "800 of 1,000 rows have no label yet"),
        (without_labels(served(60), 0.5), "30 rows, asked are 50"),
        (served(0), "labelled_share"),
    ],
)
def test_too_few_labels_are_inconclusive_and_said_to_be(world: Served, told: str) -> None:
    verdict = judged(look(world))
    assert verdict.outcome == "inconclusive"
    assert told in why(verdict)


def test_labels_of_one_class_are_inconclusive_and_said_to_be() -> None:
    world = served(1_000)
    world.frame["y"] = "no"
    verdict = judged(look(world))
    assert verdict.outcome == "inconclusive"
    assert "all 1,000 labels are 'no': of one class alone no model can be judged" in why(verdict)


def test_labels_that_came_for_the_highest_scores_alone_are_inconclusive() -> None:
    world = served(1_000)
    assert world.score is not None
    world.frame.loc[world.score < np.quantile(world.score, 0.4), "y"] = None
    verdict = judged(look(world))
    assert verdict.outcome == "inconclusive"
    assert "labelled rows are scored higher than the others" in why(verdict)


def test_a_champion_without_a_promise_is_inconclusive() -> None:
    verdict = judged(look(served(1_000), None))
    assert verdict.outcome == "inconclusive"
    assert "nobody has seen the champion's brier_score at its promotion" in why(verdict)


def test_slices_groups_and_value_of_the_window_are_told_where_the_spec_names_them() -> None:
    terms = {
        "value": {"unit": "EUR", "true_positive": 5, "false_positive": -1},
        "evaluation": {"slices": ["region"], "fairness": ["region"]},
        "data": {"positive": "yes"},
    }
    seen = look(served(1_000), **terms)
    for name in (
        "realised.value_per_1000",
        "realised.slice.brier_score.region:north",
        "realised.worst_slice_gap.brier_score",
        "realised.demographic_parity_difference.region",
    ):
        assert seen.find(name) is not None, name
