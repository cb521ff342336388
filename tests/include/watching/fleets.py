"""Losses of a fleet for tests: segments whose rows cost about one at the promotion, and some of which cost more now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from include.domain.spec import ModelSpec
from include.watching.segment_losses import SegmentLosses
from tests.include.training.fleets import a_fleet_spec

LOSS = "mean_absolute_error"


def a_watched_fleet(**monitoring: Any) -> ModelSpec:
    return a_fleet_spec(monitoring={"rows_at_least": 20, **monitoring})


def losses(
    segments: int, rows: int = 60, *, seed: int = 7, worse: Collection[int] = (), by: float = 1.0, all_by: float = 0.0
) -> SegmentLosses:
    """Return losses of segments ``s000``, ``s001``…, of which some are worse by a number, and all by another one."""
    rng = np.random.default_rng(seed)
    names = np.repeat([f"s{at:03}" for at in range(segments)], rows).astype(object)
    costs = rng.exponential(size=segments * rows) + all_by
    for at in worse:
        costs[at * rows : (at + 1) * rows] += by
    return SegmentLosses(LOSS, names, costs)
