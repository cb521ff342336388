from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fairlearn
from numpy.typing import NDArray

from include.domain.catalogue import FAIRNESS
from include.domain.errors import DataError
from include.domain.evidence import Evidence, Observation
from include.domain.gate import decide
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.domain.verdict import Reason
from include.evaluation.evaluate import evaluate_candidate
from include.evaluation.fairness import observe_fairness
from include.evaluation.judged import judge
from include.statistics.clusters import clusters_of
from tests.include.evaluation.rows import TRAINED_ON, holdout_of, spec_for

CLASSES = np.array(["no", "yes"])


class Groups:
    """Rows of groups, with truth and predictions of given rates."""

    def __init__(self, sizes: dict[Any, int], said: dict[Any, float], *, seed: int = 7, true: float = 0.4) -> None:
        rng = np.random.default_rng(seed)
        self.sex = np.repeat(np.array(list(sizes), dtype=object), list(sizes.values()))
        self.truth = rng.random(len(self.sex)) < true
        self.said = rng.random(len(self.sex)) < np.array([said[sex] for sex in self.sex])
        self.holdout = holdout_of(CLASSES[self.truth.astype(int)], sex=pd.array(self.sex, dtype="object"))

    def observed(self, spec: ModelSpec) -> Evidence:
        said = Predictions(CLASSES[self.said.astype(int)], classes=CLASSES)
        return evaluate_candidate(spec, self.holdout, said, said, TRAINED_ON)

    def measured(self) -> Evidence:
        """Return what is seen of fairness alone, which is faster."""
        spec = fair_spec()
        judged = judge(spec, self.holdout, Predictions(CLASSES[self.said.astype(int)], classes=CLASSES))
        rng, clusters = np.random.default_rng(7), clusters_of(None, rows=len(self.sex))
        return Evidence(subject="x", observations=observe_fairness(spec, judged, self.holdout, clusters, rng=rng))

    def labels(self) -> NDArray[Any]:
        return np.array(["missing" if sex is None else str(sex) for sex in self.sex], dtype=object)


def fair_spec(**bound: Any) -> ModelSpec:
    """Return a spec that lists ``sex``, or has a bound that names it."""
    spec = spec_for("binary", gates={"bounds": [bound]} if bound else None).to_json()
    metric = {"metric": "accuracy"}
    gates = {**spec["gates"], "beats_baseline": metric, "beats_champion": metric}
    return ModelSpec.model_validate({**spec, "gates": gates, "evaluation": {} if bound else {"fairness": ["sex"]}})


def found(evidence: Evidence, name: str) -> Observation:
    observation = evidence.find(name)
    assert observation is not None
    return observation


def reason(spec: ModelSpec, evidence: Evidence) -> Reason:
    return decide(spec.candidate_gate(), evidence).reasons[-1]


@pytest.mark.parametrize("name", FAIRNESS)
@pytest.mark.parametrize("seed", range(4))
def test_values_are_those_of_fairlearn(name: str, seed: int) -> None:
    made = Groups({"f": 150, "m": 200, None: 40, "x": 3}, {"f": 0.3, "m": 0.5, None: 0.6, "x": 0.9}, seed=seed)
    expected = getattr(fairlearn, name)(made.truth, made.said, sensitive_features=made.labels())
    assert found(made.measured(), f"{name}.sex").value == expected


def test_rates_of_every_group_are_seen_and_so_is_that_of_rows_without_a_value() -> None:
    made = Groups({"f": 150, "m": 200, None: 40}, {"f": 0.3, "m": 0.5, None: 0.6})
    seen = made.measured()
    frame = fairlearn.MetricFrame(
        metrics={"selection_rate": fairlearn.selection_rate, "true_positive_rate": fairlearn.true_positive_rate},
        y_true=made.truth,
        y_pred=made.said,
        sensitive_features=made.labels(),
    )
    for group, rates in frame.by_group.iterrows():
        for name, value in rates.items():
            assert found(seen, f"{name}.sex:{group}").value == pytest.approx(value)
    assert found(seen, "selection_rate.sex:missing").n == 40


