"""Estimators: whatever scikit-learn offers is trained, stored and brought back without pickle, the same to the bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.utils import all_estimators

from include.domain.spec import ModelSpec
from include.training.estimators import build_pipeline
from include.training.fitting import fit
from include.training.model_files import write_model
from include.training.models import load_model, predict
from include.training.rows import divide
from tests.include.training.examples import churn, customers, split
from tests.specs import a_spec

pytestmark = [pytest.mark.integration, pytest.mark.filterwarnings("ignore")]

FRAME = customers(150)

NOT_FOR_A_TABLE = {
    "CCA", "ClassifierChain", "FixedThresholdClassifier", "GammaRegressor", "IsotonicRegression",
    "MultiOutputClassifier", "MultiOutputRegressor", "MultiTaskElasticNet", "MultiTaskElasticNetCV", "MultiTaskLasso",
    "MultiTaskLassoCV", "OneVsOneClassifier", "OneVsRestClassifier", "OutputCodeClassifier", "PLSCanonical",
    "PoissonRegressor", "QuadraticDiscriminantAnalysis", "RadiusNeighborsClassifier", "RegressorChain",
    "SelfTrainingClassifier", "StackingClassifier", "StackingRegressor", "TunedThresholdClassifierCV",
    "VotingClassifier", "VotingRegressor",
}  # fmt: skip
"""They wrap other estimators, predict several targets, read one column, take positive targets or independent columns
only, or leave rows without an answer unless told otherwise."""


def _paths(kind: str) -> list[str]:
    found = [each for name, each in all_estimators(type_filter=kind) if name not in NOT_FOR_A_TABLE]
    public = [f"{each.__module__.split('._')[0]}.{each.__name__}" for each in found]
    return [path for path in public if "PassiveAggressive" not in path]


def _survives(spec: ModelSpec, folder: Path) -> Any:
    rows = divide(spec, FRAME, split(FRAME))
    made = build_pipeline(spec, rows.columns, {})
    fit(spec, made, rows.fitted)
    write_model(folder / "model", spec, made)
    before = predict(spec, made, FRAME)
    after = predict(spec, load_model(str(folder / "model")), FRAME)
    assert np.array_equal(before.values, after.values)
    assert (before.probabilities is None) == (after.probabilities is None)
    if before.probabilities is not None:
        assert np.array_equal(before.probabilities, after.probabilities)
    return before


@pytest.mark.parametrize("path", _paths("classifier"))
def test_every_classifier_survives_being_stored(tmp_path: Path, path: str) -> None:
    assert len(_survives(churn(path, preprocessing={"rare_below": 1}), tmp_path)) == len(FRAME)


@pytest.mark.parametrize("path", _paths("regressor"))
def test_every_regressor_survives_being_stored(tmp_path: Path, path: str) -> None:
    spec = a_spec(
        task="regression",
        data={"target": "visits", "features": ["age", "region"]},
        training={"estimator": path, "preprocessing": {"numeric": "scale"}},
    )
    assert len(_survives(spec, tmp_path)) == len(FRAME)
