"""Calibration: whether of all rows that were given a chance of one in ten, one in ten is positive."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from include.statistics.clusters import Floats
from include.statistics.sums import OfSums

BINS = 10
_STEPS, _SMALL = 50, 1e-10


def calibration_error(positive: NDArray[np.bool_], probability: Floats) -> OfSums:
    """Return the expected calibration error: how far shares lie from probabilities, on average over bins of rows.

    Ten bins of about equally many rows; rows of one probability stay together. Source: Naeini, Cooper & Hauskrecht
    2015, *Obtaining well calibrated probabilities using Bayesian binning*, AAAI, with the bins of equal mass that
    Nixon et al. 2019, *Measuring calibration in deep learning*, CVPR workshops, recommend. It is never below 0, so
    that a small sample of a perfect model shows some, too: see :func:`error_by_chance`.

    Parameters
    ----------
    positive : array of shape (n,), bool
    probability : array of shape (n,)
        Of being positive.

    Examples
    --------
    >>> calibration_error(np.array([True, False, True, False]), np.full(4, 0.7)).value()
    0.19999999999999996
    """
    bins = _bins(probability)
    rows, count = len(bins), int(bins.max(initial=-1)) + 1
    places = (np.concatenate([np.arange(rows)] * 2), np.concatenate([bins, np.full(rows, count)]))
    terms = np.concatenate([probability - positive, np.ones(rows)])
    return OfSums(sparse.csr_array((terms, places), shape=(rows, count + 1)), _mean_gap)


def error_by_chance(probability: Floats) -> float:
    """Return about what the error of a perfectly calibrated model would be on so many rows.

    The sum of independent rows in a bin is about normal, and the mean size of a normal gap is ``sqrt(2 / pi)`` of its
    standard deviation.

    Examples
    --------
    >>> round(error_by_chance(np.full(10_000, 0.5)), 4)
    0.004
    """
    variances = np.bincount(_bins(probability), weights=probability * (1 - probability))
    return float(math.sqrt(2 / math.pi) * np.sqrt(variances).sum() / len(probability))


def recalibration_slope(positive: NDArray[np.bool_], probability: Floats) -> tuple[float, Floats]:
    """Return the slope of the outcome on the log odds, and its influences.

    It is 1 where the probabilities are neither too sure nor too timid; below 1 they are too sure.

    Source: Cox 1958, *Two further applications of a model for binary regression*, Biometrika 45; Van Calster et al.
    2019, *Calibration: the Achilles heel of predictive analytics*, BMC Medicine 17.

    Returns
    -------
    slope : float
        NaN where it does not exist: one class only, all probabilities alike, or classes that a line parts.
    influence : array of shape (n,)
    """
    logits = _log_odds(probability)
    design = np.stack([np.ones(len(logits)), logits]).T
    return _fitted(positive, design, np.zeros(len(logits)), start=np.array([0.0, 1.0]))


def recalibration_intercept(positive: NDArray[np.bool_], probability: Floats) -> tuple[float, Floats]:
    """Return what has to be added to the log odds for the mean probability to be right, and its influences.

    Known as calibration in the large: above 0 the probabilities are too low. Sources: see `recalibration_slope`.
    """
    logits = _log_odds(probability)
    return _fitted(positive, np.ones((len(logits), 1)), logits, start=np.zeros(1))


def _fitted(positive: NDArray[np.bool_], design: Floats, offset: Floats, *, start: Floats) -> tuple[float, Floats]:
    """Fit a logistic regression by Newton's steps; return its last coefficient with the influence of every row."""
    beta, target = start, positive.astype(np.float64)
    undefined = math.nan, np.zeros(len(target))
    if positive.all() or not positive.any():
        return undefined
    for _ in range(_STEPS):
        chance = special.expit(offset + np.einsum("nk,k->n", design, beta))
        weights = chance * (1 - chance)
        information = np.einsum("ni,n,nj->ij", design, weights, design)
        if not np.isfinite(information).all() or np.linalg.cond(information) > 1e12:
            return undefined
        score = np.einsum("nk,n->k", design, target - chance)
        step = np.linalg.solve(information, score)
        beta = beta + step
        if float(np.abs(step).max()) < _SMALL:
            inverse = np.linalg.inv(information)[-1]
            return float(beta[-1]), len(target) * (target - chance) * np.einsum("nk,k->n", design, inverse)
    return undefined


def _log_odds(probability: Floats) -> Floats:
    tiny = np.finfo(np.float64).eps
    return np.asarray(special.logit(np.clip(probability, tiny, 1 - tiny)))


def _bins(probability: Floats) -> NDArray[np.intp]:
    edges = np.quantile(probability, np.linspace(0, 1, BINS + 1)[1:-1]) if len(probability) else np.empty(0)
    found = np.searchsorted(np.unique(edges), probability, side="left")
    return np.asarray(np.unique(found, return_inverse=True)[1], dtype=np.intp)


def _mean_gap(sums: NDArray[Any]) -> NDArray[Any]:
    gaps = sums[..., :-1]
    # By the sign of the real part, for the size of a complex number would lose the derivative.
    return np.asarray(np.where(gaps.real < 0, -gaps, gaps).sum(axis=-1) / sums[..., -1])
