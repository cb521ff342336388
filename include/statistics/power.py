"""Power: how many rows it takes to tell a difference of a given size from none."""

from __future__ import annotations

import math

from scipy import special

POWER = 0.8
"""Share of samples of that size on which the difference would be told; Cohen 1988's convention."""


def rows_needed(
    difference: float,
    standard_error: float,
    rows: int,
    *,
    confidence: float,
    reach: float | None = None,
    power: float = POWER,
) -> int | None:
    """Return how many rows of the same kind tell a difference of the same size.

    The standard error falls with the root of the number of rows, and the difference has to be as many standard errors
    as confidence and power ask for (Cohen 1988, *Statistical Power Analysis for the Behavioral Sciences*, section 2.4).
    An interval that allows for few rows, few entities and skewed losses reaches farther than the normal one. Two things
    follow. It takes these standard errors as well; and as many degrees of freedom as Student's t would have that
    reaches so far tell how uncertain the standard error itself is, which costs power (the normal approximation to the
    noncentral t of Johnson & Welch 1940, *Applications of the non-central t-distribution*, Biometrika 31). Both fall
    with the root of the number of rows (Hall 1988, *Theoretical comparison of bootstrap confidence intervals*, Annals
    of Statistics 16), so ``x``, the root of ``needed / rows``, solves
    ``x difference / standard_error = normal + more / x``.

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
    reach : float, optional
        How many standard errors below the value the interval begins on the rows at hand; those of the normal one if
        left out.
    power : float

    Returns
    -------
    int or None
        None where the difference is on the wrong side of the margin: more rows are not expected to help.

    Examples
    --------
    >>> rows_needed(0.5, 1 / 10**0.5, 10, confidence=0.95)
    32
    >>> rows_needed(0.5, 1 / 10**0.5, 10, confidence=0.95, reach=2.3)
    38
    >>> rows_needed(-0.5, 0.1, 10, confidence=0.95) is None
    True
    """
    if difference <= 0:
        return None
    if standard_error <= 0:
        return 0
    level, spare = float(special.ndtri((1 + confidence) / 2)), float(special.ndtri(power))
    farther = 0.0 if reach is None else max(reach - level, 0.0)
    # 1 / freedom = 4 farther / (level³ + level): the first term of Cornish & Fisher's expansion of t.
    uncertain = math.sqrt(1 + 2 * (level + farther) ** 2 * farther / (level**3 + level))
    normal, more = level + spare, farther + max(spare, 0.0) * (uncertain - 1)
    told = difference / standard_error
    root = (normal + math.sqrt(normal**2 + 4 * more * told)) / (2 * told)
    return math.ceil(rows * root**2)
