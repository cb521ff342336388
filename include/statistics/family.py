"""Families: many questions at once, whose false alarms together stay below one bound."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from include.statistics.two_samples import Floats

EVENLY = 0.5
"""Part of the false alarms that is shared out evenly, so that no question is left without an answer."""


def false_alarms_of(weights: ArrayLike, false_alarms: float) -> Floats:
    """Share out the false alarms of a family among its questions, by their weight.

    Half of them are shared out evenly and half by weight. The shares add up to the whole, so the family holds it
    whatever the questions have to do with each other (weighted Bonferroni; Genovese, Roeder & Wasserman 2006, *False
    discovery control with p-value weighting*, Biometrika 93).

    Parameters
    ----------
    weights : array of shape (k,)
        Not below zero counts; negative ones count as zero. All alike if none is above zero.
    false_alarms : float
        Probability of at least one false alarm.

    Examples
    --------
    >>> false_alarms_of([1, 1, 0, 2], 0.04)
    array([0.01 , 0.01 , 0.005, 0.015])
    """
    given = np.nan_to_num(np.maximum(np.asarray(weights, dtype=np.float64), 0.0), posinf=0.0)
    even = np.full(len(given), 1 / max(len(given), 1))
    by_weight = given / given.sum() if given.sum() > 0 else even
    return false_alarms * (EVENLY * even + (1 - EVENLY) * by_weight)
