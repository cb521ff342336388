"""Power: how many rows it takes to tell a difference of a given size from none."""

from __future__ import annotations

import math

from scipy import special

POWER = 0.8
"""Share of samples of that size on which the difference would be told; Cohen 1988's convention."""


def rows_needed(
    difference: float, standard_error: float, rows: int, *, confidence: float, power: float = POWER
) -> int | None:
    """Return how many rows of the same kind tell a difference of the same size.

    The standard error falls with the root of the number of rows, and the difference has to be as many standard errors
    as confidence and power ask for (Cohen 1988, *Statistical Power Analysis for the Behavioral Sciences*, section 2.4).

    Parameters
    ----------
    difference : float
        How far the value lies beyond the margin.
    standard_error : float
        Of the value, on the rows at hand; with clusters in it, new rows are taken to come in clusters alike.
    rows : int
        Rows at hand.
    confidence : float
        Coverage of the two-sided interval.
    power : float

    Returns
    -------
    int or None
        None where the difference is on the wrong side of the margin: more rows are not expected to help.

    Examples
    --------
    >>> rows_needed(0.5, 1 / 10**0.5, 10, confidence=0.95)
    32
    >>> rows_needed(-0.5, 0.1, 10, confidence=0.95) is None
    True
    """
    if difference <= 0:
        return None
    asked = float(special.ndtri((1 + confidence) / 2) + special.ndtri(power))
    return math.ceil(rows * (asked * standard_error / difference) ** 2)
