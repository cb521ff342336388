"""Agreement: in which share of the rows two columns say the same, where saying nothing special does not count."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IN_ALL_ROWS = 0.99
IN_TELLING_ROWS = 0.95


def agree(target: npt.NDArray[np.generic], same: npt.NDArray[np.bool_]) -> bool:
    """Tell whether a column repeats the target, given where it does.

    Rows in which the target has its most frequent value are easily right: where 99 of 100 values are zero, any column
    of zeros agrees. So the other rows have to agree too.

    Parameters
    ----------
    target : ndarray of shape (n,)
    same : ndarray of bool, shape (n,)

    Examples
    --------
    >>> zeros = np.zeros(1000)
    >>> rare = zeros.copy(); rare[:5] = 1
    >>> agree(rare, rare == zeros)
    False
    """
    if not len(target) or same.mean() < IN_ALL_ROWS:
        return False
    values, counts = np.unique(target, return_counts=True)
    telling = target != values[counts.argmax()]
    return not telling.any() or bool(same[telling].mean() >= IN_TELLING_ROWS)
