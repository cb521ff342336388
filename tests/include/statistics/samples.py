"""Statistics over a few rows, each beside an independent computation from rows that were really repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

from include.statistics.counts import balanced_accuracy, binary_rate, macro_rate
from include.statistics.median import MedianOf
from include.statistics.ranking import AveragePrecision, RocAuc
from include.statistics.statistic import Combination, Statistic
from include.statistics.sums import mean_of, r_squared, root_mean_of

ROWS = 40


@dataclass(frozen=True)
class Sample:
    """Made-up rows with ties among the scores, three classes, and errors."""

    positive: NDArray[np.bool_]
    scores: NDArray[np.float64]
    truth: NDArray[np.intp]
    said: NDArray[np.intp]
    numbers: NDArray[np.float64]
    guesses: NDArray[np.float64]

    @classmethod
    def of(cls, seed: int, rows: int = ROWS) -> Sample:
        rng = np.random.default_rng(seed)
        truth = rng.integers(0, 3, rows)
        positive = rng.random(rows) < 0.4
        numbers = rng.normal(10, 2, rows)
        return cls(
            positive=positive,
            scores=np.round(rng.normal(size=rows) + positive, 1),
            truth=truth,
            said=np.where(rng.random(rows) < 0.6, truth, rng.integers(0, 3, rows)),
            numbers=numbers,
            guesses=numbers + rng.normal(size=rows),
        )

    def repeated(self, times: NDArray[np.intp]) -> Sample:
        """Return the rows, each as often as it was drawn."""
        return Sample(**{name: np.repeat(values, times) for name, values in vars(self).items()})


MADE: dict[str, Callable[[Sample], Statistic]] = {
    "mean_absolute_error": lambda s: mean_of(np.abs(s.numbers - s.guesses)),
    "root_mean_squared_error": lambda s: root_mean_of((s.numbers - s.guesses) ** 2),
    "r2": lambda s: r_squared(s.numbers, s.guesses),
    "median_absolute_error": lambda s: MedianOf(np.abs(s.numbers - s.guesses)),
    "roc_auc": lambda s: RocAuc(s.positive, s.scores),
    "average_precision": lambda s: AveragePrecision(s.positive, s.scores),
    "recall": lambda s: binary_rate("recall", s.positive.astype(np.intp), (s.scores > 0).astype(np.intp)),
    "precision": lambda s: binary_rate("precision", s.positive.astype(np.intp), (s.scores > 0).astype(np.intp)),
    "f1": lambda s: binary_rate("f1", s.positive.astype(np.intp), (s.scores > 0).astype(np.intp)),
    "macro_recall": lambda s: macro_rate("recall", s.truth, s.said, classes=3),
    "macro_precision": lambda s: macro_rate("precision", s.truth, s.said, classes=3),
    "macro_f1": lambda s: macro_rate("f1", s.truth, s.said, classes=3),
    "balanced_accuracy": lambda s: balanced_accuracy(s.truth, s.said, classes=3),
    "difference": lambda s: Combination([RocAuc(s.positive, s.scores), mean_of(s.guesses)], [1.0, -2.0]),
}

EXPECTED: dict[str, Callable[[Sample], float]] = {
    "mean_absolute_error": lambda s: metrics.mean_absolute_error(s.numbers, s.guesses),
    "root_mean_squared_error": lambda s: metrics.root_mean_squared_error(s.numbers, s.guesses),
    "r2": lambda s: metrics.r2_score(s.numbers, s.guesses),
    "median_absolute_error": lambda s: metrics.median_absolute_error(s.numbers, s.guesses),
    "roc_auc": lambda s: metrics.roc_auc_score(s.positive, s.scores),
    "average_precision": lambda s: metrics.average_precision_score(s.positive, s.scores),
    "recall": lambda s: metrics.recall_score(s.positive, s.scores > 0, zero_division=0.0),
    "precision": lambda s: metrics.precision_score(s.positive, s.scores > 0, zero_division=0.0),
    "f1": lambda s: metrics.f1_score(s.positive, s.scores > 0, zero_division=0.0),
    "macro_recall": lambda s: metrics.recall_score(s.truth, s.said, average="macro", zero_division=0.0),
    "macro_precision": lambda s: metrics.precision_score(s.truth, s.said, average="macro", zero_division=0.0),
    "macro_f1": lambda s: metrics.f1_score(s.truth, s.said, average="macro", zero_division=0.0),
    "balanced_accuracy": lambda s: metrics.balanced_accuracy_score(s.truth, s.said),
    "difference": lambda s: metrics.roc_auc_score(s.positive, s.scores) - 2 * s.guesses.mean(),
}
