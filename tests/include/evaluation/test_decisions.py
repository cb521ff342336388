from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.gate import CHAMPIONS, GateSpec, decide
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.comparison import compare_models
from include.evaluation.evaluate import evaluate_candidate
from tests.include.evaluation.rows import TRAINED_ON, Binary, holdout_of, spec_for

VALUE = "value_per_1000"
COSTS = {"unit": "EUR", "true_positive": -2, "false_positive": -10, "false_negative": {"column": "loss", "times": -1}}


def paid(task: str = "binary", value: dict[str, Any] | None = None, **gates: Any) -> ModelSpec:
    return spec_for(task, gates=gates, value=value or COSTS)


class Payments(Binary):
    """Rows of two classes, each with what is lost if it is missed."""

    def __init__(self, rows: int = 2000, seed: int = 7) -> None:
        super().__init__(rows, seed)
        self.loss = self.rng.gamma(2.0, 30.0, rows)
        self.holdout = holdout_of(self.target, loss=self.loss)

    def worth(self, said: Predictions) -> np.ndarray:
        """Return what each decision is worth, counted by hand."""
        rows = zip(self.target, said.values, self.loss, strict=True)
        worth = {("yes", "yes"): -2.0, ("no", "yes"): -10.0, ("no", "no"): 0.0}
        return np.array([worth.get((true, decided), -loss) for true, decided, loss in rows])


def evaluated(made: Payments, said: Predictions, spec: ModelSpec | None = None) -> Evidence:
    return evaluate_candidate(spec or paid(), made.holdout, said, made.prior(), TRAINED_ON)


def found(evidence: Evidence, name: str) -> Observation:
    observation = evidence.find(name)
    assert observation is not None
    return observation


def interval(observation: Observation) -> Interval:
    assert observation.interval is not None
    return observation.interval


def test_the_value_is_what_the_decisions_come_to_when_counted_by_hand() -> None:
    made = Payments()
    said = made.model(0.3).at(0.2)
    seen = found(evaluated(made, said), VALUE)
    assert seen.value == pytest.approx(1000 * made.worth(said).mean())
    assert seen.unit == "EUR"
    assert interval(seen).low < (seen.value or 0) < interval(seen).high


def test_the_gain_over_a_half_is_that_of_the_same_probabilities_on_the_same_rows() -> None:
    made = Payments()
    said = made.model(0.3).at(0.2)
    evidence = evaluated(made, said)
    gain = found(evidence, "improvement_over_half.value_per_1000")
    assert gain.value == pytest.approx(1000 * (made.worth(said) - made.worth(said.at(0.5))).mean())
    assert interval(gain).low > 0
    assert "decided at candidate 0.2, half 0.5" in gain.detail
    assert found(evidence, "decision_threshold").value == 0.2
    same = found(evaluated(made, said.at(0.5)), "improvement_over_half.value_per_1000")
    assert (same.value, interval(same).low, interval(same).high) == (0, 0, 0)


def test_without_payoffs_nothing_is_seen_of_them() -> None:
    made = Payments(300)
    names = [o.name for o in evaluated(made, made.model(0.3), spec_for("binary")).observations]
    assert [name for name in names if "value" in name or "threshold" in name] == []


def test_a_payoff_that_is_missing_leaves_the_value_unseen_and_the_metrics_seen() -> None:
    made = Payments(300)
    made.holdout.loc[5, "loss"] = np.nan
    evidence = evaluated(made, made.model(0.3).at(0.2))
    seen = found(evidence, VALUE)
    assert seen.value is None
    assert "column 'loss' is missing or infinite in 1 of 300 rows" in seen.detail
    assert found(evidence, "roc_auc").value is not None


def test_a_regression_is_paid_by_the_unit_of_its_errors() -> None:
    truth = np.array([10.0, 20.0, 30.0] * 20)
    said = Predictions(truth + np.tile([1.0, -2.0, 0.0], 20))
    spec = paid("regression", {"unit": "EUR", "over": -3, "under": -1})
    seen = evaluate_candidate(spec, holdout_of(truth), said, Predictions(np.full(60, 20.0)), TRAINED_ON)
    assert found(seen, VALUE).value == pytest.approx(1000 * (-3 - 2) / 3)
    assert found(seen, "improvement_over_baseline.value_per_1000").value is not None


