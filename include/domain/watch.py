"""The watch over a new champion: the pure step from what was seen beside its predecessor to keeping it or not."""

from __future__ import annotations

import math
from typing import Final, Literal

from include.domain.evidence import Evidence
from include.domain.record import Record
from include.domain.requirement import improvement_name

ROWS_AT_LEAST = 30
"""With fewer labelled rows nobody is taken back."""

PREDECESSOR: Final = "predecessor"


class WatchDecision(Record):
    """What becomes of a watched champion.

    Parameters
    ----------
    outcome : {'take_back', 'go_on', 'trusted'}
        Worse than its predecessor; not told yet; or every look is spent and it was never worse.
    reason : str
        In words and numbers.
    look, looks : int
        Which look it was, of how many.
    """

    outcome: Literal["take_back", "go_on", "trusted"]
    reason: str
    look: int
    looks: int


def decide_watch(evidence: Evidence, metric: str, *, look: int, looks: int, confidence: float) -> WatchDecision:
    """Take a champion back only if the whole interval says that it is worse than its predecessor on the same rows.

    What was not seen takes nobody back: a gate lets nothing through in doubt, and the champion has passed one.

    Parameters
    ----------
    evidence : Evidence
        Holds ``improvement_over_predecessor.<metric>`` of all labelled rows since the promotion.
    metric : str
    look, looks : int
        Which look this is, from 1, and how many there are.
    confidence : float
        That the interval has to hold at least, so that all looks together are rarely wrong.

    Examples
    --------
    >>> from include.domain.evidence import Interval, Observation
    >>> interval = Interval(low=-0.3, high=-0.1, confidence=0.975, method="t")
    >>> name = "improvement_over_predecessor.log_loss"
    >>> seen = Evidence(subject="churn", observations=(Observation(name=name, value=-0.2, interval=interval, n=400),))
    >>> decide_watch(seen, "log_loss", look=2, looks=4, confidence=0.975).outcome
    'take_back'
    """
    seen = evidence.find(improvement_name(PREDECESSOR, metric))
    interval = seen.interval if seen else None
    shown = f"look {look} of {looks}"
    if seen is None or seen.value is None or interval is None or not math.isfinite(interval.high):
        return _gone_on(look, looks, f"{shown}: {seen.detail if seen and seen.detail else 'nothing was seen'}")
    told = (
        f"{shown}: {metric} better by {seen.value:.4g} [{interval.low:.4g}, {interval.high:.4g}] "
        f"({100 * interval.confidence:.4g} %) than its predecessor's on the same {seen.n or 0:,} labelled rows"
    )
    sure = interval.low <= seen.value <= interval.high and interval.confidence >= confidence - 1e-12
    if sure and (seen.n or 0) >= ROWS_AT_LEAST and interval.high < 0:
        return WatchDecision(outcome="take_back", reason=told, look=look, looks=looks)
    return _gone_on(look, looks, told)


def _gone_on(look: int, looks: int, reason: str) -> WatchDecision:
    return WatchDecision(outcome="trusted" if look >= looks else "go_on", reason=reason, look=look, looks=looks)
