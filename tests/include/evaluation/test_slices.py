from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from include.domain.evidence import Evidence, Observation
from include.domain.gate import decide
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.comparison import compare_models
from include.evaluation.evaluate import evaluate_candidate
from tests.include.evaluation.rows import TRAINED_ON, Binary, holdout_of, spec_for

REGIONS = np.array(list("abcdefgh"))
WORSE = "slices_worse_than_baseline.log_loss"


def sliced(task: str = "binary", *bounds: dict[str, Any], **evaluation: Any) -> ModelSpec:
    spec = spec_for(task, gates={"bounds": bounds}).to_json()
    return ModelSpec.model_validate({**spec, "evaluation": {"slices": ["region"], **evaluation}})


def regions(made: Binary) -> np.ndarray:
    made.holdout["region"] = made.rng.choice(REGIONS, len(made.holdout))
    return np.asarray(made.holdout["region"])


def flip(made: Binary, rows: np.ndarray) -> None:
    made.holdout.loc[rows, "y"] = made.holdout.loc[rows, "y"].map({"yes": "no", "no": "yes"})


def observed(spec: ModelSpec, made: Binary, model: Predictions | None = None) -> Evidence:
    return evaluate_candidate(spec, made.holdout, model or made.model(0.3), made.prior(), TRAINED_ON)


def found(evidence: Evidence, name: str) -> Observation:
    observation = evidence.find(name)
    assert observation is not None
    return observation


def test_a_planted_slice_is_found_named_and_blocks() -> None:
    made = Binary(4_000)
    flip(made, regions(made) == "c")
    seen = observed(sliced(), made)
    verdict = decide(sliced().candidate_gate(), seen)
    assert verdict.outcome == "blocked"
    (told,) = [reason for reason in verdict.reasons if reason.outcome != "passed"]
    assert told.requirement == WORSE
    assert told.detail.startswith("region:c: worse, gain over the baseline -0.")
    assert "adjusted p 0.0001" in told.detail
    assert found(seen, "worst_slice.log_loss").detail.startswith("region:c: log_loss 1.")
    gap = found(seen, "worst_slice_gap.log_loss")
    assert gap.detail.startswith("region:c: gap ")
    assert gap.interval is not None
    assert gap.interval.low > 0.3


def test_a_slice_that_is_merely_harder_blocks_nothing_unless_it_is_asked_for() -> None:
    made = Binary(4_000)
    hard = regions(made) == "c"
    made.signal[hard] *= 0.3
    chance = 1 / (1 + np.exp(-made.signal))
    made.holdout["y"] = made.classes[(made.rng.random(4_000) < chance).astype(int)]
    spec = sliced("binary", {"observation": "worst_slice_gap.log_loss", "at_most": 0.05, "confident": True})
    seen = observed(spec, made, made.model(0.0))
    assert decide(sliced().candidate_gate(), seen).passed
    assert found(seen, WORSE).detail.startswith("region:c: at worst, gain over the baseline 0.")
    assert found(seen, "slices_worse_than_rest.log_loss").value == 1
    assert decide(spec.candidate_gate(), seen).outcome == "blocked"


def test_slices_have_the_numbers_of_scikit_learn() -> None:
    made = Binary(1_000)
    region = regions(made)
    model = made.model(0.5)
    seen = observed(sliced("binary", {"observation": "worst_slice.roc_auc", "at_least": 0.5}), made, model)
    assert model.probabilities is not None
    chance = model.probabilities[:, 1]
    for name in REGIONS:
        rows = region == name
        true = made.target[rows] == "yes"
        assert found(seen, f"slice.log_loss.region:{name}").value == pytest.approx(log_loss(true, chance[rows]))
        assert found(seen, f"slice.roc_auc.region:{name}").value == pytest.approx(roc_auc_score(true, chance[rows]))
    gap = max(
        log_loss(made.target[region == n] == "yes", chance[region == n])
        - log_loss(made.target[region != n] == "yes", chance[region != n])
        for n in REGIONS
    )
    assert found(seen, "worst_slice_gap.log_loss").value == pytest.approx(gap)
    areas = [roc_auc_score(made.target[region == n] == "yes", chance[region == n]) for n in REGIONS]
    assert found(seen, "worst_slice.roc_auc").value == pytest.approx(min(areas))


def test_a_slice_of_a_few_rows_is_named_and_inconclusive() -> None:
    made = Binary(500)
    made.holdout["region"] = np.where(np.arange(500) < 7, "tiny", "large")
    made.holdout.loc[made.holdout.index[7:200], "region"] = None
    seen = observed(sliced(), made)
    small = found(seen, "slices_too_small")
    assert (small.value, small.detail) == (1, "fewer than 30 rows: region:tiny (7)")
    assert found(seen, "slice.log_loss.region:tiny").interval is None
    assert "inconclusive: 7 rows" in found(seen, "slice.log_loss.region:tiny").detail
    assert found(seen, "slice.log_loss.region:missing").n == 193


