"""The bootstrap: what the number would have been on other rows, told by drawing these again, clusters whole."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from include.statistics.clusters import Clusters, Floats
from include.statistics.estimate import Estimate, around
from include.statistics.statistic import Statistic

METHOD = "BCa bootstrap"
FEWEST, USUAL, MOST = 400, 1_000, 10_000
BUDGET = 200_000_000
"""Row weights that one interval may draw; beyond it, fewer resamples are drawn, `FEWEST` at least."""

_CHUNK = 250_000
_LOST_AT_MOST = 0.05


def resamples_for(rows: int, confidence: float) -> int:
    """Return how many resamples an interval needs: 25 or more beyond each end, fewer where rows are many.

    Examples
    --------
    >>> resamples_for(5_000, 0.95), resamples_for(5_000, 0.99), resamples_for(2_000_000, 0.95)
    (999, 4999, 399)
    """
    wanted = min(max(round(50 / (1 - confidence)), USUAL), MOST)
    return max(min(wanted, BUDGET // max(rows, 1)), FEWEST) - 1


def resample(
    statistics: Sequence[Statistic], clusters: Clusters, *, resamples: int, rng: np.random.Generator
) -> Floats:
    """Compute statistics of the same resamples.

    Parameters
    ----------
    statistics : sequence of Statistic
    clusters : Clusters
        What is drawn, whole.
    resamples : int
    rng : Generator

    Returns
    -------
    array of shape (resamples, number of statistics)
        Resamples are drawn a few at a time, so that what is held stays near the processor however many there are.
    """
    done: list[Floats] = []
    chunk = max(1, _CHUNK // max(clusters.rows, 1))
    for start in range(0, resamples, chunk):
        weights = clusters.of_rows(clusters.draw(min(chunk, resamples - start), rng))
        done.append(np.stack([statistic.resampled(weights) for statistic in statistics], axis=1))
    return np.concatenate(done)


def estimate_all(
    statistics: Sequence[Statistic], clusters: Clusters, *, confidence: float, rng: np.random.Generator
) -> list[Estimate]:
    """Estimate statistics of the same rows, each with its BCa interval.

    The interval is the bias-corrected and accelerated one of Efron 1987, *Better bootstrap confidence intervals*, JASA
    82, with the acceleration taken from the influences summed over clusters, and 0 where there are none. Its levels are
    widened for few clusters as Hesterberg 2015, *What teachers should know about the bootstrap*, The American
    Statistician 69, does for percentiles.

    Parameters
    ----------
    statistics : sequence of Statistic
    clusters : Clusters
        Rows that belong together.
    confidence : float
        Coverage of the two-sided interval.
    rng : Generator

    Examples
    --------
    >>> from include.statistics.clusters import clusters_of
    >>> from include.statistics.sums import mean_of
    >>> rng = np.random.default_rng(7)
    >>> seen = estimate_all([mean_of(rng.normal(5, 1, 400))], clusters_of(None, rows=400), confidence=0.95, rng=rng)[0]
    >>> round(seen.interval.high - seen.interval.low, 1)
    0.2
    """
    rows, count = clusters.rows, clusters.count
    values = [statistic.value() for statistic in statistics] if rows else [math.nan] * len(statistics)
    if not statistics:
        return []
    if count < 2:
        return [_without_interval(value, rows, count, f"{count} clusters tell no spread") for value in values]
    drawn = resample(statistics, clusters, resamples=resamples_for(rows, confidence), rng=rng)
    return [
        _estimate(statistic, value, column, clusters, confidence)
        for statistic, value, column in zip(statistics, values, drawn.T, strict=True)
    ]


def _estimate(statistic: Statistic, value: float, drawn: Floats, clusters: Clusters, confidence: float) -> Estimate:
    rows, count = clusters.rows, clusters.count
    usable = drawn[np.isfinite(drawn)]
    if not math.isfinite(value):
        return _without_interval(value, rows, count, "")
    if len(usable) < (1 - _LOST_AT_MOST) * len(drawn):
        lost = f"not defined in {len(drawn) - len(usable)} of {len(drawn)} resamples: a class is too rare"
        return _without_interval(value, rows, count, lost)
    if np.ptp(usable) <= 1e-12 * np.max(np.abs(usable)):
        return _without_interval(value, rows, count, "the same in every resample: no spread to tell an interval from")
    influence = statistic.influence()
    skew = 0.0 if influence is None else acceleration(clusters.sums(influence))
    low, high = np.quantile(usable, bca_levels(usable, value, skew, clusters=count, confidence=confidence))
    return Estimate(
        value=value,
        rows=rows,
        clusters=count,
        interval=around(value, float(low), float(high), confidence=confidence, method=METHOD),
        standard_error=float(usable.std(ddof=1)),
    )


def acceleration(influence: Floats) -> float:
    """Return how fast the standard error changes with the value (Efron 1987, equation 6.6).

    Parameters
    ----------
    influence : array of shape (clusters,)
    """
    squares = float(np.sum(influence**2))
    return float(np.sum(influence**3)) / (6 * squares**1.5) if squares > 0 else 0.0


def bca_levels(drawn: Floats, value: float, skew: float, *, clusters: int, confidence: float) -> NDArray[np.float64]:
    """Return the two quantiles of the resamples that bound the interval.

    Parameters
    ----------
    drawn : array of shape (b,)
        The statistic in every resample.
    value : float
        The statistic of the rows themselves.
    skew : float
        Acceleration.
    clusters : int
        How many clusters were drawn from.
    confidence : float
    """
    below = np.mean(drawn < value) / 2 + np.mean(drawn <= value) / 2
    bias = special.ndtri(np.clip(below, 1 / (len(drawn) + 1), len(drawn) / (len(drawn) + 1)))
    reach = math.sqrt(clusters / (clusters - 1)) * stats.t.ppf((1 + confidence) / 2, clusters - 1)
    shifted = bias + np.array([-reach, reach])
    return special.ndtr(bias + shifted / np.maximum(1 - skew * shifted, 1e-6))


def _without_interval(value: float, rows: int, clusters: int, problem: str) -> Estimate:
    known = value if math.isfinite(value) else None
    return Estimate(value=known, rows=rows, clusters=clusters, problem=problem or "not defined for these rows")
