"""Predictive distributions: what a further sample of a known size looks like if nothing has changed.

They rest on the counts of a reference alone, and carry its own chance too: a reference of a hundred rows promises less
than one of a million.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from include.statistics.two_samples import Counts, Floats

Distance = Callable[[ArrayLike, ArrayLike], Floats]

BEYOND = 10
"""Simulated distances that lie above a threshold: its place among all of them is uncertain by the root of that."""

_AT_ONCE = 200_000
"""Simulated counts at once: they stay in the cache of a core, and threads side by side take little memory."""


def predicted_counts(counts: ArrayLike, rows: int, *, draws: int, rng: np.random.Generator) -> Counts:
    """Draw the counts of further samples.

    If the cells lie between quantiles of a continuous reference, the shares of the world in them follow a Dirichlet
    distribution whose parameters are the counts of the reference, whatever the world (Wilks 1962, *Mathematical
    Statistics*, section 8.7), and the counts of a further sample are Dirichlet-multinomial.

    Parameters
    ----------
    counts : array of shape (k,)
        Of the reference; not all zero.
    rows : int
        Of every further sample.
    draws : int
        How many further samples.
    rng : numpy Generator

    Returns
    -------
    array of int of shape (draws, k)

    Examples
    --------
    >>> seen = predicted_counts([30, 60, 0], 10, draws=5, rng=np.random.default_rng(7))
    >>> seen.sum(axis=1).tolist(), seen[:, 2].tolist()
    ([10, 10, 10, 10, 10], [0, 0, 0, 0, 0])
    """
    parameters = np.asarray(counts, dtype=np.float64)
    filled = np.flatnonzero(parameters > 0)
    drawn = np.zeros((draws, len(parameters)), dtype=np.int64)
    shares = rng.standard_gamma(parameters[filled], size=(draws, len(filled)))
    shares /= shares.sum(axis=1, keepdims=True)
    drawn[:, filled] = rng.multinomial(rows, shares)
    return drawn


def distance_threshold(
    distance: Distance,
    counts: ArrayLike,
    rows: int,
    *,
    predicted: ArrayLike | None = None,
    false_alarms: float,
    rng: np.random.Generator,
    beyond: int = BEYOND,
) -> float:
    """Return the distance that a further sample exceeds with at most this probability if nothing has changed.

    It is the order statistic of simulated distances above which the share ``false_alarms`` of them may lie, so the
    probability holds exactly on average over the simulations (Dwass 1957, *Modified randomization tests for
    nonparametric hypotheses*, Annals of Mathematical Statistics 28).

    Parameters
    ----------
    distance : callable
    counts : array of shape (k,)
        Of the reference.
    rows : int
        Of the further sample.
    predicted : array of shape (k,), optional
        Parameters of the Dirichlet distribution of the world's shares; the counts of the reference if left out.
    false_alarms : float
        Probability, above zero.
    rng : numpy Generator
    beyond : int
        How many of the simulated distances lie above the threshold.

    Examples
    --------
    >>> from include.statistics.two_samples import anderson_darling
    >>> rng = np.random.default_rng(7)
    >>> asked = {"false_alarms": 0.05, "rng": rng, "beyond": 1_000}
    >>> [round(n * distance_threshold(anderson_darling, [500] * 20, n, **asked), 1) for n in (50, 500)]
    [2.6, 2.8]
    """
    reference = np.asarray(counts)
    draws = math.ceil(beyond / false_alarms) - 1
    at_once = max(1, _AT_ONCE // max(1, len(reference)))
    highest = np.empty(0)
    for start in range(0, draws, at_once):
        block = predicted_counts(
            reference if predicted is None else predicted, rows, draws=min(at_once, draws - start), rng=rng
        )
        highest = np.sort(np.concatenate([highest, distance(reference, block)]))[-beyond:]
    return float(highest[0])


def count_limits(hits: float, of: int, rows: int, *, false_alarms: float) -> tuple[int, int]:
    """Return the lowest and the highest number of hits that a further sample shows if nothing has changed.

    Beyond either of them lies at most half of ``false_alarms``. The tails are those of Fisher's exact test of both
    samples: with ``Beta(hits + 1, of - hits)`` and ``Beta(hits, of - hits + 1)`` in front of the binomial distribution
    its one-sided values result exactly (Altham 1969, *Exact Bayesian analysis of a 2 × 2 contingency table*, JRSS B
    31).

    Parameters
    ----------
    hits : float
        In the reference.
    of : int
        Rows of the reference.
    rows : int
        Of the further sample.
    false_alarms : float

    Examples
    --------
    >>> count_limits(0, 10_000, 100, false_alarms=0.01)
    (0, 1)
    >>> count_limits(5_000, 10_000, 100, false_alarms=0.05)
    (40, 60)
    """
    high = highest_count(hits + 1, of - hits, rows, false_alarms=false_alarms / 2)
    low = rows - highest_count(of - hits + 1, hits, rows, false_alarms=false_alarms / 2)
    return low, high


def unseen_limit(once: int, twice: int, of: int, rows: int, *, false_alarms: float) -> int:
    """Return the highest number of rows with values unknown to the reference, if nothing has changed.

    What values the reference missed is told by those that it has once: their share estimates that of the missed ones
    (Good 1953, *The population frequencies of species and the estimation of population parameters*, Biometrika 40),
    with the variance of Esty 1983 (*A normal limit law for a nonparametric estimator of the coverage of a random
    sample*, Annals of Statistics 11). A beta distribution with both stands in front of the binomial one; where no
    value stands once, the tail is that of Fisher's exact test.

    Parameters
    ----------
    once, twice : int
        Values that the reference has exactly once, and exactly twice.
    of, rows : int
        Rows of the reference and of the further sample.
    false_alarms : float

    Examples
    --------
    >>> unseen_limit(0, 0, 10_000, 100, false_alarms=0.001)
    1
    >>> unseen_limit(500, 100, 10_000, 100, false_alarms=0.001)
    13
    """
    share = (once + 1) / (of + 1)
    # Rows of a value that nobody knew come in clusters, as those of values that are known twice do.
    strength = (once + 1) ** 2 / (once + 1 + 4 * twice)
    return highest_count(strength, strength * (1 - share) / share, rows, false_alarms=false_alarms)


@lru_cache(maxsize=10_000)
def highest_count(a: float, b: float, rows: int, *, false_alarms: float) -> int:
    """Return the highest count above which a beta-binomial distribution lies with at most this probability.

    Parameters
    ----------
    a, b : float
        Of the beta distribution; with zero for either, the count is 0, or that of all rows.
    rows : int
    false_alarms : float

    Examples
    --------
    >>> highest_count(1, 9_999, 100, false_alarms=0.001)
    1
    """
    if rows == 0 or a <= 0:
        return 0
    if b <= 0:
        return rows
    mean, spread = (float(x) for x in stats.betabinom.stats(rows, a, b))
    # Where one of both is small, the tail is a geometric one.
    reach = (12 + 30 / min(a, b)) * math.sqrt(spread) + 60
    first, last = max(0, math.floor(mean - math.sqrt(spread))), min(rows, math.ceil(mean + reach))
    counts = np.arange(first, last + 1)
    above = np.append(np.exp(stats.betabinom.logpmf(counts, rows, a, b))[::-1].cumsum()[::-1][1:], 0.0)
    return int(counts[np.argmax(above <= false_alarms)])
