from __future__ import annotations

import numpy as np
import pytest

from include.domain.errors import DataError
from include.domain.evidence import Observation
from include.domain.gate import HOLDOUT_IN_CHALLENGER_TRAINING, HOLDOUT_ROWS, decide
from include.domain.metric import metrics_of
from include.domain.predictions import Predictions
from include.evaluation.evaluate import evaluate_candidate
from tests.include.evaluation.rows import TRAINED_ON, Binary, holdout_of, spec_for

OVER_BASELINE = "improvement_over_baseline.log_loss"


def found(made: Binary, candidate: Predictions, name: str, **spec: object) -> Observation:
    seen = evaluate_candidate(spec_for("binary", **spec), made.holdout, candidate, made.prior(), TRAINED_ON)  # type: ignore[arg-type]
    observation = seen.find(name)
    assert observation is not None
    return observation


def test_the_evidence_holds_rows_leaks_metrics_and_the_gain_over_the_baseline() -> None:
    made = Binary(300)
    seen = evaluate_candidate(spec_for("binary"), made.holdout, made.model(0.5), made.prior(), TRAINED_ON)
    names = [observation.name for observation in seen.observations]
    metrics = [metric.name for metric in metrics_of("binary")]
    calibration = ["calibration.error", "calibration.slope", "calibration.intercept"]
    assert names == [HOLDOUT_ROWS, HOLDOUT_IN_CHALLENGER_TRAINING, *metrics, OVER_BASELINE, *calibration]


def test_a_model_that_sees_something_beats_the_baseline() -> None:
    made = Binary(500)
    gain = found(made, made.model(0.5), OVER_BASELINE)
    assert gain.interval is not None
    assert gain.interval.low > 0
    assert gain.unit == "nats"
    assert gain.n == 500
    lines = gain.detail.splitlines()
    assert lines[0].startswith("log_loss: candidate 0.")
    assert "baseline 0." in lines[0]
    assert lines[1] == "bootstrap-t, no narrower than Student's t on 500 rows"
    assert len(lines) == 2


def test_the_baseline_does_not_beat_itself() -> None:
    made = Binary(500)
    gain = found(made, made.prior(), OVER_BASELINE)
    assert gain.interval is not None
    assert (gain.value, gain.interval.low, gain.interval.high) == (0, 0, 0)


def test_the_same_evaluation_gives_the_same_evidence() -> None:
    made = Binary(200)
    candidate = made.model(0.5)
    one, other = (
        evaluate_candidate(spec_for("binary"), made.holdout, candidate, made.prior(), TRAINED_ON) for _ in range(2)
    )
    assert one == other


def test_the_evidence_of_a_good_model_passes_the_gate_of_a_first_one() -> None:
    made = Binary(500)
    spec = spec_for("binary", gates={"bounds": [{"observation": "roc_auc", "at_least": 0.7, "confident": True}]})
    seen = evaluate_candidate(spec, made.holdout, made.model(0.3), made.prior(), TRAINED_ON)
    first = Observation(name="champions", value=0)
    joined = seen.model_copy(update={"observations": (*seen.observations, first)})
    assert decide(spec.model_gate(), joined).passed
    leaky = evaluate_candidate(spec, made.holdout, made.model(0.3), made.prior(), np.array([3], dtype=np.uint64))
    joined = leaky.model_copy(update={"observations": (*leaky.observations, first)})
    assert decide(spec.model_gate(), joined).outcome == "blocked"


def test_a_bound_may_ask_for_the_gain_in_another_metric() -> None:
    made = Binary(300)
    name = "improvement_over_baseline.roc_auc"
    gain = found(made, made.model(0.3), name, gates={"bounds": [{"observation": name, "at_least": 0.1}]})
    assert gain.value is not None
    assert gain.value > 0.1


def test_rows_whose_label_is_still_to_come_do_not_judge() -> None:
    made = Binary(400)
    candidate = made.model(0.5)
    later = made.holdout.copy()
    later.loc[later.index[:100], "y"] = None
    labelled = spec_for("binary").model_copy(
        update={"cleaning": spec_for_label_step()},
    )
    seen = evaluate_candidate(labelled, later, candidate, made.prior(), TRAINED_ON)
    rows, loss = seen.find(HOLDOUT_ROWS), seen.find("log_loss")
    assert rows is not None
    assert loss is not None
    assert (rows.value, rows.detail) == (300, "100 more have no label yet")
    assert loss.n == 300
    with pytest.raises(DataError, match=r"target 'y': 100 rows of the holdout have none, the first of them 0"):
        evaluate_candidate(spec_for("binary"), later, candidate, made.prior(), TRAINED_ON)


def spec_for_label_step() -> tuple[object, ...]:
    from include.domain.spec.data import Label

    return (Label(do="label", expression="y"),)


def test_a_holdout_without_the_target_is_refused() -> None:
    made = Binary(50)
    with pytest.raises(DataError, match="target 'y' is no column of the holdout: z"):
        evaluate_candidate(
            spec_for("binary"), made.holdout.rename(columns={"y": "z"}), made.prior(), made.prior(), TRAINED_ON
        )


def test_predictions_of_other_rows_are_refused() -> None:
    made, fewer = Binary(50), Binary(40)
    with pytest.raises(DataError, match="40 predictions for 50 rows"):
        evaluate_candidate(spec_for("binary"), made.holdout, fewer.prior(), made.prior(), TRAINED_ON)


def test_numbers_are_judged_in_the_unit_of_the_target() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(50, 10, 300)
    holdout = holdout_of(truth)
    candidate, baseline = Predictions(truth + rng.normal(0, 3, 300)), Predictions(np.full(300, np.median(truth)))
    seen = evaluate_candidate(spec_for("regression"), holdout, candidate, baseline, TRAINED_ON)
    gain = seen.find("improvement_over_baseline.mean_absolute_error")
    assert gain is not None
    assert gain.value == pytest.approx(
        np.abs(truth - np.median(truth)).mean() - np.abs(truth - candidate.values).mean()
    )
    assert gain.unit == "y"
