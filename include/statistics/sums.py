"""Statistics that are a formula over sums of per-row terms: means, roots of means, R²."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from include.statistics.clusters import Floats

Formula = Callable[[NDArray[Any]], NDArray[Any]]

_STEP = 1e-30
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class OfSums:
    """A formula over sums of per-row terms.

    Parameters
    ----------
    terms : array or sparse array of shape (n, q)
        What every row adds to the q sums.
    formula : callable
        From sums of shape (..., q) to numbers of shape (...); it must not change if all sums are multiplied by the
        same number, and it must take complex sums.
    """

    terms: Any
    formula: Formula

    def value(self) -> float:
        """Return the formula of all rows."""
        return float(self.formula(self._totals()))

    def resampled(self, weights: Floats) -> Floats:
        """Return the formula of every resample."""
        return np.asarray(self.formula(weighted_sums(weights, self.terms)), dtype=np.float64)

    def influence(self) -> Floats:
        """Return the influence of every row: the gradient of the formula times the row's terms.

        The gradient is taken by a complex step (Squire & Trapp 1998, *Using complex variables to estimate derivatives
        of real functions*, SIAM Review 40), which loses no digits to a difference.
        """
        totals = self._totals()
        steps = totals + 1j * _STEP * np.eye(len(totals))
        gradient = np.imag(self.formula(steps)) / _STEP
        changes = np.asarray(self.terms @ gradient, dtype=np.float64)
        return len(changes) * (changes - changes.mean())

    def _totals(self) -> Floats:
        return np.asarray(self.terms.sum(axis=0), dtype=np.float64).ravel()


def weighted_sums(weights: Floats, terms: Any) -> Floats:
    """Return the sums of weighted terms.

    No matrix product is taken of dense terms: the library behind it spreads so thin a one over threads that wait for
    each other, and their number would show in the last digits.

    Parameters
    ----------
    weights : array of shape (b, n)
    terms : array or sparse array of shape (n, q)
        Fastest where the terms of one sum lie side by side.

    Returns
    -------
    array of shape (b, q)
    """
    return np.asarray(weights @ terms if sparse.issparse(terms) else np.einsum("bn,nq->bq", weights, terms))


def mean_of(losses: Floats) -> OfSums:
    """Return the mean of per-row losses.

    Examples
    --------
    >>> mean_of(np.array([1.0, 2.0, 6.0])).value()
    3.0
    >>> mean_of(np.array([1.0, 2.0, 6.0])).influence()
    array([-2., -1.,  3.])
    """
    return OfSums(_columns(losses, np.ones_like(losses)), lambda sums: sums[..., 0] / sums[..., 1])


def root_mean_of(squares: Floats) -> OfSums:
    """Return the root of the mean of per-row squares.

    Examples
    --------
    >>> root_mean_of(np.array([1.0, 49.0])).value()
    5.0
    """
    return OfSums(_columns(squares, np.ones_like(squares)), lambda sums: np.sqrt(sums[..., 0] / sums[..., 1]))


def r_squared(truth: Floats, predicted: Floats) -> OfSums:
    """Return the share of the target's variance that predictions explain; undefined for a constant target.

    Examples
    --------
    >>> r_squared(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 2.0])).value()
    0.5
    """
    centred = truth - truth.mean()
    terms = _columns((truth - predicted) ** 2, centred**2, centred, np.ones_like(truth))
    return OfSums(terms, _r_squared)


def _r_squared(sums: NDArray[Any]) -> NDArray[Any]:
    residual, square, linear, rows = np.moveaxis(sums, -1, 0)
    total = square - linear**2 / rows
    return 1.0 - residual / np.where(total.real > _ROUNDING * square.real, total, np.nan)


def _columns(*terms: Floats) -> Floats:
    return np.stack(terms).T
