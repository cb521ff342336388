"""Clusters: rows that belong together. Chance draws them whole, for rows of one entity say the same thing twice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Clusters:
    """A division of rows into clusters.

    Parameters
    ----------
    codes : array of shape (n,)
        Cluster of every row, from 0 to ``count - 1``; each of them stands at least once.
    count : int
        Number of clusters.
    """

    codes: NDArray[np.intp]
    count: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.codes)

    @property
    def are_rows(self) -> bool:
        """Whether every row stands alone."""
        return self.count == self.rows

    def sums(self, values: Floats) -> Floats:
        """Return the sum of per-row values in every cluster.

        Parameters
        ----------
        values : array of shape (n,)

        Returns
        -------
        array of shape (count,)

        Examples
        --------
        >>> clusters_of(np.array(["a", "b", "a"])).sums(np.array([1.0, 2.0, 3.0]))
        array([4., 2.])
        """
        return np.bincount(self.codes, weights=values, minlength=self.count).astype(np.float64, copy=False)

    def draw(self, resamples: int, rng: np.random.Generator) -> Floats:
        """Draw clusters with replacement and return how often each was drawn.

        Parameters
        ----------
        resamples : int
        rng : Generator

        Returns
        -------
        array of shape (resamples, count)
            Multiplicities; every line sums to ``count``.

        Examples
        --------
        >>> clusters_of(None, rows=5).draw(2, np.random.default_rng(7)).sum(axis=1)
        array([5., 5.])
        """
        drawn = self.draw_places(resamples, rng)
        drawn += np.arange(resamples)[:, np.newaxis] * self.count
        counted = np.bincount(drawn.ravel(), minlength=resamples * self.count)
        return counted.reshape(resamples, self.count).astype(np.float64)

    def draw_places(self, resamples: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Draw clusters with replacement and return which, one after the other; the same as :meth:`draw` counts.

        Returns
        -------
        array of shape (resamples, count)
        """
        return rng.integers(self.count, size=(resamples, self.count))

    def of_rows(self, weights: Floats) -> Floats:
        """Spread the multiplicities of clusters over their rows.

        Parameters
        ----------
        weights : array of shape (b, count)

        Returns
        -------
        array of shape (b, n)
        """
        return weights if self.are_rows and self._in_order else weights[:, self.codes]

    @property
    def _in_order(self) -> bool:
        return bool(self.codes[0] == 0 and np.all(np.diff(self.codes) == 1))


def clusters_of(labels: NDArray[Any] | None, *, rows: int | None = None) -> Clusters:
    """Put rows of one label into one cluster.

    Parameters
    ----------
    labels : array of shape (n,), optional
        Whom each row is about; None and NaN name nobody, and such a row stands alone.
    rows : int, optional
        Number of rows where there are no labels: every row stands alone.

    Examples
    --------
    >>> clusters_of(np.array(["a", "b", "a", None, None], dtype=object)).count
    4
    """
    if labels is None:
        count = rows or 0
        return Clusters(np.arange(count), count)
    nobody = np.array(
        [label is None or (isinstance(label, float) and math.isnan(label)) for label in labels.tolist()], dtype=bool
    )
    codes = np.empty(len(labels), dtype=np.intp)
    named, codes[~nobody] = np.unique(labels[~nobody], return_inverse=True)
    codes[nobody] = len(named) + np.arange(nobody.sum())
    return Clusters(codes, len(named) + int(nobody.sum()))
