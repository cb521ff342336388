from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import DataError
from include.domain.evidence import Evidence, Observation
from include.domain.gate import GateSpec, decide
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.evaluation.robustness import FeatureKinds, observe_robustness
from tests.include.evaluation.rows import holdout_of, spec_for

KINDS = FeatureKinds(numeric=["strong", "weak"], categorical=["region"])
RNG = np.random.default_rng(4)
STRONG, WEAK, REGION = RNG.normal(0, 3, 400), RNG.normal(0, 1, 400), RNG.choice(["north", "south"], 400)
TRUTH = STRONG + 0.2 * WEAK + 2.0 * (REGION == "north") + RNG.normal(0, 0.3, 400)
ROWS = holdout_of(TRUTH, strong=STRONG, weak=WEAK, region=REGION)


def ask(rows: pd.DataFrame) -> Predictions:
    numbers = rows[["strong", "weak"]].astype(float).fillna(0.0)
    return Predictions((numbers["strong"] + 0.2 * numbers["weak"] + 2.0 * (rows["region"] == "north")).to_numpy())


def fussy(rows: pd.DataFrame) -> Predictions:
    if rows["weak"].isna().any() or (rows["region"] == "never heard of").any():
        raise DataError("unknown value")
    return ask(rows)


def spec_asking(*names: str) -> ModelSpec:
    return spec_for("regression", gates={"bounds": [{"observation": name, "at_most": 0.5} for name in names]})


def seen(*names: str, by: Any = ask) -> dict[str, Observation]:
    return {o.name: o for o in observe_robustness(spec_asking(*names), ROWS, by, KINDS)}


def lost(said: np.ndarray) -> float:
    return float(np.abs(TRUTH - said).mean() - np.abs(TRUTH - ask(ROWS).values).mean())


def test_what_nobody_asks_for_is_not_looked_at() -> None:
    def never(rows: pd.DataFrame) -> Predictions:
        raise AssertionError("nobody has asked")

    assert observe_robustness(spec_asking("r2"), ROWS, never, KINDS) == ()


def test_the_loss_without_a_feature_is_that_of_the_deciding_metric() -> None:
    found = seen("robustness.missing.weak")
    assert list(found) == ["robustness.missing.weak"]
    assert found["robustness.missing.weak"].value == pytest.approx(lost(ask(ROWS.assign(weak=0.0)).values))
    assert found["robustness.missing.weak"].interval is not None


def test_the_worst_feature_gives_its_name_and_its_loss_widened_for_all_that_were_looked_at() -> None:
    found = seen("robustness.missing")
    worst, own = found["robustness.missing"], found["robustness.missing.strong"]
    assert set(found) == {
        "robustness.missing",
        *(f"robustness.missing.{name}" for name in ("strong", "weak", "region")),
    }
    assert worst.value == own.value
    assert worst.detail.startswith("worst of 3: strong\nmean_absolute_error: 0.")
    assert worst.interval is not None
    assert own.interval is not None
    assert worst.interval.low < own.interval.low
    assert worst.interval.confidence == 0.95


def test_unseen_categories_are_asked_of_names_alone() -> None:
    found = seen("robustness.unseen_category")
    assert set(found) == {"robustness.unseen_category", "robustness.unseen_category.region"}
    assert found["robustness.unseen_category"].value == pytest.approx(lost(ask(ROWS.assign(region="else")).values))


def test_a_little_noise_loses_little_and_the_same_seed_the_same() -> None:
    one, other = seen("robustness.noise"), seen("robustness.noise", "robustness.missing")
    assert one["robustness.noise"] == other["robustness.noise"]
    assert 0 < (one["robustness.noise"].value or 0) < 0.1


@pytest.mark.parametrize("name", ["robustness.missing", "robustness.unseen_category"])
def test_a_model_that_cannot_answer_is_blocked_and_the_verdict_says_why(name: str) -> None:
    found = seen(name, by=fussy)[name]
    assert found.value is None
    assert "the model cannot answer: unknown value" in found.detail
    (bound,) = (b.as_bound() for b in spec_asking(name).gates.bounds)
    verdict = decide(GateSpec(name="model", requirements=(bound,)), Evidence(subject="m", observations=(found,)))
    assert verdict.outcome == "blocked"
    assert "unknown value" in verdict.as_text()


def test_a_model_without_such_features_has_shown_nothing() -> None:
    numbers = FeatureKinds(numeric=[], categorical=[])
    for name in ("robustness.missing", "robustness.unseen_category", "robustness.noise"):
        (found,) = observe_robustness(spec_asking(name), ROWS, ask, numbers)
        assert found.value is None
