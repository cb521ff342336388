from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from include.statistics.clusters import Floats
from include.statistics.ranking import AveragePrecision, RocAuc

rankings = st.lists(st.tuples(st.booleans(), st.integers(-3, 3), st.integers(1, 4)), min_size=2, max_size=30).filter(
    lambda rows: len({positive for positive, _, _ in rows}) == 2
)


@given(rankings)
def test_both_agree_with_scikit_learn_on_ties_and_weights(rows: list[tuple[bool, int, int]]) -> None:
    positive, scores, weights = (np.array(column) for column in zip(*rows, strict=True))
    scores, weights = scores.astype(np.float64), weights.astype(np.float64)
    for made, expected in ((RocAuc, roc_auc_score), (AveragePrecision, average_precision_score)):
        seen = made(positive, scores).resampled(weights[np.newaxis])[0]
        assert seen == pytest.approx(expected(positive, scores, sample_weight=weights), abs=1e-12)


def delong_variance(positive: np.ndarray, one: Floats, other: Floats) -> float:
    """Variance of the difference of two areas, pair by pair: DeLong et al. 1988, equations 3 to 5."""

    def placements(scores: Floats) -> tuple[Floats, Floats]:
        won = np.sign(scores[positive][:, None] - scores[~positive][None, :]) / 2 + 0.5
        return won.mean(axis=1), won.mean(axis=0)

    of_positive, of_negative = zip(placements(one), placements(other), strict=True)
    contrast = np.array([1.0, -1.0])
    spread = np.cov(of_positive) / positive.sum() + np.cov(of_negative) / (~positive).sum()
    return float(contrast @ spread @ contrast)


def test_the_influence_of_the_roc_area_gives_the_variance_of_delong() -> None:
    rng = np.random.default_rng(7)
    positive = rng.random(300) < 0.3
    one, other = (np.round(positive + rng.normal(size=300), 1) for _ in range(2))
    influence = RocAuc(positive, one).influence() - RocAuc(positive, other).influence()
    assert np.sum((influence / 300) ** 2) == pytest.approx(delong_variance(positive, one, other), rel=0.02)
