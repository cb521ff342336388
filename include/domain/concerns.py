"""Concerns: what is asked of a window of served predictions, one gate for each thing that can go wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from include.domain.gate import GateSpec
from include.domain.metric import METRICS, VALUE
from include.domain.monitored import Concern, MonitoredWindow
from include.domain.references import Window
from include.domain.requirement import (
    CHECKED_EXPECTATIONS,
    FAILED_REQUIRED_EXPECTATIONS,
    QUARANTINED_SHARE,
    ROWS,
    Bound,
    Requirement,
)
from include.domain.spec.model import ModelSpec
from include.domain.steady import Steady

DRIFTED_COLUMNS, PREDICTION_DRIFT = "drifted_columns", "prediction_drift"
MISSING_PREDICTIONS = "missing_predictions"
VOLUME, FRESHNESS = "volume", "freshness"
BROKEN_LABELS = "broken_labels_share"
UNUSUAL_VOLUME, UNUSUAL_FRESHNESS = "unusual_volume", "unusual_freshness"
LABELLED_SHARE, LABELLED_BIAS, LABELLED_CLASSES = "labelled_share", "labelled_bias", "labelled_classes"
LABELLED = (LABELLED_SHARE, LABELLED_BIAS, LABELLED_CLASSES)
ESTIMATES_OFF = "estimates_off"
SEGMENTS_WATCHED, SEGMENTS_WORSE, LOST_ELSEWHERE = "segments_watched", "segments_worse", "lost_elsewhere"
"""Observations of a window that are judged without a word in the spec."""

REALISED, ESTIMATED, LOST, ESTIMATE_ERROR = "realised", "estimated", "lost", "estimate_error"

SEEN = (
    MISSING_PREDICTIONS,
    BROKEN_LABELS,
    VOLUME,
    UNUSUAL_VOLUME,
    FRESHNESS,
    UNUSUAL_FRESHNESS,
    PREDICTION_DRIFT,
    f"{PREDICTION_DRIFT}.<column>",
    LABELLED_BIAS,
    LABELLED_CLASSES,
    f"{REALISED}.<metric>",
    f"{REALISED}.{LOST}.<metric>",
    f"{ESTIMATED}.<metric>",
    f"{ESTIMATED}.{LOST}.<metric>",
    f"{ESTIMATE_ERROR}.<metric>",
    ESTIMATES_OFF,
    SEGMENTS_WATCHED,
    SEGMENTS_WORSE,
    LOST_ELSEWHERE,
)
"""What is seen of a window beside its data checks, its labels and its drift."""

MISSED_AT_MOST = 0.05
"""Share of windows in which the truth may lie outside of a 95 % interval."""

_CONCERN_OF: dict[str, Concern] = {
    ROWS: "data_quality",
    CHECKED_EXPECTATIONS: "data_quality",
    FAILED_REQUIRED_EXPECTATIONS: "data_quality",
    QUARANTINED_SHARE: "data_quality",
    MISSING_PREDICTIONS: "data_quality",
    BROKEN_LABELS: "data_quality",
    "expectation": "data_quality",
    "null_share": "data_quality",
    "unseen": "data_quality",
    VOLUME: "data_quality",
    UNUSUAL_VOLUME: "data_quality",
    FRESHNESS: "data_quality",
    UNUSUAL_FRESHNESS: "data_quality",
    "missing_columns": "data_quality",
    "new_columns": "data_quality",
    "retyped_columns": "data_quality",
    DRIFTED_COLUMNS: "input_drift",
    "drift": "input_drift",
    PREDICTION_DRIFT: "prediction_drift",
    REALISED: "realised_quality",
    LABELLED_SHARE: "realised_quality",
    LABELLED_BIAS: "realised_quality",
    LABELLED_CLASSES: "realised_quality",
    "unknown_ids": "realised_quality",
    "disagreeing_labels": "realised_quality",
    SEGMENTS_WATCHED: "realised_quality",
    SEGMENTS_WORSE: "realised_quality",
    LOST_ELSEWHERE: "realised_quality",
    ESTIMATED: "estimated_quality",
    ESTIMATE_ERROR: "estimated_quality",
    ESTIMATES_OFF: "estimated_quality",
}


WINDOW_NAMES = (
    ROWS,
    CHECKED_EXPECTATIONS,
    FAILED_REQUIRED_EXPECTATIONS,
    QUARANTINED_SHARE,
    MISSING_PREDICTIONS,
    BROKEN_LABELS,
    VOLUME,
    UNUSUAL_VOLUME,
    FRESHNESS,
    UNUSUAL_FRESHNESS,
    "missing_columns",
    "new_columns",
    "retyped_columns",
    DRIFTED_COLUMNS,
    PREDICTION_DRIFT,
    LABELLED_SHARE,
    LABELLED_BIAS,
    LABELLED_CLASSES,
    "unknown_ids",
    "disagreeing_labels",
    ESTIMATES_OFF,
    SEGMENTS_WATCHED,
    SEGMENTS_WORSE,
    LOST_ELSEWHERE,
)
"""Names that a bound of ``monitoring`` may ask for as they stand here."""


def concern_of(observation: str) -> Concern | None:
    """Return the concern that an observation of a window belongs to, or None if it is none of a window's.

    Examples
    --------
    >>> concern_of("realised.lost.brier_score"), concern_of("null_share.age"), concern_of("roc_auc")
    ('realised_quality', 'data_quality', None)
    """
    return _CONCERN_OF.get(observation.partition(".")[0])


def lost_name(kind: str, metric: str) -> str:
    """Return the name under which is observed what a champion has lost since its promotion.

    Examples
    --------
    >>> lost_name(REALISED, "brier_score")
    'realised.lost.brier_score'
    """
    return f"{kind}.{LOST}.{metric}"


def concern_gates(spec: ModelSpec) -> tuple[GateSpec, ...]:
    """Return the gates that a window goes through, in the order of the spec's concerns.

    Parameters
    ----------
    spec : ModelSpec

    Examples
    --------
    >>> spec = ModelSpec(name="m", owner="me", task="binary", data={"source": "x.csv", "target": "y"},
    ...     training={"estimator": "sklearn.linear_model.LogisticRegression"})
    >>> [requirement.observation for requirement in concern_gates(spec)[3].requirements]
    ['labelled_share', 'labelled_bias', 'labelled_classes', 'realised.lost.brier_score']
    """
    written = {bound.observation: bound.as_bound() for bound in spec.monitoring.bounds}
    gates = []
    for concern in spec.monitoring.concerns:
        asked = {requirement.observation: requirement for requirement in _default(spec, concern)}
        own = {name: bound for name, bound in written.items() if concern_of(name) == concern}
        gates.append(GateSpec(name=concern, requirements=tuple({**asked, **own}.values())))
    return tuple(gates)


def _default(spec: ModelSpec, concern: Concern) -> tuple[Requirement, ...]:
    if concern == "data_quality":
        return _of_data(spec)
    rows = spec.monitoring.rows_at_least
    if concern == "input_drift":
        return (Steady(observation=DRIFTED_COLUMNS, at_most=0, confident=False, rows_at_least=rows),)
    if concern == "prediction_drift":
        return (Steady(observation=PREDICTION_DRIFT, at_most=0, confident=False, rows_at_least=rows),)
    if concern == "realised_quality":
        return (*_of_labels(spec), *_of_quality(spec, REALISED), *_of_segments(spec), *_of_bounds(spec))
    trusted = Steady(observation=ESTIMATES_OFF, at_most=MISSED_AT_MOST, otherwise="inconclusive")
    return (trusted, *_of_quality(spec, ESTIMATED))


def _of_data(spec: ModelSpec) -> tuple[Requirement, ...]:
    """Ask of the data what their training asked, of every row that arrived; of no row nothing can be said."""
    aside = spec.quality.quarantine.at_most_share
    timed = [UNUSUAL_VOLUME, UNUSUAL_FRESHNESS] if spec.data.time else []
    return (
        Steady(observation=ROWS, at_least=0, confident=False, rows_at_least=1),
        Steady(observation=CHECKED_EXPECTATIONS, at_least=1, confident=False, rows_at_least=1),
        Steady(observation=FAILED_REQUIRED_EXPECTATIONS, at_most=0, confident=False, rows_at_least=1),
        Steady(observation=QUARANTINED_SHARE, at_most=aside, confident=False, rows_at_least=1),
        Steady(observation=MISSING_PREDICTIONS, at_most=0, confident=False, rows_at_least=1),
        Steady(observation=BROKEN_LABELS, at_most=aside, confident=False),
        *(Steady(observation=name, at_most=0, confident=False) for name in timed),
    )


def _of_labels(spec: ModelSpec) -> tuple[Requirement, ...]:
    asked = spec.monitoring.labels
    two = Steady(observation=LABELLED_CLASSES, at_least=2, confident=False, otherwise="inconclusive")
    return (
        Steady(
            observation=LABELLED_SHARE,
            at_least=asked.share_at_least,
            confident=False,
            rows_at_least=spec.monitoring.rows_at_least,
            otherwise="inconclusive",
        ),
        Steady(observation=LABELLED_BIAS, at_most=asked.bias_at_most, otherwise="inconclusive"),
        *(() if spec.task == "regression" else (two,)),
    )


def _of_quality(spec: ModelSpec, kind: str) -> tuple[Requirement, ...]:
    """Ask that the champion has not surely lost anything since its promotion."""
    metrics = dict.fromkeys([spec.deciding_metric, *([VALUE] if spec.value else [])])
    return tuple(
        Steady(
            observation=lost_name(kind, metric),
            at_most=0,
            confidence=spec.monitoring.confidence,
            rows_at_least=spec.monitoring.rows_at_least,
        )
        for metric in metrics
    )


def _of_segments(spec: ModelSpec) -> tuple[Requirement, ...]:
    """Ask that no segment of a fleet has surely lost anything; their number was allowed for when they were counted."""
    return (Steady(observation=SEGMENTS_WORSE, at_most=0, confident=False),) if spec.segment_by else ()


def _of_bounds(spec: ModelSpec) -> tuple[Requirement, ...]:
    """Ask that a metric has not surely left the bounds that its promotion had to keep."""
    asked: list[Requirement] = []
    for bound in (written.as_bound() for written in spec.gates.bounds):
        if bound.observation in METRICS and isinstance(bound, Bound):
            asked.append(
                Steady(
                    observation=f"{REALISED}.{bound.observation}",
                    at_least=bound.at_least,
                    at_most=bound.at_most,
                    confidence=spec.monitoring.confidence,
                    rows_at_least=max(bound.rows_at_least, spec.monitoring.rows_at_least),
                )
            )
    return tuple(asked)


def windows_to_revisit(
    spec: ModelSpec, seen: Sequence[MonitoredWindow], as_of: datetime, *, at_most: int = 6
) -> tuple[Window, ...]:
    """Return earlier windows whose labels were too few and are due by now, the newest first.

    Parameters
    ----------
    spec : ModelSpec
    seen : sequence of MonitoredWindow
        The newest look at every window.
    as_of : datetime
        By when labels had to be known.
    at_most : int
        How many are looked at again in one go.
    """
    delay = spec.data.label_delay or timedelta()
    due = [one.window for one in seen if _wants_labels(one) and one.as_of < as_of and one.end + delay <= as_of]
    return tuple(reversed(due[-at_most:]))


def _wants_labels(seen: MonitoredWindow) -> bool:
    """Whether it was its labels that left a window undecided: one that has them all is no clearer the next time."""
    verdict = seen.verdict("realised_quality")
    if verdict is None or verdict.outcome != "inconclusive":
        return False
    of_labels = [reason for reason in verdict.reasons if reason.requirement in LABELLED]
    return not of_labels or any(reason.outcome != "passed" for reason in of_labels)
