"""Errors drawn: what a metric of predicted numbers will be once the truth is known, told by errors of labelled rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from include.statistics.clusters import Clusters, Floats
from include.statistics.estimate import Estimate
from include.statistics.expected import bound_by_draws
from include.statistics.recalibration import overdispersion_of

METHOD = "errors drawn at the size that the inputs let expect"
DRAWS, FEWEST = 400, 100
BUDGET = 40_000_000
"""Errors that one estimate may draw; beyond it, they are drawn less often, `FEWEST` times at least."""


@dataclass(frozen=True, eq=False)
class KnownErrors:
    """Errors of labelled rows, in units of the error that was expected of each.

    Parameters
    ----------
    ratios : array of shape (m,)
        Predicted minus true, divided by the expected size of it.
    clusters : Clusters
        Rows that belong together.
    """

    ratios: Floats
    clusters: Clusters

    def drawn(self, rows: int, rng: np.random.Generator) -> Floats:
        """Return ratios for as many rows, from labelled rows that might have been others; shape (rows,)."""
        weights = self.clusters.of_rows(self.clusters.draw(1, rng))[0]
        return np.asarray(rng.choice(self.ratios, size=rows, p=weights / weights.sum()))


def expect_errors(
    metrics: Sequence[Callable[[Floats], float]],
    expected: Floats,
    known: KnownErrors,
    *,
    confidence: float,
    rng: np.random.Generator,
) -> list[Estimate]:
    """Estimate metrics of rows whose truth is not known yet.

    The size of the error is expected from the inputs, by a second model of labelled rows that neither was trained on
    (direct loss estimation: NannyML 2022, *How performance estimation works: direct loss estimation*); around it errors
    are distributed as they were there. Labelled rows are drawn anew each time, whole clusters of them, and an error for
    every row: the value is the mean of the metric over these draws, the interval is for the number that will be
    realised on these very rows. It knows nothing of a change in what the truth is given the inputs.

    Parameters
    ----------
    metrics : sequence of callable
        From errors of shape (n,), predicted minus true, to a number.
    expected : array of shape (n,)
        Expected size of each row's error.
    known : KnownErrors
    confidence : float
        Coverage of the two-sided interval.
    rng : Generator

    Examples
    --------
    >>> from include.statistics.clusters import clusters_of
    >>> rng = np.random.default_rng(7)
    >>> known = KnownErrors(rng.normal(size=1_000), clusters_of(None, rows=1_000))
    >>> of_size = lambda errors: float(np.abs(errors).mean())
    >>> seen = expect_errors([of_size], np.full(500, 10.0), known, confidence=0.95, rng=rng)[0]
    >>> bool(7 < seen.value < 8.5)
    True
    """
    rows = len(expected)
    if not rows or len(known.ratios) < 2:
        problem = "there are no rows" if not rows else f"{len(known.ratios)} labelled rows tell no errors"
        return [Estimate(value=None, rows=rows, clusters=rows, problem=problem) for _ in metrics]
    draws = max(min(DRAWS, BUDGET // rows), FEWEST)
    drawn = np.empty((draws, len(metrics)))
    for i in range(draws):
        errors = expected * known.drawn(rows, rng)
        drawn[i] = [metric(errors) for metric in metrics]
    sizes = np.abs(known.ratios)
    spread = overdispersion_of(sizes - sizes.mean(), known.clusters)
    return [
        bound_by_draws(
            float(column.mean()), column, rows=rows, confidence=confidence, method=METHOD, overdispersion=spread
        )
        for column in drawn.T
    ]