def compared(made: Payments, challenger: Predictions, champion: Predictions, spec: ModelSpec) -> Evidence:
    return compare_models(
        spec, made.holdout, challenger, champion, champion_trained_on=TRAINED_ON, challenger_trained_on=TRAINED_ON
    )


def test_a_better_ranking_that_costs_more_is_blocked_and_the_gate_says_so_with_both_numbers() -> None:
    made = Payments()
    spec = paid(beats_champion={"metric": VALUE})
    challenger, champion = made.model(0.1).at(0.7), made.model(0.6).at(0.15)
    verdict = decide(
        GateSpec(name="model", requirements=(spec.improvement("champion"),)), compared(made, challenger, champion, spec)
    )
    costs = [1000 * made.worth(said).mean() for said in (challenger, champion)]
    assert verdict.outcome == "blocked"
    assert f"value_per_1000: challenger {costs[0]:.6g}, champion {costs[1]:.6g} EUR" in verdict.as_text()
    assert "decided at challenger 0.7, champion 0.15" in verdict.as_text()
    assert "the better ranking is worth less: roc_auc challenger 0." in verdict.as_text()


def test_each_model_is_judged_at_its_own_threshold() -> None:
    made = Payments()
    model = made.model(0.3)
    gain = found(
        compared(made, model.at(0.2), model, paid(beats_champion={"metric": VALUE})),
        "improvement_over_champion.value_per_1000",
    )
    assert gain.value == pytest.approx(1000 * (made.worth(model.at(0.2)) - made.worth(model)).mean())
    assert "champion the most probable class" in gain.detail


def stale(metric: str) -> dict[str, Any]:
    return {"bounds": [{"observation": f"staleness.{metric}", "at_most": 0.05, "confident": True}]}


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss"])
def test_a_champion_that_has_lost_is_stale(metric: str) -> None:
    made, spec = Payments(), spec_for("binary", gates=stale(metric))
    fresh, worn = made.model(0.0), made.model(4.0)
    then = evaluate_candidate(spec, made.holdout, fresh, made.prior(), TRAINED_ON)
    rows = {"champion_trained_on": TRAINED_ON, "challenger_trained_on": TRAINED_ON}
    seen = compare_models(spec, made.holdout, fresh, worn, champion_then=then, **rows)
    loss = found(seen, f"staleness.{metric}")
    assert interval(loss).low > 0.05
    assert "then on 2,000 rows" in loss.detail
    same = compare_models(spec, made.holdout, fresh, fresh, champion_then=then, **rows)
    assert found(same, f"staleness.{metric}").value == pytest.approx(0)
    unknown = found(compare_models(spec, made.holdout, fresh, worn, **rows), f"staleness.{metric}")
    assert unknown.value is None


def test_a_first_model_has_no_champion_that_could_be_stale() -> None:
    made, spec = Payments(), spec_for("binary", gates=stale("roc_auc"))
    evidence = evaluate_candidate(spec, made.holdout, made.model(0.1), made.prior(), TRAINED_ON)
    first = Evidence(subject="adult", observations=(Observation(name=CHAMPIONS, value=0),))
    assert decide(spec.model_gate(), evidence.joined(first)).passed


def test_a_linear_model_beside_the_candidate_is_compared_where_it_was_trained() -> None:
    made = Payments()
    name = "improvement_over_simpler.roc_auc"
    spec = spec_for("binary", gates={"bounds": [{"observation": name, "at_least": 0}]})
    seen = evaluate_candidate(spec, made.holdout, made.model(0.1), made.prior(), TRAINED_ON, simpler=made.model(2.0))
    assert (found(seen, name).value or 0) > 0.05
    assert "simpler 0." in found(seen, name).detail


def test_a_threshold_says_positive_from_itself_on() -> None:
    said = Predictions(np.array(["no"]), np.array([[0.7, 0.3]]), np.array(["no", "yes"]))
    assert [said.at(threshold).values[0] for threshold in (0.29, 0.3, 0.31)] == ["yes", "yes", "no"]
    assert replace(said.at(0.3), values=said.values).threshold == 0.3
