"""Pairs of models whose worth is known: equally good ones that err differently, and ones of which one is better.

Every row has a true log odds (or a true number) and a label drawn from it. A model sees the truth through noise: half
of its variance is common to both models of a pair, because models of one house learn from the same rows and fail on the
same ones. Where rows belong to entities, these are of unequal size, and half of the variance of everything is shared by
the rows of an entity. Numbers have Student's t around them, with three degrees of freedom, and rows that are hard for
one model are hard for the other.

An *alike* pair sees through noise of one size, so that either could stand for the other. In an *unlike* pair the
challenger is rarely but badly wrong: on a tenth of the rows its noise is four times as large as on the others, where it
is the better one by just so much that both are equally good. What a model is worth is computed, not simulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, special, stats
from sklearn import metrics

from include.domain.metric import METRICS
from include.domain.predictions import Predictions
from include.statistics.clusters import Floats

SPREAD = 2.5
"""Standard deviation of the true log odds, or of the true numbers."""

POSITIVES = {"average_precision": 0.1}
"""Share of positive rows by metric; 0.3 for the others."""

CLASSES = np.array([0, 1])

_FREEDOM = 3
_WORSE = 4.0
_SHARED = 0.5


@dataclass(frozen=True)
class Blur:
    """The noise through which a model sees the truth.

    Parameters
    ----------
    size : float
        Standard deviation, in log odds or in the unit of the target.
    outliers : float
        Share of the rows on which it is four times as large.
    """

    size: float
    outliers: float = 0.0

    @property
    def parts(self) -> tuple[tuple[float, float], ...]:
        """Shares of the rows, each with the size of its noise."""
        return ((1 - self.outliers, self.size), (self.outliers, _WORSE * self.size))


class World:
    """Rows with their truth, and what models say of them.

    Parameters
    ----------
    metric : str
        It tells classes from numbers, and how rare a positive row is.
    rows : int
    entities : int, optional
        That the rows belong to; every row stands alone if left out.
    rng : Generator
    """

    def __init__(self, metric: str, rows: int, entities: int | None, rng: np.random.Generator) -> None:
        self.rows, self.rng = rows, rng
        self.of_numbers = METRICS[metric].tasks == ("regression",)
        self.entity: NDArray[np.intp] | None = None
        if entities is not None:
            sizes = rng.lognormal(0.0, 0.7, entities)
            self.entity = rng.choice(entities, rows, p=sizes / sizes.sum())
        self.common, self.hardness = self.normal(), np.ones(rows)
        self.truth = SPREAD * self.normal()
        if self.of_numbers:
            self.hardness = np.sqrt(_FREEDOM / rng.chisquare(_FREEDOM, rows))
            self.label = self.truth + self.hardness * self.normal()
        else:
            self.truth += centre(POSITIVES.get(metric, 0.3))
            self.label = (rng.random(rows) < special.expit(self.truth)).astype(np.intp)

    def normal(self) -> Floats:
        """Return standard normal noise, half of its variance shared by the rows of an entity."""
        own = self.rng.normal(size=self.rows)
        if self.entity is None:
            return own
        return _mixed(self.rng.normal(size=int(self.entity.max()) + 1)[self.entity], own)

    def holdout(self) -> pd.DataFrame:
        """Return the rows with target ``y`` and, where there are some, entities ``who``; hashes are 0, 1, 2…"""
        columns = {"y": self.label} if self.entity is None else {"y": self.label, "who": self.entity}
        return pd.DataFrame(columns, index=pd.Index(np.arange(self.rows, dtype=np.uint64), name="row_hash"))

    def said_through(self, blur: Blur) -> Predictions:
        """Return what a model says that sees the truth through noise."""
        outlying = self.rng.random(self.rows) < blur.outliers
        size = blur.size * np.where(outlying, _WORSE, 1.0) * self.hardness
        seen = self.truth + size * _mixed(self.common, self.normal())
        if self.of_numbers:
            return Predictions(seen)
        chance = special.expit(seen)
        return Predictions((chance > 0.5).astype(np.intp), np.stack([1 - chance, chance], axis=1), CLASSES)


def equally_good(metric: str, blur: Blur, *, outliers: float) -> Blur:
    """Return another noise that costs exactly as much, with outliers.

    Examples
    --------
    >>> champion = Blur(1.0)
    >>> challenger = equally_good("roc_auc", champion, outliers=0.1)
    >>> challenger.size < champion.size, abs(worth("roc_auc", challenger) - worth("roc_auc", champion)) < 1e-6
    (True, True)
    """
    if outliers == blur.outliers:
        return blur
    due = worth(metric, blur)
    size = optimize.brentq(lambda size: worth(metric, Blur(size, outliers)) - due, blur.size / _WORSE, blur.size)
    return Blur(float(size), outliers)


def gap(metric: str, better: Blur, worse: Blur) -> float:
    """Return how much better one noise is than another, in the unit of the metric."""
    sign = 1 if METRICS[metric].greater_is_better else -1
    return sign * (worth(metric, better) - worth(metric, worse))


@cache
def worth(metric: str, blur: Blur) -> float:
    """Return the metric that a model has in the long run, by numerical integration.

    Classes: the joint law of label and score on a fine grid, of which scikit-learn computes the metric. Numbers: the
    errors are scale mixtures of Student's t, whose moments are known (Johnson, Kotz & Balakrishnan 1995, *Continuous
    Univariate Distributions*, volume 2, chapter 28).

    Raises
    ------
    ValueError
        For a metric whose long run is not known here.
    """
    scales = [(share, np.sqrt(1 + size**2)) for share, size in blur.parts]
    if metric == "mean_absolute_error":
        one = stats.t(_FREEDOM).expect(abs)
        return float(one * sum(share * scale for share, scale in scales))
    if metric == "root_mean_squared_error":
        return float(np.sqrt(stats.t(_FREEDOM).var() * sum(share * scale**2 for share, scale in scales)))
    if metric not in _OF_SCORES:
        raise ValueError(f"what {metric} is worth in the long run is not known here")
    scores, weights = _law(blur, POSITIVES.get(metric, 0.3))
    labels = np.repeat([1, 0], len(scores))
    return float(_OF_SCORES[metric](labels, np.tile(special.expit(scores), 2), sample_weight=weights.ravel()))


_OF_SCORES = {
    "log_loss": metrics.log_loss,
    "brier_score": metrics.brier_score_loss,
    "roc_auc": metrics.roc_auc_score,
    "average_precision": metrics.average_precision_score,
}


@cache
def centre(positives: float) -> float:
    """Return the mean of the true log odds at which that share of the rows is positive."""
    deviations, weights = _truths()
    return float(
        optimize.brentq(lambda mean: special.expit(mean + SPREAD * deviations) @ weights - positives, -20.0, 20.0)
    )


def _law(blur: Blur, positives: float) -> tuple[Floats, Floats]:
    """Return scores, and how likely each of them is of a positive and of a negative row; shapes (k,) and (2, k)."""
    deviations, weights = _truths()
    truth = centre(positives) + SPREAD * deviations
    edges = np.linspace(truth[0], truth[-1], 4_001) * 1.0
    reach = 6 * _WORSE * blur.size
    edges = np.concatenate(
        [truth[0] - np.linspace(reach, 0, 800)[:-1], edges, truth[-1] + np.linspace(0, reach, 800)[1:]]
    )
    below = sum(share * special.ndtr((edges - truth[:, None]) / size) for share, size in blur.parts if share)
    mass = np.diff(below, axis=1) * weights[:, None]
    chance = special.expit(truth)
    return (edges[1:] + edges[:-1]) / 2, np.stack([chance @ mass, (1 - chance) @ mass])


@cache
def _truths() -> tuple[Floats, Floats]:
    deviations = np.linspace(-7.0, 7.0, 401)
    weights = stats.norm.pdf(deviations)
    return deviations, weights / weights.sum()


def _mixed(shared: Floats, own: Floats) -> Floats:
    return np.sqrt(_SHARED) * shared + np.sqrt(1 - _SHARED) * own
