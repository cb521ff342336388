"""Reconciliation: what was estimated is laid beside what was realised, on the same rows, and the miss is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from include.domain.concerns import ESTIMATE_ERROR, ESTIMATED, ESTIMATES_OFF, REALISED
from include.domain.evidence import Evidence, Interval, Observation
from include.domain.spec import ModelSpec
from include.statistics.proportion import exact_interval


def observe_estimate_errors(
    estimated: Iterable[Observation], realised: Iterable[Observation]
) -> tuple[Observation, ...]:
    """Observe by how much each estimate was off.

    Parameters
    ----------
    estimated : iterable of Observation
        Of the labelled rows, ``estimated.<metric>``.
    realised : iterable of Observation
        Of the same rows, ``realised.<metric>``.

    Returns
    -------
    tuple of Observation
        ``estimate_error.<metric>``: estimated minus realised; the interval is that of the estimate around the realised
        number, so that it misses 0 where the estimate was off beyond its interval. Nothing without labels.

    Examples
    --------
    >>> interval = Interval(low=0.10, high=0.14, confidence=0.95, method="labels drawn")
    >>> before = Observation(name="estimated.brier_score", value=0.12, interval=interval, n=900)
    >>> after = Observation(name="realised.brier_score", value=0.2, n=900)
    >>> observe_estimate_errors([before], [after])[0].detail
    'estimated 0.12 [0.1, 0.14], realised 0.2: off beyond its interval'
    """
    by_metric = {observation.name.removeprefix(f"{REALISED}."): observation for observation in realised}
    found = []
    for estimate in estimated:
        name = estimate.name.removeprefix(f"{ESTIMATED}.")
        real = by_metric.get(name)
        if real is None or real.value is None or estimate.value is None or estimate.interval is None:
            continue
        low, high = estimate.interval.low - real.value, estimate.interval.high - real.value
        told = f"estimated {estimate.value:.6g} [{estimate.interval.low:.6g}, {estimate.interval.high:.6g}], "
        told += f"realised {real.value:.6g}: {'within' if low <= 0 <= high else 'off beyond'} its interval"
        found.append(
            Observation(
                name=f"{ESTIMATE_ERROR}.{name}",
                value=estimate.value - real.value,
                unit=estimate.unit,
                interval=estimate.interval.model_copy(update={"low": low, "high": high}),
                n=real.n,
                detail=told,
            )
        )
    return tuple(found)


def observe_track(spec: ModelSpec, seen: Sequence[Evidence]) -> Observation:
    """Observe in which share of the windows with labels the estimate was off beyond its interval.

    Parameters
    ----------
    spec : ModelSpec
    seen : sequence of Evidence
        Of windows of the same champion, this one among them.

    Returns
    -------
    Observation
        ``estimates_off``, of the deciding metric, with its Clopper-Pearson interval.
    """
    name = f"{ESTIMATE_ERROR}.{spec.deciding_metric}"
    errors = [error for evidence in seen if (error := evidence.find(name)) is not None and error.interval is not None]
    off = sum(not error.interval.low <= 0 <= error.interval.high for error in errors if error.interval)
    confidence = spec.monitoring.confidence
    low, high = exact_interval(off, len(errors), confidence=confidence) if errors else (0.0, 1.0)
    detail = f"{off:,} of {len(errors):,} windows with labels, by {spec.deciding_metric}"
    return Observation(
        name=ESTIMATES_OFF,
        value=off / len(errors) if errors else 0.0,
        unit="share",
        interval=Interval(low=low, high=high, confidence=confidence, method="Clopper-Pearson"),
        detail=detail if errors else "no window had its labels yet: nothing speaks against the estimate",
    )
