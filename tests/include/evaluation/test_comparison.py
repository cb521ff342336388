from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from include.domain.errors import DataError
from include.domain.evidence import Evidence, Observation
from include.domain.gate import (
    CHAMPIONS,
    EXACT,
    HOLDOUT_IN_CHALLENGER_TRAINING,
    HOLDOUT_IN_CHAMPION_TRAINING,
    GateSpec,
    decide,
)
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.domain.verdict import Outcome
from include.evaluation.comparison import compare_models
from include.evaluation.evaluate import evaluate_candidate
from tests.include.evaluation.rows import TRAINED_ON, Binary, holdout_of, said, spec_for

OVER_CHAMPION = "improvement_over_champion.log_loss"


def compare(
    made: Binary, challenger: Predictions, champion: Predictions, spec: ModelSpec | None = None, **rows: Any
) -> Evidence:
    trained = {"champion_trained_on": TRAINED_ON, "challenger_trained_on": TRAINED_ON} | rows
    return compare_models(spec or spec_for("binary"), made.holdout, challenger, champion, **trained)


def found(evidence: Evidence, name: str = OVER_CHAMPION) -> Observation:
    observation = evidence.find(name)
    assert observation is not None
    return observation


def judged(evidence: Evidence, spec: ModelSpec | None = None) -> Outcome:
    gate = GateSpec(name="model", requirements=((spec or spec_for("binary")).improvement("champion"),))
    return decide(gate, evidence).outcome


def test_a_better_challenger_is_told_from_the_champion() -> None:
    made = Binary(2000)
    seen = compare(made, made.model(0.1), made.model(1.5))
    assert judged(seen) == "passed"
    assert judged(compare(made, made.model(1.5), made.model(0.1))) == "blocked"
    names = [observation.name for observation in seen.observations]
    assert names == [CHAMPIONS, HOLDOUT_IN_CHALLENGER_TRAINING, HOLDOUT_IN_CHAMPION_TRAINING, OVER_CHAMPION]


def test_the_same_model_again_is_no_improvement() -> None:
    made = Binary(500)
    champion = made.model(0.5)
    gain = found(compare(made, champion, champion))
    assert gain.interval is not None
    assert (gain.value, gain.interval.low, gain.interval.high) == (0, 0, 0)
    assert judged(compare(made, champion, champion)) == "blocked"


def test_a_small_lead_is_inconclusive_and_says_how_many_rows_would_tell() -> None:
    made = Binary(300)
    seen = compare(made, made.model(0.0), made.model(0.4))
    assert judged(seen) == "inconclusive"
    outlook = found(seen).detail.splitlines()[-1]
    assert outlook.startswith("about ")
    assert outlook.endswith("rows would tell a difference of this size, at 95% confidence and power 0.8")
    assert int(outlook.split()[1].replace(",", "")) > 300


def test_an_open_comparison_that_does_not_lead_promises_nothing_of_more_rows() -> None:
    made = Binary(300)
    seen = compare(made, made.model(0.4), made.model(0.0))
    assert "more rows are not expected to show more" in found(seen).detail


def test_without_a_champion_only_that_is_seen() -> None:
    made = Binary(100)
    seen = compare_models(
        spec_for("binary"),
        made.holdout,
        made.model(0.5),
        None,
        champion_trained_on=None,
        challenger_trained_on=TRAINED_ON,
    )
    assert [(o.name, o.value) for o in seen.observations] == [(CHAMPIONS, 0)]


def test_a_champion_that_was_not_asked_is_not_taken_for_none() -> None:
    made = Binary(100)
    with pytest.raises(DataError, match="no predictions"):
        compare_models(
            spec_for("binary"),
            made.holdout,
            made.model(0.5),
            None,
            champion_trained_on=TRAINED_ON,
            challenger_trained_on=TRAINED_ON,
        )


@pytest.mark.parametrize("model", ["challenger", "champion"])
def test_rows_that_either_has_seen_in_training_are_named(model: str) -> None:
    made = Binary(100)
    leak = np.array([3, 5, 10**9], dtype=np.uint64)
    seen = compare(made, made.model(0.1), made.model(0.9), **{f"{model}_trained_on": leak})
    shared = found(seen, f"holdout_rows_in_{model}_training")
    assert shared.value == 2
    assert "0000000000000003 (y=no)\n0000000000000005 (y=no)" in shared.detail
    other = "champion" if model == "challenger" else "challenger"
    assert found(seen, f"holdout_rows_in_{other}_training").value == 0


