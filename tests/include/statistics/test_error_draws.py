from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from include.statistics.clusters import clusters_of
from include.statistics.error_draws import KnownErrors, expect_errors


def mean_size(errors: NDArray[np.float64]) -> float:
    return float(np.abs(errors).mean())


def test_errors_are_as_large_as_the_inputs_let_expect_and_distributed_as_before() -> None:
    rng = np.random.default_rng(7)
    known = KnownErrors(rng.laplace(size=4_000), clusters_of(None, rows=4_000))
    (seen,) = expect_errors([mean_size], np.full(1_000, 3.0), known, confidence=0.95, rng=rng)
    assert seen.interval is not None
    assert seen.value is not None
    assert abs(seen.value - 3.0) < 0.1
    # Standard error of the mean of 1,000 exponential sizes and of 4,000 known ones.
    assert 0.8 < (seen.interval.high - seen.interval.low) / (2 * 1.96 * 3 * np.sqrt(1 / 1_000 + 1 / 4_000)) < 1.2


def test_the_interval_holds_what_is_realised_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(50):
        sizes = rng.uniform(1, 5, 300)
        errors = sizes * rng.normal(size=300)
        known = KnownErrors(errors[:200] / sizes[:200], clusters_of(None, rows=200))
        (seen,) = expect_errors([mean_size], sizes[200:], known, confidence=0.95, rng=rng)
        assert seen.interval is not None
        held += seen.interval.low <= mean_size(errors[200:]) <= seen.interval.high
    assert held >= 44


def test_nothing_is_told_of_no_rows_or_from_no_errors() -> None:
    rng = np.random.default_rng(7)
    one = KnownErrors(np.ones(1), clusters_of(None, rows=1))
    assert expect_errors([mean_size], np.ones(5), one, confidence=0.95, rng=rng)[0].value is None
    two = KnownErrors(np.ones(2), clusters_of(None, rows=2))
    assert expect_errors([mean_size], np.ones(0), two, confidence=0.95, rng=rng)[0].problem == "there are no rows"
