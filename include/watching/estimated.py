"""Estimated quality: what a window's predictions will be worth once their labels are known, told before they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from include.domain.concerns import ESTIMATED
from include.domain.evidence import Observation
from include.domain.metric import METRICS
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.judged import clusters_in, judge
from include.evaluation.measured import measured, unanswerable
from include.evaluation.metrics import unit_of
from include.monitoring.expected_error import ErrorModel, learn_errors
from include.statistics.clusters import Floats
from include.statistics.error_draws import KnownErrors, expect_errors
from include.statistics.estimate import Estimate
from include.statistics.expected import expect_all
from include.statistics.payoff import payoffs_of
from include.statistics.recalibration import Recalibration, recalibrate
from include.watching.served import Served

BLIND = "it would not see a change in what the labels are given the inputs"


class Estimator(Protocol):
    """What was learned from the champion's holdout to tell its quality without labels."""

    def estimates(self, spec: ModelSpec, served: Served, *, rng: np.random.Generator) -> dict[str, Estimate]:
        """Return the estimate of each metric that can be estimated, by its name."""
        ...


def learn_estimator(spec: ModelSpec, holdout: Served) -> Estimator | str:
    """Learn from the labelled rows that judged a champion; or say why nothing can be learned.

    Parameters
    ----------
    spec : ModelSpec
    holdout : Served
        Rows that the champion was not trained on.
    """
    rows = holdout.where(holdout.labelled(spec))
    if not len(rows):
        return "the champion's holdout has no labels"
    judged = judge(spec, rows.frame, rows.said)
    clusters = clusters_in(spec, rows.frame)
    if judged.problem:
        return judged.problem
    if spec.task == "regression":
        features = spec.data.feature_columns(tuple(map(str, rows.frame.columns)))
        learned = learn_errors(rows.frame, features, judged.predicted, judged.truth, clusters)
        return ByErrors(learned, KnownErrors((judged.predicted - judged.truth) / learned.out_of_fold, clusters))
    if judged.probabilities is None:
        return "the model gives no probabilities, and confidence is all that there is to go by"
    columns = range(1, 2) if judged.known == 2 else range(judged.known)
    maps = [recalibrate(judged.truth == i, judged.probabilities[:, i], clusters) for i in columns]
    return ByConfidence(tuple(maps))


def observe_estimated(
    spec: ModelSpec, served: Served, estimator: Estimator | str, *, rng: np.random.Generator
) -> tuple[Observation, ...]:
    """Observe every metric of the task under ``estimated.``, each with the interval for what will be realised.

    Parameters
    ----------
    spec : ModelSpec
    served : Served
        Rows of the window; their labels are not looked at.
    estimator : Estimator or str
        Or why there is none.
    rng : Generator
    """
    estimates = {} if isinstance(estimator, str) else estimator.estimates(spec, served, rng=rng)
    why = estimator if isinstance(estimator, str) else "nobody knows how to estimate it without labels"
    found = []
    for metric in spec.metrics:
        seen = estimates.get(metric.name, Estimate(value=None, rows=len(served), clusters=len(served), problem=why))
        told = f"{seen.interval.method}; {BLIND}" if seen.interval else ""
        found.append(
            Observation(
                name=f"{ESTIMATED}.{metric.name}",
                value=seen.value,
                unit=unit_of(spec, metric),
                interval=seen.interval,
                n=seen.rows,
                detail="\n".join(line for line in (seen.problem, told) if line),
            )
        )
    return tuple(found)


@dataclass(frozen=True, eq=False)
class ByConfidence:
    """Confidence-based estimation for classes: each row counts as its recalibrated chances say."""

    maps: tuple[Recalibration, ...]

    def estimates(self, spec: ModelSpec, served: Served, *, rng: np.random.Generator) -> dict[str, Estimate]:
        """Return the estimates of all metrics."""
        said = served.said
        if not len(served) or said.probabilities is None or said.classes is None:
            return {}
        rows, labels = said.probabilities.shape
        each = np.repeat(np.arange(rows), labels)
        frame = served.frame.iloc[each].assign(**{spec.data.target: np.tile(said.classes, rows)})
        judged = judge(spec, frame, _at(said, each))
        names = [name for name in (metric.name for metric in spec.metrics) if not unanswerable(name, judged)]
        drawn = lambda draws, rng: self._drawn(said.probabilities, draws, rng)  # noqa: E731
        found = expect_all(
            [measured(name, judged) for name in names],
            self._shares([one.chances(column) for one, column in self._columns(said.probabilities)]),
            drawn,
            confidence=spec.monitoring.confidence,
            rng=rng,
            overdispersion=max(one.overdispersion for one in self.maps),
        )
        return dict(zip(names, found, strict=True))

    def _columns(self, probabilities: Any) -> list[tuple[Recalibration, Floats]]:
        first = 1 if len(self.maps) == 1 else 0
        return [(one, probabilities[:, first + i]) for i, one in enumerate(self.maps)]

    def _drawn(self, probabilities: Any, draws: int, rng: np.random.Generator) -> Floats:
        return self._shares([one.drawn(column, draws, rng) for one, column in self._columns(probabilities)])

    def _shares(self, positive: list[Floats]) -> Floats:
        """Return the chances of all classes from those of each against the rest."""
        if len(positive) == 1:
            return np.stack([1 - positive[0], positive[0]], axis=-1)
        stacked = np.stack(positive, axis=-1)
        return np.asarray(stacked / stacked.sum(axis=-1, keepdims=True))


@dataclass(frozen=True, eq=False)
class ByErrors:
    """Estimation for numbers: errors are drawn at the size that a second model expects of each row."""

    learned: ErrorModel
    known: KnownErrors

    def estimates(self, spec: ModelSpec, served: Served, *, rng: np.random.Generator) -> dict[str, Estimate]:
        """Return the estimates of all metrics."""
        predicted = np.asarray(served.said.values, dtype=np.float64)
        if not len(served) or served.unanswered:
            return {}

        # Laid beside itself first, so that whatever is wrong with these rows is found once and not in every draw.
        whole = judge(spec, served.frame.assign(**{spec.data.target: predicted}), served.said)
        known = (
            payoffs_of(spec.value, served.frame, rows=len(served)) if whole.worth is not None and spec.value else None
        )

        def of_errors(name: str, errors: Floats) -> float:
            worth = None if known is None else known.of_errors(errors)
            judged = replace(whole, truth=predicted - errors, worth=worth)
            return np.nan if unanswerable(name, judged) else measured(name, judged).value()

        names = [metric.name for metric in spec.metrics if metric.name in METRICS]
        metrics = [lambda errors, name=name: of_errors(name, errors) for name in names]
        expected = self.learned.expected(served.frame, predicted)
        found = expect_errors(metrics, expected, self.known, confidence=spec.monitoring.confidence, rng=rng)
        return dict(zip(names, found, strict=True))


def _at(said: Predictions, places: Any) -> Predictions:
    probabilities = None if said.probabilities is None else said.probabilities[places]
    return Predictions(said.values[places], probabilities, said.classes, said.threshold)
