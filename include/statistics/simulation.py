"""Equal models, made by chance: how often a comparison promotes one of two that are equally good.

Both models see the truth through noise of their own and of one size, so neither is better in the long run; on every
sample one of them looks better. Entities, where there are some, are of unequal size, and what is noise of a model in
one of their rows is to a half its noise in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from include.domain.metric import METRICS
from include.statistics.clusters import Clusters, Floats, clusters_of
from include.statistics.median import MedianOf
from include.statistics.paired import paired_difference
from include.statistics.ranking import AveragePrecision, RocAuc
from include.statistics.statistic import Statistic
from include.statistics.sums import mean_of, root_mean_of


@dataclass(frozen=True)
class Tally:
    """How many comparisons of equal models ended in a promotion.

    Parameters
    ----------
    comparisons : int
        Pairs of models compared.
    promoted : int
        The whole interval of the paired difference lay above 0.
    promoted_naively : int
        The candidate's number was at least as good as the rival's: what a comparison by ``>=`` promotes.
    """

    comparisons: int
    promoted: int
    promoted_naively: int

    @property
    def share(self) -> float:
        """Share of the comparisons that promoted."""
        return self.promoted / self.comparisons


def compare_equals(
    metric: str,
    *,
    rows: int,
    comparisons: int,
    seed: int,
    entities: int | None = None,
    positives: float = 0.3,
    confidence: float = 0.95,
) -> Tally:
    """Compare equally good models again and again, each time on new rows.

    Parameters
    ----------
    metric : str
        ``log_loss``, ``brier_score``, ``accuracy``, ``roc_auc``, ``average_precision``, ``mean_absolute_error``,
        ``root_mean_squared_error`` or ``median_absolute_error``.
    rows : int
        Rows of every comparison.
    comparisons : int
    seed : int
    entities : int, optional
        Number of entities that the rows belong to; every row stands alone if left out.
    positives : float
        About the share of positive rows; of no meaning to metrics of numbers.
    confidence : float
        Of the two-sided interval.

    Returns
    -------
    Tally

    Examples
    --------
    >>> compare_equals("mean_absolute_error", rows=50, comparisons=40, seed=7).share < 0.2
    True
    """
    rng = np.random.default_rng(seed)
    promoted = naive = 0
    for _ in range(comparisons):
        sample = Sample(rows, entities, rng)
        truth = sample.noise(1.5) + float(special.logit(positives))
        guesses = [truth + sample.noise(0.7) for _ in range(2)]
        if METRICS[metric].tasks == ("regression",):
            happened = truth + sample.noise(1.0)
            candidate, rival = (_of_numbers(metric, happened - guess) for guess in guesses)
        else:
            positive = rng.random(rows) < special.expit(truth)
            candidate, rival = (_of_classes(metric, positive, guess) for guess in guesses)
        pair = (candidate, rival) if METRICS[metric].greater_is_better else (rival, candidate)
        estimate = paired_difference(*pair, sample.clusters, confidence=confidence, rng=rng)
        promoted += estimate.interval is not None and estimate.interval.low > 0
        naive += estimate.value is not None and estimate.value >= 0
    return Tally(comparisons, promoted, naive)


class Sample:
    """Rows without values yet, each of an entity, and noise to make values of.

    Parameters
    ----------
    rows : int
    entities : int, optional
        Of unequal size; every row stands alone if left out.
    rng : Generator
    """

    def __init__(self, rows: int, entities: int | None, rng: np.random.Generator) -> None:
        self.rows, self.rng = rows, rng
        self.clusters: Clusters = clusters_of(None, rows=rows)
        if entities is not None:
            sizes = rng.lognormal(0.0, 0.7, entities)
            self.clusters = clusters_of(rng.choice(entities, rows, p=sizes / sizes.sum()))

    def noise(self, size: float) -> Floats:
        """Return normal noise, half of its variance shared by the rows of an entity."""
        own = self.rng.normal(0.0, size, self.rows)
        if self.clusters.are_rows:
            return own
        shared = self.rng.normal(0.0, size, self.clusters.count)[self.clusters.codes]
        return np.asarray((own + shared) / np.sqrt(2), dtype=np.float64)


def _of_numbers(metric: str, errors: Floats) -> Statistic:
    if metric == "median_absolute_error":
        return MedianOf(np.abs(errors))
    return root_mean_of(errors**2) if metric == "root_mean_squared_error" else mean_of(np.abs(errors))


def _of_classes(metric: str, positive: NDArray[np.bool_], logits: Floats) -> Statistic:
    if metric == "roc_auc":
        return RocAuc(positive, logits)
    if metric == "average_precision":
        return AveragePrecision(positive, logits)
    losses = {
        "log_loss": np.logaddexp(0.0, np.where(positive, -logits, logits)),
        "brier_score": (special.expit(logits) - positive) ** 2,
        "accuracy": ((logits > 0) == positive).astype(np.float64),
    }
    return mean_of(losses[metric])
