"""Intervals of large holdouts: seconds, and no more memory than a laptop spares."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration

MEASURE = """
import time
import numpy as np
from include.statistics.bootstrap import estimate_all
from include.statistics.clusters import clusters_of
from include.statistics.paired import paired_difference
from include.statistics.ranking import AveragePrecision, RocAuc
from include.training.step_costs import peak_memory_bytes

rng = np.random.default_rng(7)
rows = 200_000
signal = rng.normal(size=rows)
positive = rng.random(rows) < 1 / (1 + np.exp(1 - signal))
one, other = (signal + rng.normal(size=rows) for _ in range(2))
clusters = clusters_of(None, rows=rows)
before, start = peak_memory_bytes(), time.perf_counter()
seen = estimate_all([RocAuc(positive, one), AveragePrecision(positive, one)], clusters, confidence=0.95, rng=rng)
assert all(estimate.interval.high - estimate.interval.low < 0.02 for estimate in seen)
paired_difference(RocAuc(positive, one), RocAuc(positive, other), clusters, confidence=0.95, rng=rng)
print((peak_memory_bytes() - before) / 2**20, time.perf_counter() - start)
"""


def test_a_thousand_resamples_of_200_000_rows_stay_below_300_mb() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True)
    megabytes, seconds = map(float, done.stdout.split())
    assert megabytes < 300
    assert seconds < 120
