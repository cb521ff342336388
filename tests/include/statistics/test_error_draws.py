from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from include.statistics import error_draws
from include.statistics.clusters import Clusters, clusters_of
from include.statistics.error_draws import KnownErrors, expect_errors
from include.statistics.estimate import Estimate


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
    one, two = (KnownErrors(np.ones(count), clusters_of(None, rows=count)) for count in (1, 2))
    (untold,) = expect_errors([mean_size], np.ones(5), one, confidence=0.95, rng=rng)
    assert untold == Estimate(value=None, rows=5, clusters=5, problem="1 labelled rows tell no errors")
    (empty,) = expect_errors([mean_size], np.ones(0), two, confidence=0.95, rng=rng)
    assert empty == Estimate(value=None, rows=0, clusters=0, problem="there are no rows")
    (told,) = expect_errors([mean_size], np.full(5, 3.0), two, confidence=0.95, rng=rng)
    assert (told.value, told.rows, told.clusters) == (3.0, 5, 5)


def alone(ratios: NDArray[np.float64], expected: NDArray[np.float64] | None = None) -> KnownErrors:
    return KnownErrors(ratios, clusters_of(None, rows=len(ratios)), expected)


def test_a_row_takes_its_error_from_the_tenth_of_labelled_rows_that_is_of_its_size() -> None:
    sizes = np.random.default_rng(7).permutation(np.arange(1_000.0))
    known, rng = alone(sizes, sizes), np.random.default_rng(8)
    asked = np.repeat(np.arange(50.0, 1_000, 100), 500)
    drawn = np.concatenate([known.drawn(asked, rng).reshape(10, 500) for _ in range(20)], axis=1)
    tenths = np.arange(0, 1_000, 100)
    assert (drawn.min(axis=1) >= tenths).all()
    assert (drawn.max(axis=1) <= tenths + 100).all()
    # Nearly all of a tenth is drawn sooner or later.
    assert (np.ptp(drawn, axis=1) > 95).all()


def test_a_row_larger_than_all_labelled_ones_takes_its_error_from_the_largest() -> None:
    sizes = np.arange(1_000.0)
    assert alone(sizes, sizes).drawn(np.full(500, 1e6), np.random.default_rng(8)).min() >= 900


def test_fewer_than_a_hundred_labelled_rows_are_one_part_and_as_many_are_two() -> None:
    rng = np.random.default_rng(8)
    for rows, parts in ((99, 1), (100, 2)):
        sizes = np.arange(float(rows))
        drawn = np.concatenate([alone(sizes, sizes).drawn(np.zeros(200), rng) for _ in range(20)])
        assert (drawn.max() < rows / 2) == (parts == 2)


def test_errors_come_from_labelled_rows_that_might_have_been_others() -> None:
    ratios = np.arange(1_000.0)
    seen, often = np.unique(alone(ratios).drawn(np.ones(100_000), np.random.default_rng(8)), return_counts=True)
    # Of rows drawn with replacement 1 - 1/e are there, some of them several times.
    assert 0.6 < len(seen) / 1_000 < 0.66
    assert np.var(often) > 2 * np.mean(often)


def test_a_part_of_which_few_rows_were_drawn_gives_their_errors_and_one_of_which_none_was_those_of_all() -> None:
    class Drawn(Clusters):
        def draw(self, resamples: int, rng: np.random.Generator) -> NDArray[np.float64]:
            return np.broadcast_to(drawn, (resamples, 100))

    sizes = np.arange(100.0)
    known = KnownErrors(sizes, Drawn(np.arange(100), 100), sizes)
    drawn = np.where(sizes < 50, 2.0, 0.0)
    assert known.drawn(np.full(50, 99.0), np.random.default_rng(8)).max() < 50
    drawn = np.where((sizes < 50) | (sizes == 77), 1.0, 0.0)
    assert set(known.drawn(np.full(50, 99.0), np.random.default_rng(8))) == {77.0}


@pytest.mark.parametrize(("budget", "draws"), [(10_000, 400), (1_508, 301), (10, 100)])
def test_errors_of_many_rows_are_drawn_less_often_but_often_enough(
    budget: int, draws: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(error_draws, "BUDGET", budget)
    asked: list[int] = []
    expect_errors(
        [lambda errors: float(asked.append(1) or 1.0)],
        np.ones(5),
        alone(np.ones(9)),
        confidence=0.95,
        rng=np.random.default_rng(7),
    )
    assert len(asked) == draws


@pytest.mark.parametrize(("sizes", "overdispersion"), [([1, 3, 1, 3], 1), ([1, 1, 3, 3], 2)])
def test_entities_whose_errors_are_alike_leave_more_open(sizes: list[float], overdispersion: int) -> None:
    ratios = np.array(sizes, dtype=np.float64) * [1, -1, 1, -1]
    known = KnownErrors(ratios, clusters_of(np.array([0, 0, 1, 1])))
    drawn: list[float] = []

    def mean_of_sizes(errors: NDArray[np.float64]) -> float:
        drawn.append(float(np.abs(errors).mean()))
        return drawn[-1]

    (seen,) = expect_errors([mean_of_sizes], np.ones(7), known, confidence=0.9, rng=np.random.default_rng(7))
    assert seen.value == pytest.approx(np.mean(drawn))
    assert seen.standard_error == pytest.approx(np.sqrt(overdispersion) * np.std(drawn, ddof=1))
