"""Recalibration: what chance rows of a given probability really have, and how far that is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from include.statistics.clusters import Clusters, Floats

KNOTS = 6
"""Knots of the map, at quantiles of the log odds, where they tell most."""

_STEPS, _SMALL = 100, 1e-9
_TINY = 1e-6


@dataclass(frozen=True, eq=False)
class Recalibration:
    """A map from a model's probabilities to chances, fitted to labelled rows that the model has not seen.

    Parameters
    ----------
    knots : array of shape (k,)
        In log odds.
    coefficients : array of shape (k,)
        Intercept, factor of the log odds, and of their restricted cubic spline.
    root : array of shape (k, k)
        Of their covariance: ``root @ root.T``.
    overdispersion : float
        How much more the labels of whole clusters vary than independent ones would; 1 or above.
    rows : int
        That it was fitted to.
    """

    knots: Floats
    coefficients: Floats
    root: Floats
    overdispersion: float
    rows: int

    def chances(self, probability: Floats) -> Floats:
        """Return the chance of being positive for each probability; both of shape (n,)."""
        return np.asarray(special.expit(np.einsum("nk,k->n", _design(probability, self.knots), self.coefficients)))

    def drawn(self, probability: Floats, draws: int, rng: np.random.Generator) -> Floats:
        """Return the chances that as many other samples of labelled rows would have given.

        Returns
        -------
        array of shape (draws, n)
        """
        coefficients = self.coefficients + rng.standard_normal((draws, len(self.root))) @ self.root.T
        return np.asarray(special.expit(np.einsum("dk,nk->dn", coefficients, _design(probability, self.knots))))


def recalibrate(positive: NDArray[np.bool_], probability: Floats, clusters: Clusters) -> Recalibration:
    """Fit the chances of rows to their probabilities.

    The map is a logistic regression on a restricted cubic spline of the log odds (Harrell 2015, *Regression Modeling
    Strategies*, sections 2.4.5 and 10.11; Austin & Steyerberg 2014, *Graphical assessment of internal and external
    calibration*, Statistics in Medicine 33): a straight line beyond the outer knots, and free between them. Its
    coefficients are drawn towards those that leave the probabilities as they are, by a normal prior of standard
    deviation 1, so that it exists for few rows of one class as well. Their covariance is the inverse of the
    information, or the sandwich of Liang & Zeger 1986 (*Longitudinal data analysis using generalized linear models*,
    Biometrika 73) where rows come in clusters.

    Parameters
    ----------
    positive : array of shape (n,), bool
    probability : array of shape (n,)
        Of being positive.
    clusters : Clusters
        Rows that belong together.

    Examples
    --------
    >>> from include.statistics.clusters import clusters_of
    >>> rng = np.random.default_rng(7)
    >>> chance = rng.uniform(0.02, 0.5, 5_000)
    >>> fitted = recalibrate(rng.random(5_000) < chance, chance**2, clusters_of(None, rows=5_000))
    >>> bool(0.25 < fitted.chances(np.array([0.09]))[0] < 0.35)
    True
    """
    knots = _knots(probability)
    design, target = _design(probability, knots), positive.astype(np.float64)
    size = design.shape[1]
    trusted = np.eye(size)[1]
    beta, information = trusted, np.eye(size)
    for _ in range(_STEPS):
        chance = special.expit(np.einsum("nk,k->n", design, beta))
        information = np.einsum("ni,n,nj->ij", design, chance * (1 - chance), design) + np.eye(size)
        step = np.linalg.solve(information, np.einsum("nk,n->k", design, target - chance) - (beta - trusted))
        beta = beta + step / max(1.0, float(np.abs(step).max()))
        if float(np.abs(step).max()) < _SMALL:
            break
    residuals = target - special.expit(np.einsum("nk,k->n", design, beta))
    covariance = np.linalg.inv(information)
    if not clusters.are_rows and clusters.count > 1:
        scores = np.stack([clusters.sums(residuals * column) for column in design.T], axis=1)
        meat = clusters.count / (clusters.count - 1) * np.einsum("ci,cj->ij", scores, scores)
        covariance = covariance @ (meat + np.eye(size)) @ covariance
    spectrum, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(spectrum, 0.0))
    return Recalibration(knots, beta, root, overdispersion_of(residuals, clusters), len(target))


def overdispersion_of(residuals: Floats, clusters: Clusters) -> float:
    """Return how much more sums over clusters vary than sums of so many independent rows; 1 if not more.

    The design effect of Kish 1965, *Survey Sampling*, section 8.2, of residuals around 0.

    Examples
    --------
    >>> from include.statistics.clusters import clusters_of
    >>> overdispersion_of(np.array([1.0, 1.0, -1.0, -1.0]), clusters_of(np.array([0, 0, 1, 1])))
    2.0
    """
    alone = float(np.sum(residuals**2))
    if clusters.are_rows or alone == 0:
        return 1.0
    together = float(np.sum(clusters.sums(residuals) ** 2)) / alone
    return max(together, 1.0) if math.isfinite(together) else 1.0


def _knots(probability: Floats) -> Floats:
    """Return quantiles of the log odds, rows counted by how much their labels tell; fewer where they are alike."""
    if not len(probability):
        return np.zeros(1)
    logits = _log_odds(probability)
    order = np.argsort(logits)
    told = np.cumsum((probability * (1 - probability) + _TINY)[order])
    levels = np.linspace(0.05, 0.95, KNOTS) * told[-1]
    return np.unique(np.round(logits[order][np.searchsorted(told, levels)], 6))


def _design(probability: Floats, knots: Floats) -> Floats:
    logits = _log_odds(probability)
    columns = [np.ones(len(logits)), logits]
    if len(knots) >= 3:
        last, before, width = knots[-1], knots[-2], knots[-1] - knots[0]
        for knot in knots[:-2]:
            cubic = _cubed(logits - knot) - (
                _cubed(logits - before) * (last - knot) - _cubed(logits - last) * (before - knot)
            ) / (last - before)
            columns.append(cubic / width**2)
    return np.stack(columns, axis=1)


def _cubed(values: Floats) -> Floats:
    return np.maximum(values, 0.0) ** 3


def _log_odds(probability: Floats) -> Floats:
    return np.asarray(special.logit(np.clip(np.asarray(probability, dtype=np.float64), _TINY, 1 - _TINY)))
