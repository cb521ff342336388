"""Losses: what a champion's numbers have lost since its promotion, above 0 where they are worse today."""

from __future__ import annotations

from collections.abc import Iterable

from include.domain.concerns import lost_name
from include.domain.evidence import Evidence, Observation
from include.domain.metric import METRICS, Metric
from include.statistics.unpaired import unpaired_difference, widened


def observe_losses(
    kind: str, now: Iterable[Observation], promised: Evidence | None, *, no_promise: str = ""
) -> tuple[Observation, ...]:
    """Observe how much each metric has lost.

    Parameters
    ----------
    kind : str
        ``realised`` or ``estimated``; names of the metrics begin with it.
    now : iterable of Observation
        Metrics of the window, by the names ``<kind>.<metric>``.
    promised : Evidence or None
        What was seen of the champion when it was evaluated, on rows that have nothing to do with these.
    no_promise : str
        Why there is none.

    Examples
    --------
    >>> from include.domain.evidence import Interval
    >>> def seen(name, value):
    ...     return Observation(name=name, value=value, n=400,
    ...         interval=Interval(low=value - 0.03, high=value + 0.03, confidence=0.95, method="BCa bootstrap"))
    >>> then = Evidence(subject="churn version 1", observations=(seen("roc_auc", 0.9),))
    >>> lost = observe_losses("realised", [seen("realised.roc_auc", 0.8)], then)[0]
    >>> lost.name, round(lost.value, 3), lost.interval.low > 0
    ('realised.lost.roc_auc', 0.1, True)
    """
    by_metric = {observation.name.removeprefix(f"{kind}."): observation for observation in now}
    return tuple(
        _lost(kind, METRICS[name], observation, promised, no_promise)
        for name, observation in by_metric.items()
        if name in METRICS
    )


def _lost(kind: str, metric: Metric, now: Observation, promised: Evidence | None, no_promise: str) -> Observation:
    blank = Observation(name=lost_name(kind, metric.name), value=None, unit=now.unit, n=now.n)
    then = promised.find(metric.name) if promised else None
    if now.value is None:
        return blank.model_copy(update={"detail": now.detail})
    if then is None or then.value is None:
        told = no_promise or f"nobody has seen the champion's {metric.name} at its promotion"
        return blank.model_copy(update={"detail": told})
    before = then.interval
    if before and now.interval:
        before = widened(then.value, before, now.interval.confidence)
    sides = ((then.value, before), (now.value, now.interval))
    (first, of_first), (second, of_second) = sides if metric.greater_is_better else sides[::-1]
    interval = unpaired_difference(first, of_first, second, of_second) if of_first and of_second else None
    told = f"{metric.name}: {then.value:.6g} at promotion on {then.n or 0:,} rows, {kind} {now.value:.6g}"
    detail = "\n".join(line for line in (told, now.detail if now.interval is None else "") if line)
    return blank.model_copy(update={"value": first - second, "interval": interval, "detail": detail})
