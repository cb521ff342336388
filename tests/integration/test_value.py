"""Value: a threshold is chosen in training, travels with the model, and decides about the next one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.domain.evidence import Evidence, Observation
from include.domain.gate import decide
from include.domain.references import DatasetRef, ModelVersionRef, RunRef
from include.domain.spec import ModelSpec
from include.judging.candidates import compare_versions, evaluate_run
from include.registry.versions import register_candidate
from include.simulators.card_fraud import simulate_card_fraud
from include.spec_files.reading import find_spec, read_spec
from include.storage.steps import StepRecords
from include.storage.store import Store, open_store
from include.training.models import load_model, threshold_of
from include.training.run_key import RunKey
from include.training.tracking import logged_number
from include.training.training import train_model
from tests.specs import a_spec

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]

COSTS = {"unit": "EUR", "true_positive": -5, "false_positive": -15, "false_negative": {"column": "amount", "times": -1}}
FURTHER = (
    "robustness.missing",
    "robustness.noise",
    "robustness.unseen_category",
    "predict_seconds.one_row",
    "model_bytes",
    "improvement_over_simpler.log_loss",
    "staleness.roc_auc",
    "calibration.error",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"))


@pytest.fixture
def payments(tmp_path: Path) -> str:
    """Write 3,000 payments: large ones are fraud somewhat more often, those from afar much more often."""
    rng = np.random.default_rng(3)
    amount, afar = rng.gamma(1.0, 120.0, 3000), rng.normal(0, 1, 3000)
    shop = rng.choice(["fuel", "cash"], 3000)
    chance = 1 / (1 + np.exp(3.5 - 1.6 * afar - amount / 150))
    frame = pd.DataFrame(
        {"amount": amount, "afar": afar, "shop": shop, "left": (rng.random(3000) < chance).astype(int)}
    )
    path = tmp_path / "payments.csv"
    frame.to_csv(path, index=False)
    return str(path)


def paid(source: str, *, without: tuple[str, ...] = (), bounds: tuple[str, ...] = ()) -> ModelSpec:
    asked = [{"observation": name, "at_most": 1e9} for name in bounds]
    return a_spec(
        data={"source": source, "features": {"all_but": list(without)}},
        value=COSTS,
        gates={"beats_champion": {"metric": "value_per_1000"}, "bounds": asked},
    )


def trained(spec: ModelSpec, store: Store, attempt: str) -> tuple[RunRef, DatasetRef]:
    clean = clean_dataset(spec, take_snapshot(spec, store), store)
    frame = read_frame(clean, store)
    key = RunKey(dag_run=attempt, task="train_model")
    return train_model(spec, frame, split_rows(spec, frame, None), clean, StepRecords(store), attempt=key), clean


def registered(spec: ModelSpec, store: Store, attempt: str) -> ModelVersionRef:
    run, clean = trained(spec, store, attempt)
    return register_candidate(spec, run, evaluate_run(spec, clean, run, store))


def found(evidence: Evidence, name: str) -> Observation:
    observation = evidence.find(name)
    assert observation is not None, name
    return observation


def test_the_threshold_is_in_the_model_in_the_run_and_in_the_evidence(payments: str, store: Store) -> None:
    spec = paid(payments)
    run, clean = trained(spec, store, "first")
    threshold = threshold_of(load_model(f"runs:/{run.run_id}/model"))
    evidence = evaluate_run(spec, clean, run, store)
    assert threshold == logged_number(run.run_id, "validation.decision_threshold")
    assert found(evidence, "decision_threshold").value == threshold
    gain = found(evidence, "improvement_over_half.value_per_1000")
    assert gain.interval is not None
    assert gain.interval.low > 0


def test_the_same_again_is_the_same_to_the_last_bit_and_another_payoff_trains_anew(payments: str, store: Store) -> None:
    spec = paid(payments, bounds=("robustness.missing", "robustness.noise"))
    one, clean = trained(spec, store, "first")
    key = RunKey(dag_run="second", task="train_model")
    frame = read_frame(clean, store)
    parts, records = split_rows(spec, frame, None), StepRecords(store)
    other = train_model(spec, frame, parts, clean, records, attempt=key, force=True)
    assert other.run_id != one.run_id
    assert (
        evaluate_run(spec, clean, one, store).observations[:-1]
        == evaluate_run(spec, clean, other, store).observations[:-1]
    )
    dearer = spec.model_validate({**spec.to_json(), "value": {**COSTS, "false_positive": -16}})
    third = train_model(dearer, frame, parts, clean, records, attempt=RunKey(dag_run="third", task="train_model"))
    assert not third.reused
    assert third.cause == "parameters.value.false_positive.plus changed from -15.0 to -16.0"


def test_a_champion_is_judged_at_its_own_threshold_and_a_costlier_challenger_is_blocked(
    payments: str, store: Store
) -> None:
    seeing, blind = paid(payments), paid(payments, without=("afar", "amount"))
    champion, challenger = registered(seeing, store, "first"), registered(blind, store, "second")
    own = [threshold_of(load_model(f"models:/{ref.name}/{ref.version}")) for ref in (challenger, champion)]
    evidence = compare_versions(blind, challenger, champion, store)
    verdict = decide(blind.model_gate(), evidence)
    assert own[0] != own[1]
    assert f"decided at challenger {own[0]:.6g}, champion {own[1]:.6g}" in verdict.as_text()
    assert verdict.outcome == "blocked"


def test_of_card_fraud_a_better_ranking_that_costs_more_is_blocked_and_it_is_said(tmp_path: Path, store: Store) -> None:
    source = tmp_path / "payments.parquet"
    simulate_card_fraud(60_000, seed=11).to_parquet(source)
    example = read_spec(find_spec(Path("include/specs"), "card_fraud")).to_json()
    data = {**example["data"], "source": str(source)}
    hidden = {**data["forbidden"], "amount": "not for this candidate", "amount_to_usual": "nor this"}
    dull = {**example["training"], "parameters": {"max_iter": 12, "learning_rate": 0.05, "max_leaf_nodes": 4}}
    champion = registered(ModelSpec.model_validate({**example, "data": data, "training": dull}), store, "first")
    blind = ModelSpec.model_validate({**example, "data": {**data, "forbidden": hidden}})
    challenger = registered(blind, store, "second")
    verdict = decide(blind.model_gate(), compare_versions(blind, challenger, champion, store))
    assert verdict.outcome == "blocked"
    assert [reason.requirement for reason in verdict.reasons if reason.outcome == "blocked"] == [
        "improvement_over_champion.value_per_1000"
    ]
    assert "the better ranking is worth less: roc_auc challenger" in verdict.as_text()


def test_further_evidence_is_seen_where_bounds_ask_for_it(payments: str, store: Store) -> None:
    plain, asking = paid(payments), paid(payments, bounds=FURTHER)
    first = registered(plain, store, "first")
    second = registered(asking, store, "second")
    evidence = compare_versions(asking, second, first, store)
    seen: dict[str, Any] = {name: found(evidence, name).value for name in FURTHER}
    assert [name for name, value in seen.items() if value is None] == []
    assert found(evidence, "robustness.missing").detail.startswith("worst of 3: afar")
    assert seen["staleness.roc_auc"] == pytest.approx(0)
    assert seen["model_bytes"] > 1000
