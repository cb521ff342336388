"""A trial: the drafted spec, fitted once on what came first and judged on what came last.

It chooses the loss, gives the gates numbers to start from, and notices answers that are too good to be true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from include.data.cleaning import clean_frame
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.judged import judge
from include.evaluation.scores import score
from include.training.estimators import build_baseline, build_pipeline
from include.training.features import feature_columns, feature_frame
from include.training.target import class_order, target_values

MOST_ROWS = 20_000
JUDGED = 0.2
TOO_GOOD = {"roc_auc": 0.998, "r2": 0.998, "accuracy": 0.998}
SHOWN = {"binary": ("roc_auc", "average_precision"), "multiclass": ("accuracy",), "regression": ("r2",)}
"""Metrics that are shown beside the deciding one, which is an error: smaller is better."""


@dataclass(frozen=True)
class Trial:
    """What a fit of the drafted spec scored.

    Parameters
    ----------
    parameters : dict
        Of the estimator, the best of those that were tried.
    scores : dict of str to float
        Metric and value on the rows held back, the deciding metric first.
    baseline : float
        The deciding metric of the simple model.
    tried : dict of str to float
        Each choice that was tried and its deciding metric; empty if there was one only.
    fitted_rows, judged_rows : int
    prior_rows : int
        Rows that the pooled model counts for, where segments have models of their own.
    """

    parameters: dict[str, Any]
    scores: dict[str, float]
    baseline: float
    tried: dict[str, float]
    fitted_rows: int
    judged_rows: int
    prior_rows: int = 0

    @property
    def decided(self) -> float:
        """The deciding metric."""
        return next(iter(self.scores.values()))

    @property
    def too_good(self) -> str | None:
        """The metric that says that something knows the answer, or None."""
        return next((name for name, limit in TOO_GOOD.items() if self.scores.get(name, 0.0) > limit), None)


def try_out(spec: ModelSpec, frame: pd.DataFrame, choices: Sequence[dict[str, Any]]) -> Trial | None:
    """Fit the spec with each choice of parameters and keep the best; None where there are too few rows to judge.

    Parameters
    ----------
    spec : ModelSpec
    frame : DataFrame of shape (n, raw columns)
        In the order of time where the spec has one.
    choices : sequence of dict
        Parameters of the estimator; each is tried.
    """
    clean = clean_frame(spec, frame)
    clean = clean[clean[spec.data.target].notna()]
    early, late = _divided(clean, spec)
    if len(late) < 30 or early[spec.data.target].nunique() < 2 or late[spec.data.target].nunique() < 2:
        return None
    columns = feature_columns(spec, early)
    inputs, judged = feature_frame(columns, early), feature_frame(columns, late)
    truth = target_values(spec, early[spec.data.target])
    scored = []
    # More threads than free cores make these fits slower by orders of magnitude.
    with threadpool_limits(1):
        for parameters in choices:
            fitted = build_pipeline(spec, columns, parameters).fit(inputs, truth)
            scored.append((parameters, _scores(spec, fitted, judged, late)))
    decides = spec.deciding_metric
    simple = _scores(spec, build_baseline(spec).fit(inputs, truth), judged, late)[decides]
    best, scores = min(scored, key=lambda item: item[1][decides])
    tried = {str(p["loss"]): s[decides] for p, s in scored} if len(scored) > 1 else {}
    return Trial(best, scores, simple, tried, len(early), len(late))


def _divided(clean: pd.DataFrame, spec: ModelSpec) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(spec.training.seed)
    if spec.data.time:
        ordered = clean.iloc[np.argsort(clean[spec.data.time].to_numpy(), kind="stable")]
    else:
        ordered = clean.iloc[rng.permutation(len(clean))]
    cut = int(len(ordered) * (1 - JUDGED))
    return _at_most(ordered.iloc[:cut], rng), _at_most(ordered.iloc[cut:], rng)


def _at_most(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    if len(frame) <= MOST_ROWS:
        return frame
    return frame.iloc[np.sort(rng.choice(len(frame), MOST_ROWS, replace=False))]


def _scores(spec: ModelSpec, fitted: Any, inputs: pd.DataFrame, late: pd.DataFrame) -> dict[str, float]:
    """Return the deciding metric first, then others that people know."""
    judged = judge(spec, late, _predictions(spec, fitted, inputs))
    return {metric: score(metric, judged) for metric in (spec.deciding_metric, *SHOWN[spec.task])}


def _predictions(spec: ModelSpec, fitted: Any, inputs: pd.DataFrame) -> Predictions:
    values = np.asarray(fitted.predict(inputs))
    if spec.task == "regression":
        return Predictions(values.astype(np.float64))
    known = list(fitted.classes_)
    classes = class_order(spec, fitted.classes_)
    return Predictions(values, fitted.predict_proba(inputs)[:, [known.index(name) for name in classes]], classes)