def test_a_champion_whose_training_rows_are_unknown_proves_nothing() -> None:
    made = Binary(100)
    seen = compare(made, made.model(0.1), made.model(0.9), champion_trained_on=None)
    assert found(seen, HOLDOUT_IN_CHAMPION_TRAINING).value is None


def test_evaluation_and_comparison_on_the_same_rows_join_and_pass_the_gate() -> None:
    made = Binary(2000)
    spec, challenger = spec_for("binary"), made.model(0.0)
    evaluated = evaluate_candidate(spec, made.holdout, challenger, made.prior(), TRAINED_ON)
    assert decide(spec.model_gate(), evaluated.joined(compare(made, challenger, made.model(1.5)))).passed
    assert not decide(spec.model_gate(), evaluated).passed
    assert not decide(spec.model_gate(), compare(made, challenger, made.model(1.5))).passed


@pytest.mark.parametrize("champion_classes", [["no", "yes", "maybe"], ["No", "Yes"]])
def test_models_that_know_different_classes_are_not_compared(champion_classes: list[str]) -> None:
    made = Binary(100)
    classes = np.array(champion_classes)
    champion = said(np.full((100, len(classes)), 1 / len(classes)), classes)
    gain = found(compare(made, made.model(0.1), champion, spec_for("multiclass")))
    assert gain.value is None
    assert "challenger knows the classes 'no', 'yes'; champion knows" in gain.detail


def test_the_order_of_the_classes_does_not_matter() -> None:
    made = Binary(200)
    challenger, champion = made.model(0.1), made.model(0.9)
    assert champion.probabilities is not None
    turned = Predictions(champion.values, champion.probabilities[:, ::-1], np.array(["yes", "no"]))
    straight, crossed = (found(compare(made, challenger, model)) for model in (champion, turned))
    assert straight.value == pytest.approx(crossed.value)


def test_missing_predictions_of_either_leave_the_improvement_unseen() -> None:
    holdout = holdout_of(np.arange(100.0))
    good, broken = Predictions(np.arange(100.0)), Predictions(np.full(100, np.nan))
    for challenger, champion, who in ((good, broken, "champion"), (broken, good, "challenger")):
        seen = compare_models(
            spec_for("regression"),
            holdout,
            challenger,
            champion,
            champion_trained_on=TRAINED_ON,
            challenger_trained_on=TRAINED_ON,
        )
        gain = found(seen, "improvement_over_champion.mean_absolute_error")
        assert gain.value is None
        assert gain.interval is None
        assert gain.detail == f"{who}: 100 of 100 predictions are missing or infinite"


def test_the_interval_has_the_confidence_that_is_asked_for() -> None:
    made = Binary(300)
    spec = spec_for("binary", gates={"beats_champion": {"confidence": 0.99, "metric": "roc_auc"}})
    gain = found(compare(made, made.model(0.1), made.model(0.9), spec), "improvement_over_champion.roc_auc")
    assert gain.interval is not None
    assert gain.interval.confidence == 0.99


def test_the_exact_test_is_used_where_it_is_asked_for() -> None:
    made = Binary(400)
    spec = spec_for("binary", gates={"beats_champion": {"metric": "accuracy", "test": "exact"}})
    seen = compare(made, made.model(0.0), made.model(3.0), spec)
    gain = found(seen, "improvement_over_champion.accuracy")
    assert gain.interval is not None
    assert gain.interval.method == EXACT
    assert judged(seen, spec) == "passed"


def test_the_exact_test_is_refused_to_rows_that_belong_together() -> None:
    made = Binary(400)
    made.holdout["who"] = np.repeat(np.arange(40), 10)
    gates = {"beats_champion": {"metric": "accuracy", "test": "exact"}}
    spec = spec_for("binary", data={"entity": "who"}, gates=gates)
    seen = compare(made, made.model(0.0), made.model(3.0), spec)
    gain = found(seen, "improvement_over_champion.accuracy")
    assert gain.value is None
    assert "400 rows are of 40 entities" in gain.detail
    assert judged(seen, spec) == "blocked"


def test_entities_stand_in_the_detail() -> None:
    made = Binary(400)
    made.holdout["who"] = np.repeat(np.arange(40), 10)
    seen = compare(made, made.model(0.1), made.model(0.9), spec_for("binary", data={"entity": "who"}))
    assert "on 400 rows of 40 entities (who)" in found(seen).detail
