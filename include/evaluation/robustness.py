"""Robustness: what a model loses when a feature is missing, noisy, or says a word that it has never heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from include.domain.evidence import Interval, Observation
from include.domain.metric import METRICS
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.holdout import labelled_rows
from include.evaluation.judged import Judged, clusters_in, judge
from include.evaluation.measured import measured, unanswerable
from include.evaluation.metrics import CONFIDENCE, unit_of
from include.evaluation.scores import score
from include.statistics.clusters import Clusters
from include.statistics.paired import paired_difference

NOISE_SD = 0.05
"""Standard deviation of the noise, in standard deviations of the feature."""

NEVER_HEARD = "never heard of"
"""A category that no data hold."""

Change = Callable[[pd.DataFrame, str], pd.DataFrame]


@dataclass(frozen=True)
class FeatureKinds:
    """The features that a model reads, amounts apart from names."""

    numeric: Sequence[str]
    categorical: Sequence[str]


def observe_robustness(
    spec: ModelSpec, holdout: pd.DataFrame, ask: Callable[[pd.DataFrame], Predictions], kinds: FeatureKinds
) -> tuple[Observation, ...]:
    """Observe the losses that bounds of the spec ask for.

    Parameters
    ----------
    spec : ModelSpec
    holdout : DataFrame of shape (n, anything)
        Clean rows with target and features.
    ask : callable
        What the model says of rows.
    kinds : FeatureKinds

    Returns
    -------
    tuple of Observation
        Above zero the model is worse than on the rows as they are, in the metric that decides about it. What a decision
        is worth is still read from the rows as they are. ``robustness.missing`` and ``robustness.unseen_category`` are
        those of the worst feature, their intervals widened for having looked at all (Bonferroni).
    """
    if not any(name.startswith("robustness.") for name in spec.asked_observations):
        return ()
    known, _ = labelled_rows(spec, holdout)
    trial = _Trial(spec, holdout[known.to_numpy()], ask)
    every = (*kinds.numeric, *kinds.categorical)
    return (
        *trial.of_each(Observation(name="robustness.missing", value=None), every, _without),
        *trial.of_each(Observation(name="robustness.unseen_category", value=None), kinds.categorical, _with_unseen),
        *trial.of_noise(Observation(name="robustness.noise", value=None), kinds.numeric),
    )


class _Trial:
    """One model on rows that are changed, beside the same rows as they are."""

    def __init__(self, spec: ModelSpec, rows: pd.DataFrame, ask: Callable[[pd.DataFrame], Predictions]) -> None:
        self.spec, self.rows, self.ask = spec, rows, ask
        self.metric = METRICS[spec.deciding_metric]
        self.clusters: Clusters = clusters_in(spec, rows)
        self.whole = judge(spec, rows, ask(rows))

    def of_each(self, blank: Observation, features: Sequence[str], change: Change) -> list[Observation]:
        """Change one feature after the other, as far as somebody asks for it."""
        asked = self.spec.asked_observations
        wanted = [name for name in features if blank.name in asked or f"{blank.name}.{name}" in asked]
        seen = {name: self.seen(f"{blank.name}.{name}", change(self.rows, name), 1) for name in wanted}
        found = list(seen.values())
        if blank.name not in asked:
            return found
        if not seen:
            return [*found, blank.model_copy(update={"detail": "the model reads no such feature", "n": len(self.rows)})]
        worst = max(seen, key=lambda name: (seen[name].value is None, seen[name].value or 0.0))
        told = self.seen(blank.name, change(self.rows, worst), len(seen))
        return [told.model_copy(update={"detail": f"worst of {len(seen)}: {worst}\n{told.detail}".rstrip()}), *found]

    def of_noise(self, blank: Observation, features: Sequence[str]) -> list[Observation]:
        """Add noise to every amount at once."""
        if blank.name not in self.spec.asked_observations:
            return []
        if not features:
            return [blank.model_copy(update={"detail": "the model reads no amounts", "n": len(self.rows)})]
        noisy = _with_noise(self.rows, features, np.random.default_rng(self.spec.training.seed))
        told = self.seen(blank.name, noisy, 1)
        detail = f"noise of {NOISE_SD:g} standard deviations in {len(features)} amounts\n{told.detail}"
        return [told.model_copy(update={"detail": detail.rstrip()})]

    def seen(self, name: str, changed: pd.DataFrame, looked_at: int) -> Observation:
        """Observe the loss on changed rows; that the model cannot answer is a finding, too."""
        unit = unit_of(self.spec, self.metric)
        blank = Observation(name=name, value=None, unit=unit, n=len(self.rows))
        try:
            said = self.ask(changed)
        except Exception as error:
            return blank.model_copy(update={"detail": f"the model cannot answer: {error}"})
        after = judge(self.spec, self.rows, said)
        problem = unanswerable(self.metric.name, self.whole) or unanswerable(self.metric.name, after)
        if problem:
            return blank.model_copy(update={"detail": problem})
        both = [measured(self.metric.name, judged) for judged in (self.whole, after)]
        better, worse = both if self.metric.greater_is_better else both[::-1]
        confidence = 1 - (1 - CONFIDENCE) / looked_at
        # A generator of its own for each, so that a number does not depend on what else was asked.
        rng = np.random.default_rng(self.spec.training.seed)
        estimate = paired_difference(better, worse, self.clusters, confidence=confidence, rng=rng)
        detail = "\n".join(line for line in (estimate.problem, self._values(after)) if line)
        interval = _for_all(estimate.interval, looked_at)
        return blank.model_copy(update={"value": estimate.value, "interval": interval, "detail": detail})

    def _values(self, after: Judged) -> str:
        name = self.metric.name
        return f"{name}: {score(name, self.whole):.6g} as it is, {score(name, after):.6g} then"


def _for_all(interval: Interval | None, looked_at: int) -> Interval | None:
    if interval is None or looked_at == 1:
        return interval
    method = f"{interval.method}, Bonferroni over {looked_at}"
    return interval.model_copy(update={"confidence": CONFIDENCE, "method": method})


def _without(rows: pd.DataFrame, feature: str) -> pd.DataFrame:
    return rows.assign(**{feature: pd.Series([None] * len(rows), index=rows.index, dtype=object)})


def _with_unseen(rows: pd.DataFrame, feature: str) -> pd.DataFrame:
    return rows.assign(**{feature: pd.Series([NEVER_HEARD] * len(rows), index=rows.index, dtype=object)})


def _with_noise(rows: pd.DataFrame, features: Sequence[str], rng: np.random.Generator) -> pd.DataFrame:
    changed = {}
    for feature in features:
        values = rows[feature].to_numpy(dtype=np.float64, na_value=np.nan)
        spread = float(np.nanstd(values)) if np.isfinite(values).any() else 0.0
        changed[feature] = values + rng.normal(0.0, 1.0, len(values)) * NOISE_SD * spread
    return rows.assign(**changed)
