"""Comparisons of made-up models, each taken the way that a promotion takes.

Predictions of two models for new rows go through :func:`include.evaluation.comparison.compare_models`, and its evidence
through ``decide(spec.model_gate(), …)``. That the baseline was beaten is taken for granted, so that the comparison
alone keeps a challenger out.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import Literal

import numpy as np

from include.bench.pairs import Blur, World
from include.domain.evidence import Evidence, Interval, Observation
from include.domain.gate import decide
from include.domain.metric import METRICS
from include.domain.record import Record
from include.domain.spec import ModelSpec
from include.evaluation.comparison import compare_models
from include.statistics.proportion import exact_interval

CONFIDENCE = 0.95
SEED = 20_261

Kind = Literal["alike", "unlike", "better"]

_TRAINED_ON = np.array([2**63], dtype=np.uint64)


class Setting(Record):
    """What is compared again and again.

    Parameters
    ----------
    kind : {'alike', 'unlike', 'better'}
        Equally good models of one kind, of two kinds (:mod:`include.bench.pairs`), or a better challenger.
    metric : str
        It decides.
    rows : int
        Of every comparison.
    entities : int, optional
        That the rows belong to; every row stands alone if left out.
    """

    kind: Kind
    metric: str
    rows: int
    entities: int | None = None

    def rng(self, part: int) -> np.random.Generator:
        """Return chance of its own for a part of the comparisons, whoever computes it."""
        return np.random.default_rng([SEED, zlib.crc32(self.model_dump_json().encode()), part])


class Tally(Record):
    """How comparisons ended.

    Parameters
    ----------
    comparisons : int
    promoted, inconclusive, blocked : int
        Verdicts of the gate.
    promoted_naively : int
        The challenger's number was at least as good: what a comparison by ``>=`` promotes.
    """

    comparisons: int = 0
    promoted: int = 0
    inconclusive: int = 0
    blocked: int = 0
    promoted_naively: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(**{name: value + getattr(other, name) for name, value in self})

    @property
    def share(self) -> float:
        """Share of the comparisons that promoted."""
        return self.promoted / self.comparisons

    @property
    def interval(self) -> tuple[float, float]:
        """Where that share may lie: the exact 95% interval."""
        return exact_interval(self.promoted, self.comparisons, confidence=0.95)


def compare_again(setting: Setting, challenger: Blur, champion: Blur, *, comparisons: int, part: int = 0) -> Tally:
    """Compare two models on new rows, again and again, and count the verdicts.

    Parameters
    ----------
    setting : Setting
    challenger, champion : Blur
        Through which each of them sees.
    comparisons : int
    part : int
        Which part of all the comparisons of the setting this is; each has chance of its own.

    Examples
    --------
    >>> setting = Setting(kind="alike", metric="mean_absolute_error", rows=60)
    >>> tally = compare_again(setting, Blur(1.0), Blur(1.0), comparisons=40)
    >>> tally.share < 0.2 < tally.promoted_naively / tally.comparisons
    True
    """
    rng = setting.rng(part)
    spec = spec_for(setting.metric, clustered=setting.entities is not None)
    gate, granted = spec.model_gate(), _baseline_beaten(spec)
    tally = Tally()
    for _ in range(comparisons):
        world = World(setting.metric, setting.rows, setting.entities, rng)
        training = spec.training.model_copy(update={"seed": int(rng.integers(2**31))})
        seen = compare_models(
            spec.model_copy(update={"training": training}),
            world.holdout(),
            world.said_through(challenger),
            world.said_through(champion),
            champion_trained_on=_TRAINED_ON,
            challenger_trained_on=_TRAINED_ON,
        )
        outcome = decide(gate, seen.joined(granted)).outcome
        improvement = seen.find(spec.improvement("champion").observation)
        value = improvement.value if improvement else None
        tally += Tally(
            comparisons=1,
            promoted=outcome == "passed",
            inconclusive=outcome == "inconclusive",
            blocked=outcome == "blocked",
            promoted_naively=value is not None and value >= 0,
        )
    return tally


@cache
def spec_for(metric: str, *, clustered: bool) -> ModelSpec:
    """Return the spec of a model for which this metric decides, on terms that the house sets where a spec is silent."""
    return ModelSpec.model_validate(
        {
            "name": "bench",
            "owner": "bench",
            "task": "regression" if METRICS[metric].tasks == ("regression",) else "binary",
            "data": {"source": "bench.csv", "target": "y", "entity": "who" if clustered else None},
            "training": {"estimator": "sklearn.linear_model.Ridge"},
            "gates": {"beats_champion": {"metric": metric, "confidence": CONFIDENCE}},
        }
    )


def _baseline_beaten(spec: ModelSpec) -> Evidence:
    asked = spec.improvement("baseline")
    certain = Interval(low=1.0, high=1.0, confidence=0.999, method="taken for granted")
    beaten = Observation(name=asked.observation, value=1.0, interval=certain, n=asked.rows_at_least)
    return Evidence(subject="bench", observations=(beaten,))
