"""Expected numbers: what a metric of rows will be once their labels are known, told by the chance of each label.

Every row stands once for each label that it may turn out to have, weighted by the chance of it. So every statistic of
labelled rows is one of rows without labels, and the labels can be drawn to see how far it may lie from its expectation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from include.statistics.clusters import Floats
from include.statistics.estimate import Estimate, around
from include.statistics.statistic import Statistic

METHOD = "labels drawn by recalibrated chances"
DRAWS = 1_000
FEWEST = 200
BUDGET = 200_000_000
"""Weights that one estimate may draw; beyond it, labels are drawn less often, `FEWEST` times at least."""

_CHUNK = 500_000
_LOST_AT_MOST = 0.05

Chances = Callable[[int, np.random.Generator], Floats]
"""From a number of draws to the chances that other labelled rows would have given; shape (draws, n, k)."""


def expect_all(
    statistics: Sequence[Statistic],
    chances: Floats,
    drawn: Chances,
    *,
    confidence: float,
    rng: np.random.Generator,
    overdispersion: float = 1.0,
) -> list[Estimate]:
    """Estimate statistics of rows whose labels are not known yet.

    The value is that of confidence-based performance estimation: for binary metrics of decisions the one of the
    expected confusion matrix, to which a row with chance ``p`` that is said to be positive adds ``p`` true positives
    and ``1 - p`` false ones (NannyML 2022, *How performance estimation works: confidence-based performance
    estimation*; Białek et al. 2024, *Estimating model performance under covariate shift without labels*). The interval
    is for the number that will be realised on these very rows: chances are drawn as other labelled rows would have
    given them, and labels by those chances. It knows nothing of a change in what the labels are given the inputs.

    Parameters
    ----------
    statistics : sequence of Statistic
        Of ``n k`` rows: row i with label j stands at place ``i k + j``.
    chances : array of shape (n, k)
        Of each label.
    drawn : callable
    confidence : float
        Coverage of the two-sided interval.
    rng : Generator
    overdispersion : float
        How much more labels vary than independent ones.

    Examples
    --------
    >>> from include.statistics.sums import mean_of
    >>> chances = np.tile([0.1, 0.9], (400, 1))
    >>> right = mean_of(np.tile([0.0, 1.0], 400))
    >>> fixed = lambda draws, rng: np.broadcast_to(chances, (draws, *chances.shape))
    >>> seen = expect_all([right], chances, fixed, confidence=0.95, rng=np.random.default_rng(7))[0]
    >>> round(seen.value, 6), 0.86 < seen.interval.low < 0.88, 0.92 < seen.interval.high < 0.94
    (0.9, True, True)
    """
    rows, labels = chances.shape
    if not rows or not statistics:
        return [Estimate(value=None, rows=0, clusters=0, problem="there are no rows") for _ in statistics]
    draws = max(min(DRAWS, BUDGET // (rows * labels)), FEWEST)
    done: list[Floats] = []
    chunk = max(1, _CHUNK // (rows * labels))
    for start in range(0, draws, chunk):
        weights = _drawn_labels(drawn(min(chunk, draws - start), rng), rng)
        done.append(np.stack([statistic.resampled(weights) for statistic in statistics], axis=1))
    weights = np.ascontiguousarray(chances.reshape(1, -1))
    values = [float(statistic.resampled(weights)[0]) for statistic in statistics]
    columns = np.concatenate(done).T
    return [
        bound_by_draws(value, column, rows=rows, confidence=confidence, method=METHOD, overdispersion=overdispersion)
        for value, column in zip(values, columns, strict=True)
    ]


def bound_by_draws(
    value: float, drawn: Floats, *, rows: int, confidence: float, method: str, overdispersion: float = 1.0
) -> Estimate:
    """Return a value with the interval that holds the middle of what was drawn, its deviations blown up.

    Parameters
    ----------
    value : float
    drawn : array of shape (draws,)
    rows : int
        That the value rests on.
    confidence : float
    method : str
        How it was drawn.
    overdispersion : float
        Of the variance of the deviations.
    """
    usable = drawn[np.isfinite(drawn)]
    if not math.isfinite(value):
        return Estimate(value=None, rows=rows, clusters=rows, problem="not defined for these rows")
    if len(usable) < (1 - _LOST_AT_MOST) * len(drawn):
        lost = f"not defined in {len(drawn) - len(usable)} of {len(drawn)} draws: a class is too rare"
        return Estimate(value=value, rows=rows, clusters=rows, problem=lost)
    tail = (1 - confidence) / 2
    deviations = math.sqrt(overdispersion) * (np.quantile(usable, [tail, 1 - tail]) - value)
    interval = around(value, *(value + float(d) for d in deviations), confidence=confidence, method=method)
    return Estimate(value, rows, rows, interval, math.sqrt(overdispersion) * float(usable.std(ddof=1)))


def _drawn_labels(chances: Floats, rng: np.random.Generator) -> Floats:
    """Return one label of every row as weights 0 and 1; from (draws, n, k) to (draws, n k)."""
    bounds = np.cumsum(chances, axis=2)
    spot = rng.random(chances.shape[:2])[:, :, np.newaxis] * bounds[:, :, -1:]
    # A number below 1 times the last bound is below it, however it is rounded: there is no label after the last.
    label = (spot >= bounds).sum(axis=2)
    weights = label[:, :, np.newaxis] == np.arange(chances.shape[2])
    return weights.astype(np.float64).reshape(len(chances), -1)
