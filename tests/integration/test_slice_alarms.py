"""The promise that slices without effect rarely alarm, on a thousand holdouts, and that one with an effect does."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from include.domain.evidence import Observation
from include.domain.spec import ModelSpec
from include.evaluation.improvement import Pair
from include.evaluation.judged import Judged
from include.evaluation.slices import observe_slice_improvements, observe_slices
from include.evaluation.slicing import slices_in
from include.statistics.clusters import clusters_of
from tests.specs import a_spec

pytestmark = pytest.mark.integration
HOLDOUTS, ROWS = 1_000, 1_500


def sliced(metric: str) -> ModelSpec:
    """Return a spec of about thirty slices, some of them of few rows."""
    decides = {"beats_baseline": {"metric": metric}, "beats_champion": {"metric": metric}}
    by = ["shop", "rare", {"column": "age", "quantiles": 5}]
    return a_spec(gates=decides, evaluation={"slices": by})


def holdout(rng: np.random.Generator) -> pd.DataFrame:
    shares = 0.8 ** np.arange(14)
    return pd.DataFrame(
        {
            "shop": rng.integers(0, 12, ROWS),
            "rare": rng.choice(14, ROWS, p=shares / shares.sum()),
            "age": rng.lognormal(3, 1, ROWS),
        }
    )


def model(logits: np.ndarray, truth: np.ndarray) -> Judged:
    chance = special.expit(logits)
    return Judged(truth, (chance > 0.5).astype(int), np.stack([1 - chance, chance], axis=1), ("no", "yes"), 2)


def alarmed(metric: str, seed: int, *, entities: int | None, positives: float = 0.3) -> tuple[bool, bool]:
    """Tell whether any slice seems worse than the rest, and any worse than an equal rival."""
    rng = np.random.default_rng(seed)
    spec, frame = sliced(metric), holdout(rng)
    clusters = clusters_of(None if entities is None else rng.integers(0, entities, ROWS), rows=ROWS)
    shared = 0.0 if entities is None else rng.normal(0, 1.0, clusters.count)[clusters.codes]
    signal = rng.normal(special.logit(positives), 1.5, ROWS) + shared
    truth = (rng.random(ROWS) < special.expit(signal)).astype(int)
    ours, theirs = (model(signal + rng.normal(0, 0.7, ROWS), truth) for _ in range(2))
    slices = slices_in(spec, frame, clusters)
    pair = Pair(ours, theirs, "challenger", "champion", clusters)
    seen = [*observe_slices(spec, slices, ours, rng=rng), *observe_slice_improvements(spec, slices, pair, rng=rng)]
    counts: dict[str, Observation] = {observation.name: observation for observation in seen}
    rest, rival = (counts[f"slices_worse_than_{name}.{metric}"].value for name in ("rest", "champion"))
    assert rest is not None
    assert rival is not None
    return rest > 0, rival > 0


@pytest.mark.parametrize(
    ("metric", "entities", "positives"),
    [("brier_score", None, 0.3), ("accuracy", None, 0.03), ("log_loss", 100, 0.3), ("roc_auc", None, 0.3)],
)
def test_slices_without_effect_alarm_in_one_holdout_of_twenty_at_most(
    metric: str, entities: int | None, positives: float
) -> None:
    found = np.array([alarmed(metric, i, entities=entities, positives=positives) for i in range(HOLDOUTS)])
    of_rest, of_rival = found.sum(axis=0)
    sys.stdout.write(f"{metric}, {entities or 'no'} entities: alarms of {HOLDOUTS}: {of_rest} and {of_rival}\n")
    assert max(of_rest, of_rival) <= 0.05 * HOLDOUTS
    assert stats.binomtest(int(max(of_rest, of_rival)), HOLDOUTS, 0.025, alternative="greater").pvalue > 0.001


def test_a_thousand_random_slices_of_one_holdout_are_looked_at_at_once() -> None:
    rng = np.random.default_rng(7)
    rows = 60_000
    frame = pd.DataFrame({f"c{i}": rng.integers(0, 200, rows) for i in range(5)})
    spec = a_spec(evaluation={"slices": list(frame.columns)})
    signal = rng.normal(0, 1.5, rows)
    truth = (rng.random(rows) < special.expit(signal)).astype(int)
    clusters = clusters_of(None, rows=rows)
    slices = slices_in(spec, frame, clusters)
    assert len(slices.judged) == 1_000
    seen = {o.name: o for o in observe_slices(spec, slices, model(signal, truth), rng=rng)}
    assert seen["slices_worse_than_rest.brier_score"].value == 0
    flipped = np.where(frame["c3"] == 111, 1 - truth, truth)
    seen = {o.name: o for o in observe_slices(spec, slices, model(signal, flipped), rng=rng)}
    assert seen["slices_worse_than_rest.brier_score"].value == 1
    assert seen["slices_worse_than_rest.brier_score"].detail.startswith("c3:111: worse, gap to the rest 0.")
