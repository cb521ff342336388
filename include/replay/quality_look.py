"""A look at a labelled window: what the champion has lost since its promotion, as monitoring tells it."""

from __future__ import annotations

import math
from datetime import datetime

import numpy as np
import pandas as pd

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.gate import Bound, GateSpec, decide
from include.domain.metric import METRICS
from include.domain.monitored import MonitoredWindow
from include.domain.predictions import Predictions
from include.domain.references import ModelVersionRef, Window
from include.domain.spec import ModelSpec
from include.evaluation.judged import Judged, clusters_in, judge
from include.evaluation.measured import measured, unanswerable
from include.evaluation.metrics import unit_of
from include.evaluation.scores import score
from include.registry.versions import registered_evidence
from include.statistics.bootstrap import estimate_all
from include.statistics.unpaired import unpaired_difference


def quality_of(spec: ModelSpec, rows: pd.DataFrame, said: Predictions) -> float | None:
    """Return the deciding metric of predictions, or None where it is not defined for these rows."""
    judged = judge(spec, rows, said)
    if unanswerable(spec.deciding_metric, judged):
        return None
    value = score(spec.deciding_metric, judged)
    return value if math.isfinite(value) else None


def look_at_window(
    spec: ModelSpec,
    window: Window,
    as_of: datetime,
    rows: pd.DataFrame,
    said: Predictions,
    *,
    version: ModelVersionRef,
) -> MonitoredWindow:
    """Return what labels say of a window: the loss of the deciding metric against the champion's own holdout."""
    judged = judge(spec, rows, said)
    name = f"realised_loss.{spec.deciding_metric}"
    seen = _loss(spec, name, judged, rows, registered_evidence(version).find(spec.deciding_metric))
    evidence = Evidence(subject=f"{spec.name} window {window.start:%Y-%m-%d}", observations=(seen,))
    # Asked for a loss of nothing at most: blocked only where the whole interval lies above.
    bound = Bound(observation=name, at_most=0.0, confident=True, rows_at_least=spec.monitoring.rows_at_least)
    verdict = decide(GateSpec(name="realised_quality", requirements=(bound,)), evidence)
    if verdict.outcome == "inconclusive" and seen.interval is not None and (seen.n or 0) >= bound.rows_at_least:
        # An interval around zero is what a window without a loss looks like.
        calm = bound.model_copy(update={"confident": False, "at_most": seen.interval.high})
        verdict = decide(GateSpec(name="realised_quality", requirements=(calm,)), evidence)
    return MonitoredWindow(
        model=spec.name, window=window, as_of=as_of, version=version, evidence=evidence, verdicts=(verdict,)
    )


def _loss(spec: ModelSpec, name: str, judged: Judged, rows: pd.DataFrame, then: Observation | None) -> Observation:
    metric, confidence = METRICS[spec.deciding_metric], spec.monitoring.confidence
    blank = Observation(name=name, value=None, unit=unit_of(spec, metric), n=len(judged))
    if then is None or then.value is None or then.interval is None or unanswerable(metric.name, judged):
        return blank
    rng = np.random.default_rng(spec.training.seed)
    (now,) = estimate_all([measured(metric.name, judged)], clusters_in(spec, rows), confidence=confidence, rng=rng)
    if now.value is None or now.interval is None:
        return blank
    sides: list[tuple[float, Interval]] = [(then.value, then.interval), (now.value, now.interval)]
    (first, of_first), (second, of_second) = sides if metric.greater_is_better else sides[::-1]
    interval = unpaired_difference(first, of_first, second, of_second)
    detail = f"{then.value:.6g} at promotion on {then.n or 0:,} rows, {now.value:.6g} now"
    return blank.model_copy(update={"value": first - second, "interval": interval, "detail": detail})
