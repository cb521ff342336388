"""A trial of segments: a model of each of them, fitted once on what came first and judged on what came last.

It chooses how much the pooled model counts beside a segment's own: a short series says little about itself, and what
all of them have in common says more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from include.data.cleaning import clean_frame
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.drafting.segments import HOLDOUT, Segments
from include.drafting.trial import SHOWN, Trial
from include.evaluation.judged import judge
from include.evaluation.scores import score
from include.training.estimators import build_baseline, build_pipeline
from include.training.features import FeatureColumns, feature_columns, feature_frame

MOST_SEGMENTS = 500
PRIORS = (0, 1, 3)
"""Rows that the pooled model is tried to count for, as multiples of what a typical segment is trained on."""


def try_out_segments(
    spec: ModelSpec, frame: pd.DataFrame, segments: Segments, parameters: dict[str, Any]
) -> Trial | None:
    """Fit a model of all segments, and one of each; None where there are too few rows to judge.

    Parameters
    ----------
    spec : ModelSpec
        Of a regression with event times.
    frame : DataFrame of shape (n, raw columns)
    segments : Segments
        Of more than a few hundred a sample is looked at.
    parameters : dict
        Of the estimator.
    """
    clean = clean_frame(spec, frame)
    clean = clean[clean[spec.data.target].notna()]
    moments = np.unique(clean[str(spec.data.time)])
    is_late = (clean[str(spec.data.time)] >= moments[int(len(moments) * (1 - HOLDOUT))]).to_numpy()
    early = clean[~is_late]
    if is_late.sum() < 30 or early[spec.data.target].nunique() < 2:
        return None
    columns = feature_columns(spec, early)
    # More threads than free cores make small fits slower by orders of magnitude.
    with threadpool_limits(1):
        pooled = _fitted(spec, columns, early, parameters)
        told = [_of_one(spec, columns, rows, parameters) for rows in _some(clean, is_late, segments)]
        judged = pd.concat([rows for rows, *_ in told])
        own, simple = (np.concatenate([said[at] for said in told]) for at in (1, 2))
        common = np.asarray(pooled.predict(feature_frame(columns, judged)), dtype=np.float64)
    learned = np.concatenate([np.full(len(rows), count) for rows, _, _, count in told])
    priors = [times * segments.trained_rows for times in PRIORS]
    answers = {rows: _blended(own, common, learned, rows) for rows in priors}
    decides = spec.deciding_metric
    tried = {rows: _score(spec, decides, judged, said) for rows, said in answers.items()}
    best = min(tried, key=lambda rows: tried[rows])
    scores = {metric: _score(spec, metric, judged, answers[best]) for metric in (decides, *SHOWN[spec.task])}
    baseline = _score(spec, decides, judged, simple)
    shown = {f"{rows:,}": value for rows, value in tried.items()}
    return Trial(parameters, scores, baseline, shown, len(early), len(judged), best)


def _some(
    clean: pd.DataFrame, is_late: NDArray[np.bool_], segments: Segments
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield earlier and later rows of segments that have both, evenly drawn from all of them."""
    codes = clean.groupby(list(segments.columns), dropna=False, sort=True).ngroup().to_numpy()
    both = np.intersect1d(codes[is_late], codes[~is_late])
    for place in np.unique(np.linspace(0, len(both) - 1, min(MOST_SEGMENTS, len(both))).astype(int)):
        mine = codes == both[place]
        yield clean[mine & ~is_late], clean[mine & is_late]


def _of_one(
    spec: ModelSpec,
    columns: FeatureColumns,
    rows: tuple[pd.DataFrame, pd.DataFrame],
    parameters: dict[str, Any],
) -> tuple[pd.DataFrame, NDArray[np.float64], NDArray[np.float64], int]:
    """Return a segment's later rows, what its own model and the simple one say of them, and the rows it learned."""
    early, late = rows
    asked, target = feature_frame(columns, late), early[spec.data.target].to_numpy(dtype=np.float64)
    said = _fitted(spec, columns, early, parameters).predict(asked)
    simple = build_baseline(spec).fit(feature_frame(columns, early), target).predict(asked)
    return late, np.asarray(said, dtype=np.float64), np.asarray(simple, dtype=np.float64), len(early)


def _fitted(spec: ModelSpec, columns: FeatureColumns, rows: pd.DataFrame, parameters: dict[str, Any]) -> Any:
    target = rows[spec.data.target].to_numpy(dtype=np.float64)
    return build_pipeline(spec, columns, parameters).fit(feature_frame(columns, rows), target)


def _blended(
    own: NDArray[np.float64], common: NDArray[np.float64], learned: NDArray[np.int64], prior_rows: int
) -> NDArray[np.float64]:
    weight = learned / (learned + prior_rows)
    return np.asarray(weight * own + (1 - weight) * common)


def _score(spec: ModelSpec, metric: str, rows: pd.DataFrame, said: NDArray[np.float64]) -> float:
    return score(metric, judge(spec, rows, Predictions(said)))
