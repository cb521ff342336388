"""Effects: how much better a challenger has to be before a verdict says that so many rows tell it."""

from __future__ import annotations

import math
import statistics

from scipy import optimize

from include.bench.comparisons import CONFIDENCE, Setting, spec_for
from include.bench.pairs import Blur, World, gap
from include.domain.metric import METRICS
from include.evaluation.judged import clusters_in, judge
from include.evaluation.measured import measured
from include.statistics.paired import paired_difference
from include.statistics.power import rows_needed

BETTER = Blur(0.3)
"""Through which the better model sees."""

_WORST = 60.0


def worse_enough(setting: Setting, *, samples: int) -> Blur | None:
    """Return a champion so much worse that the outlook of an inconclusive verdict names the rows of the setting.

    The outlook rests on what a verdict rests on, the standard error and the interval of a sample of that size; the
    difference is the true one, and the rows named are the median over some samples.

    Parameters
    ----------
    setting : Setting
    samples : int
        How many.

    Returns
    -------
    Blur or None
        None where not even a champion that sees nothing is so much worse.
    """

    def excess(size: float) -> float:
        return math.log(_rows_named(setting, Blur(size), samples) / setting.rows)

    low, high = math.log(BETTER.size * 1.1), math.log(_WORST)
    if excess(_WORST) > 0:
        return None
    return Blur(round(math.exp(optimize.brentq(lambda log: excess(math.exp(log)), low, high, xtol=0.02)), 3))


def _rows_named(setting: Setting, worse: Blur, samples: int) -> float:
    metric = METRICS[setting.metric]
    difference = gap(setting.metric, BETTER, worse)
    spec = spec_for(setting.metric, clustered=setting.entities is not None)
    named = []
    for sample in range(samples):
        rng = setting.rng(2**31 + sample)
        world = World(setting.metric, setting.rows, setting.entities, rng)
        holdout = world.holdout()
        sees, misses = (
            measured(metric.name, judge(spec, holdout, world.said_through(blur))) for blur in (BETTER, worse)
        )
        more, less = (sees, misses) if metric.greater_is_better else (misses, sees)
        estimate = paired_difference(more, less, clusters_in(spec, holdout), confidence=CONFIDENCE, rng=rng)
        if estimate.value is None or estimate.interval is None or not estimate.standard_error:
            continue
        reach = (estimate.value - estimate.interval.low) / estimate.standard_error
        needed = rows_needed(difference, estimate.standard_error, setting.rows, confidence=CONFIDENCE, reach=reach)
        named.append(needed or math.inf)
    return statistics.median(named)
