"""Looks: how sure each of several looks at growing data has to be, so that all of them together are rarely wrong."""

from __future__ import annotations

ERROR = 0.05
"""How often all looks together may condemn what is no worse."""


def confidence_of_look(looks: int, *, error: float = ERROR) -> float:
    """Return the confidence of the two-sided interval of one look, one of whose sides counts.

    By Bonferroni's inequality the chance that any of the looks is wrong is at most the sum of their chances, however
    they depend on each other. Looks at growing data depend strongly, so it is less; what a sharper boundary would win
    on a handful of looks (Pocock 1977, *Group sequential methods in the design and analysis of clinical trials*,
    Biometrika 64) it would pay for with the assumption that every window brings the same information.

    Parameters
    ----------
    looks : int
        How often it is looked at most.
    error : float
        Chance that any look is wrong.

    Examples
    --------
    >>> confidence_of_look(1), confidence_of_look(4)
    (0.9, 0.975)
    """
    if looks < 1:
        raise ValueError(f"expected at least one look, got {looks}")
    return 1 - 2 * error / looks
