"""Labels seen: how many rows of a window have theirs, and whether these rows are like the others."""

from __future__ import annotations

import numpy as np

from include.domain.concerns import LABELLED_BIAS, LABELLED_CLASSES, LABELLED_SHARE
from include.domain.evidence import Interval, Observation
from include.domain.spec import ModelSpec
from include.evaluation.judged import clusters_in
from include.statistics.proportion import exact_interval
from include.statistics.ranking import RocAuc
from include.statistics.sandwich import sandwich
from include.watching.served import Served

NO_LABELS = "no label is known yet"


def observe_labels(spec: ModelSpec, served: Served) -> tuple[Observation, ...]:
    """Observe the labels of a window before they judge anything.

    Parameters
    ----------
    spec : ModelSpec
    served : Served

    Returns
    -------
    tuple of Observation
        ``labelled_share``; ``labelled_bias``, how far the labelled rows are scored apart from the others: the distance
        of the area under the ROC curve between both from one half; of classes ``labelled_classes``.
    """
    known = served.labelled(spec)
    rows, labels = len(served), int(known.sum())
    share = Observation(name=LABELLED_SHARE, value=labels / rows if rows else None, unit="share", n=labels)
    if rows:
        low, high = exact_interval(labels, rows, confidence=spec.monitoring.confidence)
        interval = Interval(low=low, high=high, confidence=spec.monitoring.confidence, method="Clopper-Pearson")
        detail = f"{rows - labels:,} of {rows:,} rows have no label yet" if labels < rows else ""
        share = share.model_copy(update={"interval": interval, "detail": detail if labels else NO_LABELS})
    found = [share, _bias(spec, served, known)]
    if spec.task != "regression":
        found.append(_classes(spec, served, known))
    return tuple(found)


def _bias(spec: ModelSpec, served: Served, known: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Observation:
    labels, confidence = int(known.sum()), spec.monitoring.confidence
    blank = Observation(name=LABELLED_BIAS, value=None, n=labels)
    none = Interval(low=0.0, high=0.0, confidence=confidence, method="all rows are labelled")
    if not labels:
        return blank.model_copy(update={"detail": NO_LABELS})
    if labels == len(served):
        return blank.model_copy(update={"value": 0.0, "interval": none})
    score = served.score
    if score is None or served.unanswered:
        return blank.model_copy(update={"detail": "the model gave no probability to compare rows by"})
    area = RocAuc(known, score)
    seen = sandwich(area.value(), area.influence(), clusters_in(spec, served.frame), confidence=confidence)
    if seen.value is None or seen.interval is None:
        return blank.model_copy(update={"detail": seen.problem})
    sides = sorted(abs(side - 0.5) for side in (seen.interval.low, seen.interval.high))
    low = 0.0 if seen.interval.low <= 0.5 <= seen.interval.high else sides[0]
    interval = seen.interval.model_copy(update={"low": low, "high": sides[1]})
    side = "higher" if seen.value > 0.5 else "lower"
    detail = f"labelled rows are scored {side} than the others: area under the ROC curve {seen.value:.4g}"
    return blank.model_copy(update={"value": abs(seen.value - 0.5), "interval": interval, "detail": detail})


def _classes(spec: ModelSpec, served: Served, known: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Observation:
    labels = served.frame[spec.data.target][known]
    counts = labels.value_counts()
    detail = "" if len(labels) else NO_LABELS
    if len(counts) == 1:
        detail = f"all {len(labels):,} labels are {counts.index[0]!r}: of one class alone no model can be judged"
    value = float(len(counts)) if len(labels) else None
    return Observation(name=LABELLED_CLASSES, value=value, unit="count", n=len(labels), detail=detail)
