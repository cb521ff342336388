"""Hypothesis strategies for the words of the house."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.gate import CHAMPIONS, HOLDOUT_IN_CHALLENGER_TRAINING, Bound, GateSpec, Improvement

NAMES = ("rows", "roc_auc", "log_loss", "quarantined_share", HOLDOUT_IN_CHALLENGER_TRAINING, CHAMPIONS)
METRICS = ("log_loss", "accuracy", "roc_auc")
CONFIDENCES = (0.8, 0.9, 0.95, 0.99)

finite = st.floats(-1e6, 1e6, allow_nan=False)
anything = st.none() | st.floats(allow_nan=True, allow_infinity=True)
counts = st.none() | st.integers(0, 10_000)
confidences = st.sampled_from(CONFIDENCES)
names = st.sampled_from(
    NAMES + tuple(f"improvement_over_{rival}.{metric}" for rival in ("baseline", "champion") for metric in METRICS)
)


def _sound(name: str, value: float, below: float, above: float, n: int) -> Observation:
    interval = Interval(low=value - below, high=value + above, confidence=0.99, method="bootstrap-t")
    return Observation(name=name, value=value, interval=interval, n=n)


@cache
def sound_observations(name: str) -> st.SearchStrategy[Observation]:
    """Finite numbers on many rows, each inside an interval of high confidence."""
    widths = st.floats(0, 1e6)
    return st.builds(_sound, st.just(name), finite, widths, widths, st.integers(1, 10_000))


@cache
def intervals() -> st.SearchStrategy[Interval]:
    """Intervals of every kind: open, turned around, far from any value."""
    return st.builds(
        Interval, low=st.floats(), high=st.floats(), confidence=confidences, method=st.just("percentile bootstrap")
    )


@cache
def observations(name: str) -> st.SearchStrategy[Observation]:
    """Observations of every kind: seen and not seen, with and without interval, sound and unsound."""
    return sound_observations(name) | st.builds(
        Observation, name=st.just(name), value=anything, interval=st.none() | intervals(), n=counts
    )


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    """Evidence with every name at most once."""
    chosen = draw(st.lists(names, unique=True, max_size=4))
    return Evidence(subject="adult version 1", observations=tuple(draw(observations(name)) for name in chosen))


@st.composite
def bounds(draw: st.DrawFn) -> Bound:
    """Bounds that can be met."""
    low, high = sorted((draw(finite), draw(finite)))
    sides = draw(st.sampled_from(("low", "high", "both")))
    return Bound(
        observation=draw(names),
        at_least=None if sides == "high" else low,
        at_most=None if sides == "low" else high,
        confident=draw(st.booleans()),
        confidence=draw(confidences),
        rows_at_least=draw(st.integers(0, 500)),
    )


@st.composite
def improvements(draw: st.DrawFn) -> Improvement:
    """Improvements over either rival; the exact test only of accuracy."""
    metric = draw(st.sampled_from(METRICS))
    return Improvement(
        rival=draw(st.sampled_from(("baseline", "champion"))),
        metric=metric,
        confidence=draw(confidences),
        margin=draw(st.just(0.0) | finite),
        test=draw(st.sampled_from(("bootstrap", "exact"))) if metric == "accuracy" else "bootstrap",
        rows_at_least=draw(st.integers(2, 500)),
    )


@st.composite
def gates(draw: st.DrawFn) -> GateSpec:
    """Gates with up to three requirements, none included."""
    asked = draw(st.lists(bounds() | improvements(), max_size=3))
    return GateSpec(name="model", requirements=tuple(asked))
