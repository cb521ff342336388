"""Numbers as people read them on a card."""

from __future__ import annotations

import math

from include.domain.evidence import Observation


def value_text(observation: Observation) -> str:
    """Return the value with its unit.

    Examples
    --------
    >>> value_text(Observation(name="roc_auc", value=0.91234567))
    '0.9123'
    >>> value_text(Observation(name="roc_auc", value=None))
    'not observed'
    """
    if observation.value is None or math.isnan(observation.value):
        return "not observed"
    whole = float(observation.value).is_integer() and abs(observation.value) < 1e15
    number = f"{observation.value:,.0f}" if whole else f"{observation.value:.4g}"
    # A count says by itself what it counts.
    return f"{number} {observation.unit if observation.unit != 'count' else ''}".strip()


def interval_text(observation: Observation) -> str:
    """Return the interval and what it claims; empty where there is none.

    Examples
    --------
    >>> from include.domain.evidence import Interval
    >>> sure = Interval(low=0.89, high=0.93, confidence=0.95, method="bootstrap")
    >>> interval_text(Observation(name="roc_auc", value=0.91, interval=sure))
    '0.89 to 0.93 (95%)'
    """
    seen = observation.interval
    return f"{seen.low:.4g} to {seen.high:.4g} ({100 * seen.confidence:g}%)" if seen else ""


def rows_text(observation: Observation) -> str:
    """Return the rows that the value rests on."""
    return "" if observation.n is None else f"{observation.n:,}"
