"""Paired differences: how much better a candidate is than a rival on the same rows, and how far that can be trusted.

Two models that are equally good differ on every sample, and half the time in the candidate's favour. What is wanted is
an interval that lies wholly above zero for such a pair in no more than half of what its confidence leaves, on few rows,
few entities, rare classes and skewed losses. No single textbook interval does: Student's t is too bold where losses are
skewed, the bootstrap-t where the models differ on few rows. The wider of the two, side by side, is bold nowhere
(measured by ``sluice bench gate``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from include.statistics.bootstrap import resample, resamples_for
from include.statistics.clusters import Clusters, Floats
from include.statistics.estimate import Estimate, around
from include.statistics.statistic import Combination, Statistic
from include.statistics.sums import weighted_sums

STUDENTISED = "bootstrap-t, no narrower than Student's t"
RESAMPLED = "percentile bootstrap, no narrower than Student's t"

_NOTHING = 1e-12
_CHUNK = 60_000
"""Draws at once: what is drawn then stays in the cache of one core, which makes them several times as fast."""


def paired_difference(
    better: Statistic, worse: Statistic, clusters: Clusters, *, confidence: float, rng: np.random.Generator
) -> Estimate:
    """Estimate the difference of two statistics of the same rows.

    Parameters
    ----------
    better, worse : Statistic
        The difference is the first minus the second.
    clusters : Clusters
        Rows that belong together.
    confidence : float
        Coverage of the two-sided interval.
    rng : Generator

    Returns
    -------
    Estimate
        For statistics that cannot be told apart: exactly 0, with the interval [0, 0].

    Examples
    --------
    >>> from include.statistics.clusters import clusters_of
    >>> from include.statistics.sums import mean_of
    >>> rng = np.random.default_rng(7)
    >>> old, new = rng.exponential(2.0, 500), rng.exponential(1.0, 500)
    >>> gain = paired_difference(mean_of(old), mean_of(new), clusters_of(None, rows=500), confidence=0.95, rng=rng)
    >>> gain.interval.low > 0
    True
    """
    rows, count = clusters.rows, clusters.count
    values = (better.value(), worse.value()) if rows else (math.nan, math.nan)
    if not all(map(math.isfinite, values)):
        return Estimate(value=None, rows=rows, clusters=count, problem="not defined for these rows")
    if count < 2:
        return Estimate(value=values[0] - values[1], rows=rows, clusters=count, problem=f"{count} clusters, expected 2")
    difference = Combination((better, worse), (1.0, -1.0))
    influence = difference.influence()
    if influence is None:
        return _by_resampling(difference, clusters, confidence, rng)
    return _by_influence(difference, influence, clusters, confidence, rng)


def _by_influence(
    difference: Combination, influence: Floats, clusters: Clusters, confidence: float, rng: np.random.Generator
) -> Estimate:
    value = difference.value()
    rounding = _NOTHING * max(abs(part.value()) for part in difference.parts)
    parts = _Parts(clusters.sums(influence) / clusters.rows, clusters.sums(np.ones(clusters.rows)) / clusters.rows)
    error = parts.standard_error()
    if error * math.sqrt(clusters.count) <= rounding:
        return _without_spread(value if abs(value) > rounding else 0.0, clusters, confidence)
    student = parts.student(confidence)
    drawn = np.sort(parts.resampled_t(clusters, resamples_for(clusters.rows, confidence), rng))
    below, above = -student, student
    if len(drawn):
        place = _tail_of(len(drawn), confidence)
        below, above = min(below, drawn[place - 1]), max(above, drawn[-place])
    interval = around(value, value - above * error, value - below * error, confidence=confidence, method=STUDENTISED)
    return Estimate(value, clusters.rows, clusters.count, interval, error)


def _tail_of(resamples: int, confidence: float) -> int:
    """Return how many resamples lie beyond each end: one standard error fewer than the confidence leaves on average.

    The quantile of so many resamples is itself a guess, and what it leaves open must not speak for the candidate.
    """
    # A hair is added, or 24.999… of 25 resamples would be left.
    expected = math.floor((resamples + 1) * (1 - confidence) / 2 + 1e-9)
    return max(math.floor(expected - math.sqrt(expected)), 1)


@dataclass(frozen=True, eq=False)
class _Parts:
    """What every cluster adds to the difference, around it.

    Parameters
    ----------
    sums : array of shape (clusters,)
        Influence of each cluster; they sum to 0.
    sizes : array of shape (clusters,)
        Share of the rows in each cluster.
    """

    sums: Floats
    sizes: Floats

    def standard_error(self) -> float:
        """Return the cluster jackknife's standard error.

        Each cluster is scaled up by what the difference would move if it were left out (CV3 of MacKinnon, Nielsen &
        Webb 2023, *Fast and reliable jackknife and bootstrap methods for cluster-robust inference*, Journal of Applied
        Econometrics 38), which does better than the plain sandwich where clusters are few or of unequal size.
        """
        count = len(self.sums)
        moved = self.sums / np.maximum(1 - self.sizes, _NOTHING)
        return math.sqrt((count - 1) / count * float(np.sum(moved**2)))

    def student(self, confidence: float) -> float:
        """Return the quantile of Student's t, with as many degrees of freedom as clusters really speak.

        Where a few clusters carry the whole variance, the t of all of them would be too bold: ten rows on which two
        models differ are ten, whether the holdout has a hundred or a million. They are counted by Kish's effective
        number (Kish 1965, *Survey Sampling*, section 11.7) of the squared parts. Of normal parts that is a third; the
        factor 1.5 is the compromise between level and power that the simulation bears.
        """
        squares = self.sums**2
        effective = float(np.sum(squares)) ** 2 / float(np.sum(squares**2))
        freedom = min(len(self.sums) - 1, max(1.5 * effective - 1, 1.0))
        return float(stats.t.ppf((1 + confidence) / 2, freedom))

    def resampled_t(self, clusters: Clusters, resamples: int, rng: np.random.Generator) -> Floats:
        """Return the studentised difference of every resample.

        Clusters of unequal size need the sums of five products; of rows that stand alone two are left, and these are
        summed as they are drawn, which is much faster than counting how often each was drawn. Resamples without spread
        have no t and are left out. Source: Hall 1988, *Theoretical comparison of bootstrap confidence intervals*,
        Annals of Statistics 16.
        """
        count = len(self.sums)
        chunk = max(1, _CHUNK // count)
        sizes = [min(chunk, resamples - start) for start in range(0, resamples, chunk)]
        moments = self._moments_of_rows if clusters.are_rows else self._moments
        mean, variance = np.concatenate([moments(clusters, size, rng) for size in sizes], axis=1)
        usable = variance > _NOTHING * float(np.sum(self.sums**2))
        return np.asarray(mean[usable] / np.sqrt(variance[usable]), dtype=np.float64)

    def _moments(self, clusters: Clusters, resamples: int, rng: np.random.Generator) -> Floats:
        """Return the difference of every resample and its variance; shape (2, resamples)."""
        count = len(self.sums)
        sums, sizes = self.sums, self.sizes
        products = np.stack([sums, sizes, sums**2, sums * sizes, sizes**2]).T
        total, size, square, cross, size_square = weighted_sums(clusters.draw(resamples, rng), products).T
        mean = total / size
        variance = (square - 2 * mean * cross + mean**2 * size_square) / size**2 * count / (count - 1)
        return np.stack([mean, variance])

    def _moments_of_rows(self, clusters: Clusters, resamples: int, rng: np.random.Generator) -> Floats:
        """Return the same where every cluster is one row: the sizes sum to 1 in every resample."""
        count = len(self.sums)
        drawn = self.sums[clusters.draw_places(resamples, rng)]
        mean = drawn.sum(axis=1)
        square = np.einsum("bn,bn->b", drawn, drawn)
        return np.stack([mean, (square - mean**2 / count) * count / (count - 1)])


def _by_resampling(
    difference: Combination, clusters: Clusters, confidence: float, rng: np.random.Generator
) -> Estimate:
    """Bound a difference that does not change smoothly.

    Each side is the farther of Student's t with the bootstrap's standard error and the percentile with levels widened
    for few clusters (Hesterberg 2015, *What teachers should know about the bootstrap*, The American Statistician 69).
    """
    value, count = difference.value(), clusters.count
    drawn = resample([difference], clusters, resamples=resamples_for(clusters.rows, confidence), rng=rng)[:, 0]
    error = float(np.std(drawn, ddof=1))
    if error == 0:
        return _without_spread(value, clusters, confidence)
    reach = math.sqrt(count / (count - 1)) * stats.t.ppf((1 + confidence) / 2, count - 1)
    low, high = np.quantile(drawn, stats.norm.cdf([-reach, reach]))
    low, high = min(float(low), value - reach * error), max(float(high), value + reach * error)
    return Estimate(
        value, clusters.rows, count, around(value, low, high, confidence=confidence, method=RESAMPLED), error
    )


def _without_spread(value: float, clusters: Clusters, confidence: float) -> Estimate:
    """Bound a difference that is the same in every cluster.

    It stands without doubt if it is 0, or if there are so many clusters that their agreement alone, like a coin that
    falls on one side every time, would be rarer than the confidence leaves (sign test).
    """
    rows, count = clusters.rows, clusters.count
    if value != 0 and 2.0 ** (1 - count) > 1 - confidence:
        problem = f"the same in all of {count} clusters, which are too few to be sure of it"
        return Estimate(value, rows, count, standard_error=0.0, problem=problem)
    interval = around(value, value, value, confidence=confidence, method=STUDENTISED)
    return Estimate(value, rows, count, interval, 0.0)
