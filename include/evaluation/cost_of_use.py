"""Cost of use: how long a model takes to answer, on the machine that evaluates it, and how large it is."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from include.domain.catalogue import MODEL_BYTES, ONE_ROW, THOUSAND_ROWS
from include.domain.evidence import Observation
from include.domain.spec import ModelSpec
from include.evaluation.metrics import CONFIDENCE
from include.statistics.order import median_interval

SIZES = {ONE_ROW: (1, 50), THOUSAND_ROWS: (1_000, 15)}
"""Rows of a request, and how often it is asked."""


def observe_latency(
    spec: ModelSpec,
    rows: pd.DataFrame,
    ask: Callable[[pd.DataFrame], object],
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Observation, ...]:
    """Observe the median time of an answer, for the sizes that a bound asks for.

    Parameters
    ----------
    spec : ModelSpec
    rows : DataFrame of shape (n, anything)
        Rows to ask about, repeated where they are too few.
    ask : callable
        What the model says of rows.
    clock : callable
        Seconds from any start.

    Returns
    -------
    tuple of Observation
        In seconds, preprocessing included; the detail tells the 95th percentile. The first answer, which also warms up,
        is not counted. No two measurements are alike: these are the only observations that a seed does not fix.
    """
    return tuple(_observe(name, rows, ask, clock) for name in SIZES if name in spec.asked_observations)


def observe_size(model_bytes: float | None) -> Observation:
    """Return the size of a model's file as training measured it; without a value where nobody has."""
    return Observation(name=MODEL_BYTES, value=model_bytes, unit="bytes")


def _observe(
    name: str, rows: pd.DataFrame, ask: Callable[[pd.DataFrame], object], clock: Callable[[], float]
) -> Observation:
    size, repeats = SIZES[name]
    blank = Observation(name=name, value=None, unit="seconds", n=repeats)
    if rows.empty:
        return blank.model_copy(update={"detail": "the holdout is empty"})
    asked = rows.iloc[np.resize(np.arange(len(rows)), size)]
    try:
        ask(asked)
        seconds = np.array([_seconds(lambda: ask(asked), clock) for _ in range(repeats)])
    except Exception as error:
        # That a model cannot answer is a finding, and stands in the verdict.
        return blank.model_copy(update={"detail": f"the model cannot answer: {error}"})
    p95 = float(np.quantile(seconds, 0.95))
    return blank.model_copy(
        update={
            "value": float(np.median(seconds)),
            "interval": median_interval(seconds, confidence=CONFIDENCE),
            "detail": f"median of {repeats} requests of {size:,} rows; 95th percentile {p95:.4g} s",
        }
    )


def _seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    began = clock()
    work()
    return clock() - began