def test_a_bound_that_names_a_column_is_enough_to_have_it_observed_and_judged() -> None:
    spec = fair_spec(observation="demographic_parity_difference.sex", at_most=0.05)
    unfair = Groups({"f": 800, "m": 800}, {"f": 0.2, "m": 0.4})
    fair = Groups({"f": 800, "m": 800}, {"f": 0.3, "m": 0.3}, seed=8)
    blocked, passed = reason(spec, unfair.observed(spec)), reason(spec, fair.observed(spec))
    assert (blocked.outcome, passed.outcome) == ("blocked", "passed")
    assert "selection_rate: m 0." in blocked.detail
    assert blocked.asked == "at most 0.05 on 30 rows or more"


def test_a_group_of_a_few_rows_is_named_and_leaves_the_gate_open() -> None:
    spec = fair_spec(observation="demographic_parity_difference.sex", at_most=0.5)
    told = reason(spec, Groups({"f": 300, "m": 300, "x": 7}, {"f": 0.3, "m": 0.3, "x": 0.4}).observed(spec))
    assert told.outcome == "inconclusive"
    assert "inconclusive, fewer than 30 rows: sex:x (7 of selection_rate)" in told.detail


def test_a_group_without_positives_says_nothing_of_equal_odds() -> None:
    made = Groups({"f": 300, "m": 300}, {"f": 0.3, "m": 0.3})
    made.truth[made.sex == "f"] = False
    made.holdout["y"] = CLASSES[made.truth.astype(int)]
    spec = fair_spec(observation="equalized_odds_difference.sex", at_most=1)
    told = reason(spec, made.observed(spec))
    assert told.outcome == "inconclusive"
    assert "sex:f has no rows of true_positive_rate" in told.detail


def test_one_group_alone_proves_nothing() -> None:
    spec = fair_spec(observation="demographic_parity_difference.sex", at_most=0.5)
    told = reason(spec, Groups({"f": 300}, {"f": 0.3}).observed(spec))
    assert told.outcome == "blocked"
    assert "all rows are of one group, sex:f" in told.detail
    assert not decide(spec.candidate_gate(), Groups({"f": 300}, {"f": 0.3}).observed(spec)).passed


def test_groups_treated_alike_keep_0_in_the_interval_and_1_for_a_ratio() -> None:
    seen = Groups({"a": 200, "b": 150, "c": 100}, dict.fromkeys("abc", 0.3)).measured()
    difference, ratio = (found(seen, f"demographic_parity_{what}.sex").interval for what in ("difference", "ratio"))
    assert difference is not None
    assert ratio is not None
    assert (difference.low, ratio.high) == (0, 1)


def test_a_rate_of_0_is_not_taken_for_certain() -> None:
    made = Groups({"a": 40, "b": 400}, {"a": 0.0, "b": 0.02}, seed=1)
    seen = made.measured()
    interval = found(seen, "demographic_parity_difference.sex").interval
    assert interval is not None
    assert interval.low == 0
    ratio = found(seen, "demographic_parity_ratio.sex")
    assert (ratio.value, ratio.interval) == (0, None)
    assert "a rate is 0" in ratio.detail


def test_rows_of_one_entity_widen_the_interval() -> None:
    made = Groups({"a": 400, "b": 400}, {"a": 0.3, "b": 0.5})
    for name, rows in (("said", made.said), ("truth", made.truth)):
        setattr(made, name, np.repeat(rows[::10], 10))
    made.holdout["y"] = CLASSES[made.truth.astype(int)]
    made.holdout["who"] = np.repeat(np.arange(80), 10)
    alone = found(made.observed(fair_spec()), "demographic_parity_difference.sex").interval
    spec = ModelSpec.model_validate(
        {**fair_spec().to_json(), "data": {**fair_spec().to_json()["data"], "entity": "who"}}
    )
    together = found(made.observed(spec), "demographic_parity_difference.sex").interval
    assert alone is not None
    assert together is not None
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_a_sensitive_column_that_is_not_there_is_named() -> None:
    spec = fair_spec(observation="equalized_odds_ratio.gender", at_least=0.8)
    with pytest.raises(DataError, match="'gender' divides the rows that judge, and is no column of them: y, sex"):
        Groups({"f": 10, "m": 10}, {"f": 0.3, "m": 0.3}).observed(spec)
