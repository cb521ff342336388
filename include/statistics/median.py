"""The median of per-row errors, which changes in jumps and therefore has no influence to sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from include.statistics.clusters import Floats


class MedianOf:
    """Median of per-row errors; of an even number of rows, the mean of the two in the middle.

    Parameters
    ----------
    errors : array of shape (n,)

    Examples
    --------
    >>> MedianOf(np.array([3.0, 1.0, 2.0, 9.0])).value()
    2.5
    """

    def __init__(self, errors: Floats) -> None:
        self._order: NDArray[np.intp] = np.argsort(errors, kind="stable")
        self._errors = errors[self._order]

    def value(self) -> float:
        """Return the median."""
        return float(np.median(self._errors))

    def resampled(self, weights: Floats) -> Floats:
        """Return the median of every resample, read off the running number of rows."""
        running = np.cumsum(weights[:, self._order], axis=1)
        rows = running[:, -1:]
        lower, upper = (np.sum(running <= np.floor(middle), axis=1) for middle in ((rows - 1) / 2, rows / 2))
        return (self._errors[lower] + self._errors[upper]) / 2

    def influence(self) -> None:
        """Return None: the influence of a row on a median depends on a density that the rows do not tell."""
        return
