"""Distances of two samples that were counted into the same cells: how differently they are distributed.

Both are computed from counts alone, whatever the number of rows behind them, and of many windows at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[Any]
Floats = NDArray[np.float64]


def anderson_darling(reference: ArrayLike, current: ArrayLike) -> Floats:
    r"""Return the Anderson-Darling distance of two samples over ordered cells.

    .. math:: D = \sum_j h_j \frac{(F_j - G_j)^2}{H_j (1 - H_j) - h_j / 4}

    with the shares h of both samples together in the cells, and up to the middle of every cell the cumulated shares F
    and G of either, and H of both. Times ``n N / (n + N)`` it is the two-sample statistic of Pettitt 1976 (*A
    two-sample Anderson-Darling rank statistic*, Biometrika 63), for ties as in equation 7 of Scholz & Stephens 1987
    (*K-sample Anderson-Darling tests*, JASA 82). It tells a shift nearly as well as a comparison of means, and other
    changes too.

    Parameters
    ----------
    reference : array of shape (k,)
        Rows in each cell, in the order of the values.
    current : array of shape (..., k)

    Returns
    -------
    array of shape (...)
        0 if both are distributed alike; not a number where a sample is empty.

    Examples
    --------
    >>> float(anderson_darling([10, 10, 10], [1, 1, 1]))
    0.0
    >>> np.round(anderson_darling([10, 10, 10], [[0, 10, 20], [10, 20, 0]]), 3)
    array([0.622, 0.251])
    """
    ours, theirs = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    rows, more = ours.sum(), theirs.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        gap = _to_the_middle(theirs / more) - _to_the_middle(ours / rows)
        shares = (theirs + ours) / (more + rows)
        both = _to_the_middle(shares)
        spread = both * (1 - both) - shares / 4
        terms = shares * gap**2 / spread
    # A cell that holds all rows of both says nothing.
    distance = np.where(spread > _ROUNDING * shares, terms, 0.0).sum(axis=-1)
    return np.where((more[..., 0] > 0) & (rows > 0), distance, np.nan)


def jensen_shannon(reference: ArrayLike, current: ArrayLike) -> Floats:
    """Return the Jensen-Shannon distance of two samples over cells without an order.

    The root of the divergence of Lin 1991 (*Divergence measures based on the Shannon entropy*, IEEE Transactions on
    Information Theory 37), with logarithms to the base of 2.

    Parameters
    ----------
    reference : array of shape (k,)
        Rows in each cell.
    current : array of shape (..., k)

    Returns
    -------
    array of shape (...)
        From 0, distributed alike, to 1, nothing in common; not a number where a sample is empty.

    Examples
    --------
    >>> float(jensen_shannon([10, 0], [0, 3])), float(jensen_shannon([10, 30], [1, 3]))
    (1.0, 0.0)
    """
    ours, theirs = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    rows, more = ours.sum(), theirs.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        p, q = ours / rows, theirs / more
    divergence = _bits((p + q) / 2) - (_bits(p) + _bits(q)) / 2
    # Shares of an empty sample are not numbers, and neither is its distance from another.
    return np.asarray(np.sqrt(np.maximum(divergence, 0.0)))


_ROUNDING = 1e-12


def _to_the_middle(shares: Floats) -> Floats:
    return shares.cumsum(axis=-1) - shares / 2


def _bits(shares: Floats) -> Floats:
    safe = np.where(shares > 0, shares, 1.0)
    return -(shares * np.log2(safe)).sum(axis=-1)
