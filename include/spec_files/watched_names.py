"""Watched names: a bound on something that nobody sees of a window would be judged by nobody, so it is refused."""

from __future__ import annotations

from collections.abc import Iterator

from include.domain.catalogue import asked_by, names_like
from include.domain.concerns import ESTIMATE_ERROR, ESTIMATED, LOST, PREDICTION_DRIFT, REALISED, WINDOW_NAMES
from include.domain.metric import METRICS, VALUE, metrics_of
from include.domain.spec import ModelSpec
from include.spec_files.spelling import hint, one_of

_OF_COLUMNS = ("drift", "null_share", "unseen")
_OF_METRICS = (f"{REALISED}.{LOST}", f"{ESTIMATED}.{LOST}", ESTIMATED, ESTIMATE_ERROR)
_OF_ANSWERS = ("prediction", "probability_of_")


def window_mistake(spec: ModelSpec, name: str) -> str:
    """Return what is wrong with a name under ``monitoring.bounds``; empty if somebody observes it.

    Examples
    --------
    >>> spec = ModelSpec(name="m", owner="me", task="binary", data={"source": "x.csv", "target": "y"},
    ...     training={"estimator": "sklearn.linear_model.LogisticRegression"})
    >>> window_mistake(spec, "realized.roc_auc")
    "nobody observes 'realized.roc_auc' of a window; did you mean 'realised.roc_auc'?"
    """
    if name in WINDOW_NAMES:
        return ""
    head, _, tail = name.partition(".")
    if head == REALISED and tail in METRICS:
        return _metric_mistake(spec, tail)
    for kind in _OF_METRICS:
        if name.startswith(f"{kind}."):
            return _metric_mistake(spec, name.removeprefix(f"{kind}."))
    if head in _OF_COLUMNS and tail:
        known = spec.data.features if isinstance(spec.data.features, tuple) else ()
        return f"{tail!r} is none of data.features; {hint(tail, known)}" if known and tail not in known else ""
    if head == "expectation" and tail:
        return _title_mistake(spec, tail)
    if head == PREDICTION_DRIFT and tail.startswith(_OF_ANSWERS):
        return ""
    if head == REALISED and _is_seen_of_labels(tail):
        return ""
    known_names = dict.fromkeys(_names_like(spec, name))
    return f"nobody observes {name!r} of a window; {hint(name, known_names, at_most=0)}"


def _metric_mistake(spec: ModelSpec, metric: str) -> str:
    known = [one.name for one in metrics_of(spec.task, with_value=spec.value is not None)]
    if metric in known:
        return ""
    if metric == VALUE:
        return f"{metric!r} needs to know what decisions are worth: add the block value"
    return f"{metric!r} is no metric of a {spec.task} model; {hint(metric, known, at_most=0)} Expected {one_of(known)}"


def _title_mistake(spec: ModelSpec, title: str) -> str:
    suites = (spec.quality.raw, spec.quality.clean)
    titles = [item.title for suite in suites for item in suite.expectations]
    # What a suite file holds, and what the spec implies, is known only when they are read.
    open_end = any(suite.file for suite in suites) or title.startswith(("implied.", "reference."))
    return "" if open_end or title in titles else f"no expectation is called {title!r}; {hint(title, titles)}"


def _is_seen_of_labels(name: str) -> bool:
    asked = asked_by(name)
    if asked is None:
        return False
    compared = asked.shape.text.startswith(("improvement_over_", "staleness.", "slices_worse_than_champion"))
    return not compared and (asked.column is not None or asked.shape.needs == "evaluation.slices")


def _names_like(spec: ModelSpec, name: str) -> Iterator[str]:
    """Yield the names that somebody may have meant; what follows the first point is taken as it was written."""
    yield from WINDOW_NAMES
    _, _, tail = name.partition(".")
    for metric in metrics_of(spec.task):
        yield from (f"{kind}.{metric.name}" for kind in (REALISED, *_OF_METRICS))
    if tail:
        yield from (f"{head}.{tail}" for head in (*_OF_COLUMNS, "expectation"))
        yield from (f"{REALISED}.{like}" for like in names_like(tail, spec.task) if _is_seen_of_labels(like))
