from __future__ import annotations

from pathlib import Path
from typing import Any

import mlflow.pyfunc
import numpy as np
import pytest
from sklearn.metrics import make_scorer
from sklearn.model_selection import TunedThresholdClassifierCV

from include.domain.errors import DataError, SpecError
from include.domain.spec import ModelSpec
from include.training.estimators import build_baseline, build_pipeline, build_simpler
from include.training.fitting import fit
from include.training.model_files import write_model
from include.training.models import load_model, predict, threshold_of
from include.training.rows import DividedRows, divide
from include.training.scoring import check_is_scorable, tuning_metric
from include.training.threshold import Chosen, choose_threshold, with_threshold
from tests.include.training.examples import LOGISTIC, churn, customers, split

COSTS = {"unit": "EUR", "false_positive": -1, "false_negative": {"column": "visits", "times": -2, "plus": -1}}


def paid(spec: ModelSpec | None = None, **value: Any) -> ModelSpec:
    written = (spec or churn(preprocessing={"numeric": "scale"})).to_json()
    return ModelSpec.model_validate({**written, "value": COSTS | value})


SPEC = paid()
FRAME = customers(600)
ROWS = divide(SPEC, FRAME, split(FRAME))


def fitted(rows: Any = ROWS.searching) -> Any:
    estimator = build_pipeline(SPEC, ROWS.columns, {})
    fit(SPEC, estimator, rows)
    return estimator


def chosen(spec: ModelSpec = SPEC, rows: DividedRows = ROWS) -> Chosen:
    found = choose_threshold(spec, rows, fitted)
    assert found is not None
    return found


def test_it_is_as_good_as_what_scikit_learn_chooses_on_the_same_rows() -> None:
    payoffs = ROWS.payoffs
    assert payoffs is not None
    validation = payoffs.where(ROWS.is_validation)

    def worth(truth: Any, said: Any) -> float:
        return 1000 * float(np.mean(validation.of_decisions(truth == "yes", said == "yes")))

    chance = predict(SPEC, fitted(), ROWS.validation.features).probabilities
    assert chance is not None
    theirs = TunedThresholdClassifierCV(
        build_pipeline(SPEC, ROWS.columns, {}),
        scoring=make_scorer(worth),
        cv=[(np.flatnonzero(~ROWS.is_validation), np.flatnonzero(ROWS.is_validation))],
        thresholds=np.unique([*chance[:, 1], 0.0, 1.1]),
        refit=False,
    ).fit(ROWS.fitted.features, ROWS.fitted.target)
    assert chosen().value_per_1000 == pytest.approx(theirs.best_score_)
    assert chosen().value_per_1000 > chosen().value_per_1000_at_half


def test_the_holdout_has_no_say() -> None:
    parts = split(FRAME)
    turned = FRAME.copy()
    held = (parts == "holdout").to_numpy()
    turned.loc[held, "left"] = np.where(turned.loc[held, "left"] == "yes", "no", "yes")
    turned.loc[held, "visits"] = 1_000
    assert chosen(rows=divide(SPEC, turned, parts)) == chosen()


def test_the_same_rows_and_seed_choose_the_same_to_the_last_bit() -> None:
    assert chosen() == chosen()


def test_without_payoffs_a_model_stays_as_it_is() -> None:
    plain = churn(preprocessing={"numeric": "scale"})
    assert choose_threshold(plain, divide(plain, FRAME, split(FRAME)), fitted) is None
    estimator = fitted()
    assert with_threshold(plain, estimator, None) is estimator
    assert threshold_of(estimator) is None


@pytest.mark.parametrize("positive", ["yes", "no"])
def test_a_stored_model_brings_its_threshold_and_decides_at_it(tmp_path: Path, positive: str) -> None:
    written = SPEC.to_json()
    spec = ModelSpec.model_validate({**written, "data": {**written["data"], "positive": positive}})
    decided = Chosen(threshold=0.15, value_per_1000=0, value_per_1000_at_half=0, rows=1)
    write_model(tmp_path / "model", spec, with_threshold(spec, fitted(), decided))
    loaded = load_model(str(tmp_path / "model"))
    said = predict(spec, loaded, FRAME)
    assert said.probabilities is not None
    assert said.threshold == threshold_of(loaded) == 0.15
    assert np.array_equal(said.values == positive, said.probabilities[:, 1] >= 0.15)
    assert np.array_equal(said.probabilities, predict(spec, fitted(), FRAME).probabilities)  # type: ignore[arg-type]


def test_whoever_serves_the_model_without_the_house_gets_the_same_decisions(tmp_path: Path) -> None:
    decided = Chosen(threshold=0.15, value_per_1000=0, value_per_1000_at_half=0, rows=1)
    write_model(tmp_path / "model", SPEC, with_threshold(SPEC, fitted(), decided))
    served = mlflow.pyfunc.load_model(str(tmp_path / "model")).predict(ROWS.validation.features)
    assert np.array_equal(served, predict(SPEC, load_model(str(tmp_path / "model")), ROWS.validation.features).values)


def test_the_baseline_decides_as_well_as_it_can() -> None:
    spec = paid(false_negative=-1_000)
    rows = divide(spec, FRAME, split(FRAME))
    baseline = build_baseline(spec).fit(rows.fitted.features, rows.fitted.target)
    found = choose_threshold(
        spec, rows, lambda: build_baseline(spec).fit(rows.searching.features, rows.searching.target)
    )
    said = predict(spec, with_threshold(spec, baseline, found), FRAME)
    assert set(said.values) == {"yes"}


def test_an_estimator_without_probabilities_has_no_threshold() -> None:
    spec = paid(churn("sklearn.svm.LinearSVC"))
    with pytest.raises(
        SpecError, match=r"value: a threshold needs probabilities, and sklearn\.svm\.LinearSVC gives none"
    ):
        check_is_scorable(spec, build_pipeline(spec, ROWS.columns, {}))


def test_payoffs_that_are_missing_stop_the_training() -> None:
    gone = FRAME.assign(visits=FRAME["visits"].astype(float).mask(np.arange(600) == 1))
    with pytest.raises(
        DataError, match=r"value\.false_negative: column 'visits' is missing or infinite in 1 of 480 rows"
    ):
        divide(SPEC, gone, split(FRAME))


def test_a_search_is_steered_by_a_proper_score_where_the_value_decides() -> None:
    written = SPEC.to_json()
    gates = {**written["gates"], "beats_champion": {"metric": "value_per_1000"}}
    assert tuning_metric(ModelSpec.model_validate({**written, "gates": gates})) == "brier_score"


def test_a_simpler_model_reads_gaps_and_names_whatever_the_spec_leaves_to_its_trees() -> None:
    spec = churn(LOGISTIC, preprocessing={"numeric": "as_is", "categorical": "ordinal"})
    rows = divide(spec, FRAME, split(FRAME))
    simpler = build_simpler(spec, rows.columns).fit(rows.fitted.features, rows.fitted.target)
    said = predict(spec, simpler, FRAME)
    assert np.mean(said.values == FRAME["left"]) > 0.7