def test_slices_that_are_all_too_small_open_no_gate() -> None:
    made = Binary(200)
    made.holdout["region"] = [f"r{i // 4}" for i in range(200)]
    verdict = decide(sliced().candidate_gate(), observed(sliced(), made))
    (told,) = [reason for reason in verdict.reasons if reason.requirement == WORSE]
    assert told.outcome == "blocked"
    assert "no slice has 30 rows or more" in told.detail


def test_one_slice_of_all_rows_has_no_rest() -> None:
    made = Binary(200)
    made.holdout["region"] = "everywhere"
    seen = observed(sliced(), made)
    gap = found(seen, "worst_slice_gap.log_loss")
    assert (gap.value, gap.detail) == (None, "no slice leaves a rest of 30 rows or more")
    assert found(seen, "worst_slice.log_loss").value == pytest.approx(found(seen, "log_loss").value)


def test_predictions_that_cannot_be_judged_open_no_gate() -> None:
    made = Binary(200)
    regions(made)
    labels_only = Predictions(made.target, classes=made.classes)
    told = found(observed(sliced(), made, labels_only), WORSE)
    assert (told.value, told.detail) == (None, "candidate: the model gives no probabilities")


def test_a_slice_lost_to_the_champion_shows_although_the_challenger_is_better_on_the_whole() -> None:
    made = Binary(4_000)
    lost = regions(made) == "c"
    champion, challenger = made.model(0.8), made.model(0.0)
    assert challenger.probabilities is not None
    challenger.probabilities[lost] = challenger.probabilities[lost][:, ::-1]
    seen = compare_models(
        sliced(), made.holdout, challenger, champion, champion_trained_on=TRAINED_ON, challenger_trained_on=TRAINED_ON
    )
    count = found(seen, "slices_worse_than_champion.log_loss")
    assert count.value == 1
    assert count.detail.startswith("region:c: worse, gain over the champion -")
    worst = found(seen, "improvement_over_champion.worst_slice.log_loss")
    assert worst.interval is not None
    assert worst.interval.high < 0
    asked = [r.observation for r in sliced().model_gate().requirements]
    assert "slices_worse_than_champion.log_loss" in asked


def test_the_same_model_with_other_last_digits_loses_no_slice() -> None:
    made = Binary(1_000)
    regions(made)
    champion = made.model(0.5)
    assert champion.probabilities is not None
    is_true = np.asarray(made.holdout["y"])[:, np.newaxis] == made.classes
    lower = champion.probabilities - np.where(is_true, 1e-15, -1e-15)
    again = Predictions(champion.values, lower, champion.classes)
    seen = compare_models(
        sliced(), made.holdout, again, champion, champion_trained_on=TRAINED_ON, challenger_trained_on=TRAINED_ON
    )
    assert found(seen, "slices_worse_than_champion.log_loss").value == 0
    assert found(seen, "improvement_over_champion.worst_slice.log_loss").value == 0


def test_a_first_model_need_not_be_compared_slice_by_slice() -> None:
    made = Binary(2_000)
    regions(made)
    spec = sliced()
    seen = observed(spec, made)
    first = Observation(name="champions", value=0)
    assert decide(spec.model_gate(), seen.model_copy(update={"observations": (*seen.observations, first)})).passed


def test_numbers_are_sliced_by_quantiles() -> None:
    rng = np.random.default_rng(3)
    truth, age = rng.normal(50, 10, 1_000), rng.normal(40, 10, 1_000)
    holdout = holdout_of(truth, region=age)
    noise = np.where(age > np.quantile(age, 0.75), 40, 3)
    candidate = Predictions(truth + rng.normal(0, noise))
    baseline = Predictions(np.full(1_000, np.median(truth)))
    spec = sliced("regression", slices=[{"column": "region", "quantiles": 4}])
    seen = evaluate_candidate(spec, holdout, candidate, baseline, TRAINED_ON)
    told = found(seen, "slices_worse_than_baseline.mean_absolute_error")
    assert told.value == 1
    assert f"region:{np.quantile(age, 0.75):.6g} to {age.max():.6g}: worse, gain over the baseline" in told.detail


def test_without_slices_nothing_is_observed_or_asked() -> None:
    made = Binary(200)
    names = [observation.name for observation in observed(spec_for("binary"), made).observations]
    assert [name for name in names if "slice" in name] == []
    assert [r for r in spec_for("binary").model_gate().requirements if "slice" in r.observation] == []
