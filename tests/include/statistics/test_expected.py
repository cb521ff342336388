"""Expected metrics agree with the published definition of confidence-based performance estimation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from include.statistics import expected
from include.statistics.clusters import clusters_of
from include.statistics.counts import binary_rate
from include.statistics.estimate import Estimate
from include.statistics.expected import bound_by_draws, expect_all
from include.statistics.ranking import RocAuc
from include.statistics.recalibration import recalibrate
from include.statistics.statistic import Statistic
from include.statistics.sums import mean_of


def estimate(statistics: list[Statistic], chance: NDArray[np.float64], **terms: Any) -> list[Estimate]:
    chances = np.stack([1 - chance, chance], axis=1)
    fixed = lambda draws, rng: np.broadcast_to(chances, (draws, *chances.shape))  # noqa: E731
    return expect_all(statistics, chances, fixed, confidence=0.95, rng=np.random.default_rng(7), **terms)


def expanded(said: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.tile([0, 1], len(said)), np.repeat(said, 2).astype(np.intp)


def test_rates_are_those_of_the_expected_confusion_matrix() -> None:
    rng = np.random.default_rng(7)
    chance = rng.random(300)
    said = rng.random(300) < 0.4
    # NannyML: a row adds its chance to the cell that its decision makes true, and the rest to the other one.
    tp, fp = chance[said].sum(), (1 - chance)[said].sum()
    fn, tn = chance[~said].sum(), (1 - chance)[~said].sum()
    truth, decided = expanded(said)
    rates = [binary_rate(rate, truth, decided) for rate in ("precision", "recall", "f1")]  # type: ignore[arg-type]
    found = estimate([mean_of((truth == decided).astype(float)), *rates], chance)
    expected = [(tp + tn) / 300, tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)]
    assert [seen.value for seen in found] == pytest.approx(expected, rel=1e-12)


def test_the_roc_area_is_that_of_the_expected_curve() -> None:
    rng = np.random.default_rng(7)
    chance = np.sort(rng.random(400))[::-1]
    # NannyML: expected true and false positive rates at every threshold, joined by straight lines.
    tpr = np.concatenate([[0], np.cumsum(chance)]) / chance.sum()
    fpr = np.concatenate([[0], np.cumsum(1 - chance)]) / (1 - chance).sum()
    truth, _ = expanded(chance > 0.5)
    (seen,) = estimate([RocAuc(truth == 1, np.repeat(chance, 2))], chance)
    assert seen.value == pytest.approx(np.trapezoid(tpr, fpr), rel=1e-12)


def test_the_interval_of_independent_labels_is_the_normal_one_of_their_sum() -> None:
    chance = np.full(2_000, 0.3)
    truth, _ = expanded(chance > 0.5)
    (seen,) = estimate([mean_of(truth.astype(float))], chance)
    assert seen.standard_error == pytest.approx(np.sqrt(0.3 * 0.7 / 2_000), rel=0.1)
    (wide,) = estimate([mean_of(truth.astype(float))], chance, overdispersion=4.0)
    assert wide.standard_error == pytest.approx(2 * (seen.standard_error or 0), rel=1e-9)


def test_the_interval_holds_what_is_realised_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(100):
        chance = rng.beta(1, 3, 500)
        positive = rng.random(500) < chance
        said = chance**1.3
        known, new = slice(0, 400), slice(400, 500)
        fitted = recalibrate(positive[known], said[known], clusters_of(None, rows=400))
        now = fitted.chances(said[new])

        def drawn(draws: int, chances: np.random.Generator, fitted: Any = fitted, said: Any = said[new]) -> Any:
            positive = fitted.drawn(said, draws, chances)
            return np.stack([1 - positive, positive], axis=2)

        truth, _ = expanded(said[new] > 0.5)
        brier = mean_of((np.repeat(said[new], 2) - truth) ** 2)
        (seen,) = expect_all([brier], np.stack([1 - now, now], 1), drawn, confidence=0.95, rng=rng)
        assert seen.interval is not None
        held += seen.interval.low <= np.mean((said[new] - positive[new]) ** 2) <= seen.interval.high
    # 95 % of 100, within three standard errors.
    assert held >= 88


def test_no_rows_and_a_class_that_is_too_rare_have_no_interval() -> None:
    empty = np.zeros((0, 2))
    (seen,) = expect_all(
        [mean_of(np.zeros(0))], empty, lambda d, r: empty, confidence=0.95, rng=np.random.default_rng(7)
    )
    assert seen == Estimate(value=None, rows=0, clusters=0, problem="there are no rows")
    chance = np.full(20, 1e-4)
    truth, _ = expanded(chance > 0.5)
    (rare,) = estimate([RocAuc(truth == 1, np.repeat(np.linspace(0, 1, 20), 2))], chance)
    assert rare.interval is None
    assert "a class is too rare" in rare.problem


def test_what_is_not_defined_is_not_bounded() -> None:
    seen = bound_by_draws(np.nan, np.ones(9), rows=3, confidence=0.95, method="drawn")
    assert seen == Estimate(value=None, rows=3, clusters=3, problem="not defined for these rows")


@pytest.mark.parametrize(("terms", "factor"), [({}, 1), ({"overdispersion": 1.0}, 1), ({"overdispersion": 4.0}, 2)])
def test_the_interval_holds_the_middle_of_what_was_drawn_its_deviations_blown_up(
    terms: dict[str, float], factor: int
) -> None:
    drawn = np.random.default_rng(7).permutation(np.arange(101.0))
    seen = bound_by_draws(40.0, drawn, rows=3, confidence=0.9, method="drawn", **terms)
    assert seen.interval is not None
    assert (seen.value, seen.rows, seen.clusters, seen.interval.method) == (40.0, 3, 3, "drawn")
    assert (seen.interval.low, seen.interval.high) == pytest.approx((40 - factor * 35, 40 + factor * 55))
    assert seen.interval.confidence == 0.9
    assert seen.standard_error == pytest.approx(factor * np.sqrt(101 * 102 / 12))


def test_of_twenty_draws_one_may_be_lost_and_two_may_not() -> None:
    drawn = np.arange(20.0)
    drawn[3] = np.nan
    kept = bound_by_draws(9.0, drawn, rows=3, confidence=0.9, method="drawn")
    assert kept.interval is not None
    drawn[7] = np.inf
    lost = bound_by_draws(9.0, drawn, rows=3, confidence=0.9, method="drawn")
    problem = "not defined in 2 of 20 draws: a class is too rare"
    assert lost == Estimate(value=9.0, rows=3, clusters=3, problem=problem)


@pytest.mark.parametrize(("budget", "draws"), [(6_000, 1_000), (2_405, 400), (6, 200)])
def test_labels_of_many_rows_are_drawn_less_often_but_often_enough(
    budget: int, draws: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expected, "BUDGET", budget)
    monkeypatch.setattr(expected, "_CHUNK", 42)
    chances, asked = np.full((3, 2), 0.5), []

    def drawn(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
        asked.append(count)
        return np.broadcast_to(chances, (count, 3, 2))

    expect_all([mean_of(np.zeros(6))], chances, drawn, confidence=0.95, rng=np.random.default_rng(7))
    assert sum(asked) == draws
    assert max(asked) == 7


def test_labels_are_drawn_in_proportion_to_their_chances() -> None:
    chances = np.tile([0.5, 1.0, 3.5], (2_000, 1))
    drawn = lambda draws, rng: np.broadcast_to(chances, (draws, *chances.shape))  # noqa: E731
    of_label = [mean_of(np.tile(np.eye(3)[label], 2_000)) for label in range(3)]
    seen = expect_all(of_label, chances, drawn, confidence=0.95, rng=np.random.default_rng(7))
    assert [one.value for one in seen] == pytest.approx([0.1, 0.2, 0.7])
    for one, share in zip(seen, (0.1, 0.2, 0.7), strict=True):
        assert one.interval is not None
        assert (one.rows, one.clusters) == (2_000, 2_000)
        middle, half = (one.interval.low + one.interval.high) / 2, (one.interval.high - one.interval.low) / 2
        assert middle == pytest.approx(share, abs=0.002)
        assert half == pytest.approx(1.96 * np.sqrt(share * (1 - share) / 2_000), rel=0.1)


class Lowest:
    """A generator of the lowest number that there is."""

    def random(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        return np.zeros(shape)


def test_a_label_without_a_chance_is_never_drawn() -> None:
    chances = np.array([[0.0, 1.0]])
    fixed = lambda draws, rng: np.broadcast_to(chances, (draws, 1, 2))  # noqa: E731
    (seen,) = expect_all([mean_of(np.array([0.0, 1.0]))], chances, fixed, confidence=0.95, rng=Lowest())  # type: ignore[arg-type]
    assert seen.interval is not None
    assert (seen.interval.low, seen.interval.high) == (1.0, 1.0)


def test_of_no_statistics_nothing_is_expected() -> None:
    assert estimate([], np.full(20, 0.3)) == []
