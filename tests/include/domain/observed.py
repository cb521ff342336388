"""Evidence as the tests of the gate need it: what was seen of a version, and gains that can be believed."""

from __future__ import annotations

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.gate import CHAMPIONS, Improvement

BASELINE = Improvement(rival="baseline", metric="log_loss")
CHAMPION = Improvement(rival="champion", metric="log_loss")


def seen(*observations: Observation) -> Evidence:
    """Return evidence of one version."""
    return Evidence(subject="adult version 1", observations=observations)


def better(
    name: str = CHAMPION.observation,
    *,
    low: float = 0.1,
    value: float = 0.2,
    high: float = 0.3,
    confidence: float = 0.95,
    n: int | None = 500,
    method: str = "bootstrap-t",
) -> Observation:
    """Return a gain over the champion, or another observation, inside its interval."""
    interval = Interval(low=low, high=high, confidence=confidence, method=method)
    return Observation(name=name, value=value, interval=interval, n=n)


def no_champion(value: float | None = 0) -> Observation:
    """Return the observation that the registry holds no champion, or what is put in its place."""
    return Observation(name=CHAMPIONS, value=value)
