"""Parity: the score that steers a search and the score that judges a model are the same number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from include.domain.metric import Task, metrics_of
from include.domain.predictions import Predictions
from include.evaluation.judged import judge
from include.evaluation.scores import score as judging
from include.training.scoring import score as steering
from tests.specs import a_spec

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("seed", range(5))
def test_search_and_judge_agree(task: Task, seed: int) -> None:
    rng = np.random.default_rng(seed)
    spec = a_spec(task=task)
    if task == "regression":
        truth = rng.normal(size=80)
        said = Predictions(truth + rng.normal(0, 0.5, 80))
    else:
        classes = np.array(["a", "b"] if task == "binary" else ["a", "b", "c"])
        truth = rng.choice(classes, 80)
        probabilities = rng.dirichlet(np.ones(len(classes)), 80)
        said = Predictions(classes[probabilities.argmax(axis=1)], probabilities, classes)
    judged = judge(spec, pd.DataFrame({"left": truth}), said)
    for metric in metrics_of(task):
        assert steering(metric.name, truth, said) == pytest.approx(judging(metric.name, judged), rel=1e-12), metric.name
