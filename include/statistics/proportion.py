"""Proportions: how far a share of successes can be trusted."""

from __future__ import annotations

from scipy import stats


def exact_interval(successes: int, trials: int, *, confidence: float) -> tuple[float, float]:
    """Return the interval of Clopper & Pearson for a share.

    Source: Clopper & Pearson 1934, *The use of confidence or fiducial limits illustrated in the case of the binomial*,
    Biometrika 26. The trials have to be independent of each other; it never covers less than it says.

    Examples
    --------
    >>> low, high = exact_interval(50, 2_000, confidence=0.95)
    >>> round(low, 4), round(high, 4)
    (0.0186, 0.0328)
    """
    tail = (1 - confidence) / 2
    low = float(stats.beta.ppf(tail, successes, trials - successes + 1)) if successes else 0.0
    high = float(stats.beta.ppf(1 - tail, successes + 1, trials - successes)) if successes < trials else 1.0
    return low, high
