"""Simultaneous intervals: several numbers of the same rows, all of them held in their intervals at once.

Whoever looks at the worst of twenty slices has looked twenty times. The intervals here are widened until the chance
that *any* of the numbers lies outside its own is what the confidence leaves, and no further: numbers that rise and fall
together cost less than numbers that do not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special, stats

from include.statistics.clusters import Clusters, Floats
from include.statistics.sums import weighted_sums

METHOD = "max-t multiplier bootstrap, simultaneous"

_BUDGET = 20_000_000


@dataclass(frozen=True, eq=False)
class Parts:
    """What every cluster adds to each of k numbers, around it.

    Parameters
    ----------
    own : sparse array of shape (clusters, k)
        What is of a few clusters each.
    shared : array of shape (clusters, q), optional
        What all clusters add ...
    factors : array of shape (k, q), optional
        ... and how often each number counts it: the parts are ``own + shared @ factors.T``.
    """

    own: sparse.csc_array
    shared: Floats | None = None
    factors: Floats | None = None

    def products(self) -> Floats:
        """Return the sum over clusters of the products of parts; shape (k, k)."""
        products = np.asarray((self.own.T @ self.own).toarray(), dtype=np.float64)
        if self.shared is None or self.factors is None:
            return products
        crossed = np.asarray(self.own.T @ self.shared) @ self.factors.T
        return products + crossed + crossed.T + self.factors @ (self.shared.T @ self.shared) @ self.factors.T

    def fourth_powers(self) -> Floats:
        """Return the sum over clusters of the fourth power of each part; shape (k,)."""
        if self.shared is None or self.factors is None:
            return np.asarray((self.own**4).sum(axis=0), dtype=np.float64).ravel()
        count, width = self.own.shape
        sums, chunk = np.empty(width), max(1, 2_000_000 // max(count, 1))
        for start in range(0, width, chunk):
            some = slice(start, start + chunk)
            parts = self.own[:, some].toarray() + self.shared @ self.factors[some].T
            sums[some] = np.sum(parts**4, axis=0)
        return sums


@dataclass(frozen=True, eq=False)
class Family:
    """Numbers whose intervals hold together.

    Parameters
    ----------
    values, low, high : array of shape (k,)
    p_values : array of shape (k,)
        Of each number being 0, adjusted for all of them.
    confidence : float
    """

    values: Floats
    low: Floats
    high: Floats
    p_values: Floats
    confidence: float


def hold_together(
    values: Floats, parts: Parts, *, confidence: float, rng: np.random.Generator, least_errors: Floats | None = None
) -> Family:
    """Bound several numbers at once.

    The quantile of the largest deviation is that of a multiplier bootstrap: every cluster's parts are multiplied by one
    normal number, the same for all k, so that the numbers stay as correlated as they are. Sources: Chernozhukov,
    Chetverikov & Kato 2013, *Gaussian approximations and multiplier bootstrap for maxima of sums of high-dimensional
    random vectors*, Annals of Statistics 41; as a band of intervals Montiel Olea & Plagborg-Møller 2019, *Simultaneous
    confidence bands*, Journal of Applied Econometrics 34. P-values are those of the single step of Westfall & Young
    1993, *Resampling-Based Multiple Testing*; the number of draws is counted as Phipson & Smyth 2010 do, *Permutation
    p-values should never be zero*. As k normal numbers with that correlation are drawn, and no rows, it does not matter
    how many rows there are.

    Each number is then measured by its own Student's t, with as many degrees of freedom as clusters really speak for
    it (as in :mod:`include.statistics.paired`), for a slice of thirty rows is no normal number.

    Parameters
    ----------
    values : array of shape (k,)
    parts : Parts
    confidence : float
        That all k intervals hold, two-sided.
    rng : Generator
    least_errors : array of shape (k,), optional
        Standard errors that are not believed to be smaller.

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> rows = np.arange(100)
    >>> parts = Parts(columns_of([(rows, rng.normal(0, 0.1, 100)), (rows, rng.normal(0, 0.1, 100))], 100))
    >>> family = hold_together(np.array([0.0, 9.0]), parts, confidence=0.95, rng=rng)
    >>> bool(family.low[0] < 0 < family.high[0]), bool(family.p_values[1] < 0.01)
    (True, True)
    """
    products = parts.products()
    squares = np.diag(products).copy()
    errors = np.sqrt(np.maximum(squares, 0.0))
    freedom = _freedom(squares, parts.fourth_powers())
    if least_errors is not None:
        errors = np.maximum(errors, least_errors)
    highest = _largest_deviations(products, rng)
    place = min(math.ceil((len(highest) + 1) * confidence), len(highest)) - 1
    # Never narrower than one number alone would be.
    reach = max(float(highest[place]), float(special.ndtri((1 + confidence) / 2)))
    widths = stats.t.isf(special.ndtr(-reach), freedom) * errors
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(values == 0, 0.0, np.abs(values) / errors)
    as_normal = -special.ndtri(np.maximum(stats.t.sf(t, freedom), np.finfo(np.float64).tiny))
    beyond = len(highest) - np.searchsorted(highest, as_normal, side="left")
    p_values = np.maximum((1 + beyond) / (len(highest) + 1), 2 * stats.t.sf(t, freedom))
    return Family(values, values - widths, values + widths, np.minimum(p_values, 1.0), confidence)


def columns_of(columns: list[tuple[NDArray[np.intp], Floats]], rows: int) -> sparse.csc_array:
    """Return a sparse array of the given columns, each the places that are not 0 and what stands there.

    Examples
    --------
    >>> columns_of([(np.array([1]), np.array([5.0]))], 3).toarray().tolist()
    [[0.0], [5.0], [0.0]]
    """
    places = np.concatenate([place for place, _ in columns]) if columns else np.empty(0, dtype=np.intp)
    inside = np.concatenate([value for _, value in columns]) if columns else np.empty(0)
    starts = np.cumsum([0, *(len(place) for place, _ in columns)])
    return sparse.csc_array((inside, places, starts), shape=(rows, len(columns)))


def part_of_mean(influence: Floats, clusters: Clusters, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], Floats]:
    """Return what clusters add to a number of some of the rows: the clusters, and the part of each.

    Each is scaled up by what leaving it out would move (CV3 of MacKinnon, Nielsen & Webb 2023, *Fast and reliable
    jackknife and bootstrap methods for cluster-robust inference*, Journal of Applied Econometrics 38).

    Parameters
    ----------
    influence : array of shape (m,)
        Of each of these rows; mean 0.
    clusters : Clusters
        Of all rows.
    rows : array of shape (m,)
        Places of these rows among all.
    """
    places, codes = np.unique(clusters.codes[rows], return_inverse=True)
    sizes = np.bincount(codes) / len(rows)
    sums = np.bincount(codes, weights=influence) / len(rows)
    left = np.maximum(1 - sizes, 1e-12)
    return places, math.sqrt((len(places) - 1) / len(places)) * sums / left


def _freedom(squares: Floats, fourth_powers: Floats) -> Floats:
    effective = np.divide(squares**2, fourth_powers, out=np.full(len(squares), np.inf), where=fourth_powers > 0)
    return np.maximum(1.5 * effective - 1, 1.0)


def _largest_deviations(products: Floats, rng: np.random.Generator) -> Floats:
    """Return the largest of k standard normal numbers with that correlation, regardless of sign, drawn and sorted."""
    errors = np.sqrt(np.maximum(np.diag(products), 0.0))
    known = errors > 0
    if not known.any():
        return np.zeros(1)
    correlation = products[np.ix_(known, known)] / np.outer(errors[known], errors[known])
    spectrum, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(spectrum, 0.0))
    draws = int(np.clip(_BUDGET // len(root) ** 2, 1_999, 9_999))
    drawn = rng.standard_normal((draws, len(root)))
    return np.sort(np.abs(weighted_sums(drawn, root.T)).max(axis=1))
