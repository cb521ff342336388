from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from include.bench.pairs import Blur, World, equally_good, gap, worth
from include.domain.predictions import Predictions

SIGHT = Blur(1.0)
SCORES: dict[str, Callable[[Any, Predictions], float]] = {
    "log_loss": lambda label, said: metrics.log_loss(label, said.probabilities),
    "brier_score": lambda label, said: metrics.brier_score_loss(label, positive(said)),
    "roc_auc": lambda label, said: metrics.roc_auc_score(label, positive(said)),
    "average_precision": lambda label, said: metrics.average_precision_score(label, positive(said)),
    "mean_absolute_error": lambda label, said: metrics.mean_absolute_error(label, said.values),
    "root_mean_squared_error": lambda label, said: metrics.root_mean_squared_error(label, said.values),
}


def positive(said: Predictions) -> Any:
    assert said.probabilities is not None
    return said.probabilities[:, 1]


def scored(metric: str, blur: Blur, *, entities: int | None = None, rows: int = 100_000) -> float:
    world = World(metric, rows, entities, np.random.default_rng(4))
    return SCORES[metric](world.label, world.said_through(blur))


@pytest.mark.parametrize("metric", sorted(SCORES))
def test_what_a_model_is_worth_is_what_many_rows_show(metric: str) -> None:
    for blur in (SIGHT, Blur(0.5, outliers=0.1)):
        assert scored(metric, blur) == pytest.approx(worth(metric, blur), rel=0.03)


@pytest.mark.parametrize("metric", sorted(SCORES))
def test_models_of_two_kinds_are_equally_good_in_the_long_run(metric: str) -> None:
    other = equally_good(metric, SIGHT, outliers=0.1)
    assert gap(metric, other, SIGHT) == pytest.approx(0, abs=1e-8)
    assert other.size < SIGHT.size


def test_they_are_so_as_well_where_rows_belong_together() -> None:
    other = equally_good("log_loss", SIGHT, outliers=0.1)
    seen = [scored("log_loss", blur, entities=20_000) for blur in (SIGHT, other)]
    assert seen == pytest.approx([worth("log_loss", SIGHT)] * 2, rel=0.03)


def test_the_one_of_two_kinds_is_better_on_most_rows_and_much_worse_on_some() -> None:
    world = World("mean_absolute_error", 50_000, None, np.random.default_rng(5))
    blurs = (equally_good("mean_absolute_error", SIGHT, outliers=0.1), SIGHT)
    losses = [np.abs(world.label - world.said_through(blur).values) for blur in blurs]
    won = losses[1] - losses[0]
    assert np.mean(won > 0) > 0.53
    assert np.quantile(won, 0.005) < -1.2 * np.quantile(won, 0.995)


def test_models_of_one_pair_fail_on_the_same_rows() -> None:
    world = World("log_loss", 50_000, None, np.random.default_rng(6))
    noise = [
        np.log(positive(said) / (1 - positive(said))) - world.truth for said in map(world.said_through, [SIGHT] * 2)
    ]
    assert np.corrcoef(*noise)[0, 1] == pytest.approx(0.5, abs=0.02)


def test_rows_of_one_entity_share_half_of_their_noise() -> None:
    world = World("log_loss", 20_000, 4_000, np.random.default_rng(8))
    assert world.entity is not None
    order = np.argsort(world.entity, kind="stable")
    neighbours = np.diff(world.entity[order]) == 0
    noise = world.normal()[order]
    assert noise.std() == pytest.approx(1.0, rel=0.05)
    assert np.corrcoef(noise[1:][neighbours], noise[:-1][neighbours])[0, 1] == pytest.approx(0.5, abs=0.05)


def test_positives_are_rare_where_precision_counts() -> None:
    shares = [
        World(metric, 50_000, None, np.random.default_rng(9)).label.mean()
        for metric in ("average_precision", "roc_auc")
    ]
    assert shares == pytest.approx([0.1, 0.3], abs=0.01)


def test_a_metric_whose_long_run_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="accuracy"):
        worth("accuracy", SIGHT)
