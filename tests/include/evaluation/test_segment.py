"""A segment's evaluation answers its gate: on rows that nobody has seen, beside everyone who could serve it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.evidence import Evidence
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.evaluate import evaluate_candidate
from include.evaluation.segment import Contest, evaluate_segment
from tests.specs import a_spec

RNG = np.random.default_rng(3)
TRUTH = RNG.normal(10, 3, 200)
HOLDOUT = pd.DataFrame({"sold": TRUTH}, index=pd.Index(np.arange(1, 201, dtype=np.uint64), name="row_hash"))
GOOD, FAIR, POOR = (Predictions(TRUTH + RNG.normal(0, error, 200)) for error in (0.5, 1.5, 4.0))
ELSEWHERE = np.array([5_000], np.uint64)
MAE = "mean_absolute_error"


def a_fleet(**parts: Any) -> ModelSpec:
    ridge = {"estimator": "sklearn.linear_model.Ridge"}
    return a_spec(task="regression", data={"target": "sold"}, segment_by="town", training=ridge, **parts)


def evaluated(
    contest: Contest, *, trained_on: Any = ELSEWHERE, champion_trained_on: Any = None, **parts: Any
) -> tuple[Evidence, dict[str, float | None]]:
    return evaluate_segment(
        a_fleet(**parts),
        "sales segment north",
        HOLDOUT,
        contest,
        trained_on=trained_on,
        champion_trained_on=champion_trained_on,
    )


def value(evidence: Evidence, name: str) -> float | None:
    found = evidence.find(name)
    assert found is not None, name
    return found.value


def test_a_first_member_is_seen_beside_the_baseline_as_every_candidate_is() -> None:
    seen, scores = evaluated(Contest(GOOD, POOR))
    whole = evaluate_candidate(a_fleet(), HOLDOUT, GOOD, POOR, ELSEWHERE)
    here, there = (one.find(f"improvement_over_baseline.{MAE}") for one in (seen, whole))
    assert here is not None
    assert there is not None
    assert here.interval is not None
    assert there.interval is not None
    assert (here.value, here.n, here.unit) == (there.value, there.n, there.unit)
    assert (here.interval.method, here.interval.confidence) == (there.interval.method, there.interval.confidence)
    # Each draws its own resamples.
    assert here.interval.low == pytest.approx(there.interval.low, rel=0.03)
    assert (value(seen, "champions"), value(seen, "holdout_rows")) == (0, 200)
    assert value(seen, "holdout_rows_in_challenger_training") == 0
    assert seen.find("holdout_rows_in_champion_training") is None
    errors = [float(np.mean(np.abs(said.values - TRUTH))) for said in (GOOD, POOR)]
    assert scores == pytest.approx(dict(zip(("candidate", "baseline"), errors, strict=True)))


def test_the_champion_is_met_on_rows_that_it_has_not_seen() -> None:
    seen, scores = evaluated(Contest(GOOD, POOR, champion=FAIR), champion_trained_on=HOLDOUT.index.to_numpy()[:3])
    assert value(seen, "champions") == 1
    assert value(seen, "holdout_rows_in_champion_training") == 3
    assert scores["champion"] is not None
    assert scores["candidate"] is not None
    assert value(seen, f"improvement_over_champion.{MAE}") == pytest.approx(scores["champion"] - scores["candidate"])


def test_rows_that_the_member_has_learned_from_are_counted() -> None:
    seen, _ = evaluated(Contest(GOOD, POOR), trained_on=HOLDOUT.index.to_numpy()[:7])
    assert value(seen, "holdout_rows_in_challenger_training") == 7


@pytest.mark.parametrize(("candidate", "pooled", "worse"), [(GOOD, FAIR, 0), (FAIR, FAIR, 0), (FAIR, GOOD, 1)])
def test_only_who_is_surely_worse_than_the_pooled_model_is_said_to_be(
    candidate: Predictions, pooled: Predictions, worse: int
) -> None:
    seen, _ = evaluated(Contest(candidate, POOR, pooled=pooled))
    assert value(seen, "surely_worse_than_pooled") == worse


def test_a_doubt_is_no_proof_of_being_worse() -> None:
    close = Predictions(GOOD.values + RNG.normal(0, 0.01, 200))
    seen, _ = evaluated(Contest(close, POOR, pooled=GOOD))
    assert value(seen, "surely_worse_than_pooled") == 0


def test_the_pooled_model_itself_is_not_compared_with_itself() -> None:
    seen, scores = evaluated(Contest(GOOD, POOR))
    assert seen.find("surely_worse_than_pooled") is None
    assert "pooled" not in scores


def test_what_no_bound_asks_for_is_not_computed_a_thousand_times() -> None:
    plain, _ = evaluated(Contest(GOOD, POOR))
    assert plain.find("r2") is None
    asked, _ = evaluated(Contest(GOOD, POOR), gates={"bounds": [{"observation": "r2", "at_least": 0.5}]})
    assert value(asked, "r2") == pytest.approx(1 - np.var(GOOD.values - TRUTH) / np.var(TRUTH), abs=0.01)


def test_an_answer_that_is_no_number_is_no_evidence() -> None:
    broken = Predictions(np.where(np.arange(200) == 0, np.nan, GOOD.values))
    seen, scores = evaluated(Contest(broken, POOR))
    assert value(seen, f"improvement_over_baseline.{MAE}") is None
    assert scores["candidate"] is None
