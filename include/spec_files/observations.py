"""Observations by name: a bound on a number that nobody observes would block for ever, so it is refused when read."""

from __future__ import annotations

from include.domain.catalogue import UNSLICED, Asked, asked_by, names_like
from include.domain.metric import METRICS, metrics_of
from include.domain.spec import ModelSpec
from include.spec_files.field_places import Path
from include.spec_files.spelling import hint, one_of
from include.spec_files.watched_names import window_mistake


def observation_mistakes(spec: ModelSpec) -> list[tuple[Path, str]]:
    """Name every bound on an observation that nobody makes of this model.

    Examples
    --------
    >>> spec = ModelSpec(name="m", owner="me", task="binary", data={"source": "x.csv", "target": "y"},
    ...     training={"estimator": "sklearn.linear_model.LogisticRegression"},
    ...     gates={"bounds": [{"observation": "demographic_parity_diference.sex", "at_most": 0.05}]})
    >>> observation_mistakes(spec)[0][1]
    "nobody observes 'demographic_parity_diference.sex'; did you mean 'demographic_parity_difference.sex'?"
    """
    found: list[tuple[Path, str]] = []
    for i, bound in enumerate(spec.gates.bounds):
        sentence = _mistake(spec, bound.observation)
        if sentence:
            found.append((("gates", "bounds", i, "observation"), sentence))
    for i, bound in enumerate(spec.monitoring.bounds):
        sentence = window_mistake(spec, bound.observation)
        if sentence:
            found.append((("monitoring", "bounds", i, "observation"), sentence))
    return found


def _mistake(spec: ModelSpec, name: str) -> str:
    asked = asked_by(name)
    if asked is None:
        known = dict.fromkeys(names_like(name, spec.task))
        return f"nobody observes {name!r}; {hint(name, known, at_most=0)}"
    if spec.task not in asked.shape.tasks:
        return f"{name!r} is observed for task: {one_of(asked.shape.tasks)}, not for {spec.task}"
    if asked.metric is not None and spec.task not in METRICS[asked.metric].tasks:
        metrics = [metric.name for metric in metrics_of(spec.task)]
        return f"{asked.metric!r} is no metric of a {spec.task} model; expected {one_of(metrics)}"
    if asked.shape.needs == "value" and spec.value is None:
        return f"{name!r} needs to know what decisions are worth: add the block value"
    return _slice_mistake(spec, asked, name) if asked.shape.needs == "evaluation.slices" else ""


def _slice_mistake(spec: ModelSpec, asked: Asked, name: str) -> str:
    columns = [by.column for by in spec.evaluation.slices]
    if not columns:
        return f"{name!r} is observed of slices, and the spec names none: write evaluation.slices: [<column>, …]"
    if asked.metric in UNSLICED:
        return f"{asked.metric} of a slice has no spread that its rows tell: ask for mean_absolute_error"
    if asked.column is not None and asked.column not in columns:
        return f"{asked.column!r} is none of evaluation.slices; {hint(asked.column, columns)}"
    return ""
