"""A whole training on a real MLflow store: what a run holds, when it is reused, and what comes back from it."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
import yaml
from mlflow import MlflowClient
from mlflow.entities import Run

from include.domain.errors import DataError, SluiceError, TrustError
from include.domain.evidence import Evidence, Interval, Observation
from include.domain.gate import decide
from include.domain.references import RunRef
from include.domain.spec import ModelSpec
from include.domain.verdict import Verdict
from include.storage.steps import StepRecords
from include.training.models import load_baseline, load_model, predict
from include.training.run_key import RunKey
from include.training.tracking import (
    holdout_rows,
    log_evidence,
    log_file,
    log_verdict,
    logged_evidence,
    read_file,
    trained_dataset,
    trained_rows,
)
from include.training.training import train_model
from tests.fakes import MemoryStore
from tests.include.training.examples import HISTOGRAM, churn, customers, dataset, split

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]

FRAME = customers()
PARTS = split(FRAME)
SEARCH = {"space": {"C": {"kind": "float", "low": 0.01, "high": 10, "log": True}}, "trials": 4, "metric": "log_loss"}


@pytest.fixture
def records() -> StepRecords:
    return StepRecords(MemoryStore())


def _key(run: str = "manual__1") -> RunKey:
    return RunKey(dag_run=run, task="train_model", url="http://airflow/runs/1")


def _train(spec: ModelSpec, records: StepRecords, run: str = "manual__1", *, force: bool = False) -> RunRef:
    return train_model(spec, FRAME, PARTS, dataset(FRAME), records, attempt=_key(run), force=force)


def _runs(**search: Any) -> list[Run]:
    client = MlflowClient()
    return list(client.search_runs([e.experiment_id for e in client.search_experiments()], **search))


def test_a_run_holds_everything_needed_to_tell_where_a_model_came_from(records: StepRecords) -> None:
    spec = churn(HISTOGRAM, parameters={"max_iter": 5}, preprocessing={"numeric": "as_is"}, seed=3)
    made = _train(spec, records)
    run = MlflowClient().get_run(made.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["max_iter"] == "5"
    assert run.data.params["learning_rate"] == "0.1"
    assert run.data.params["random_state"] == "3"
    assert run.data.tags["sluice.dataset"] == dataset(FRAME).fingerprint
    assert run.data.tags["sluice.fingerprint"] == made.fingerprint
    assert run.data.tags["sluice.airflow_url"] == "http://airflow/runs/1"
    assert run.inputs.dataset_inputs[0].dataset.digest == dataset(FRAME).fingerprint[:36]
    for step in ("fit", "importance", "upload"):
        assert run.data.metrics[f"{step}_seconds"] > 0
        assert run.data.metrics[f"{step}_peak_memory_bytes"] > 1e6
    assert run.data.metrics["training_rows"] == 160
    assert run.data.metrics["model_bytes"] > 1000


def test_the_files_of_a_run_are_found_by_later_steps(records: StepRecords) -> None:
    made = _train(churn(), records)
    assert trained_rows(made.run_id).tolist() == FRAME.index[PARTS != "holdout"].tolist()
    assert holdout_rows(made.run_id).tolist() == FRAME.index[PARTS == "holdout"].tolist()
    assert trained_dataset(made.run_id) == dataset(FRAME)
    assert ModelSpec.model_validate(yaml.safe_load(read_file(made, "spec.yaml").read_text())) == churn()
    assert set(json.loads(read_file(made, "importances.json").read_text())["columns"]) == set(FRAME.columns) - {"left"}
    assert read_file(made, "plots/importances.png").stat().st_size > 1000


def test_what_a_run_does_not_hold_is_told(records: StepRecords) -> None:
    made = _train(churn(), records)
    with pytest.raises(SluiceError, match=f"the MLflow run {made.run_id} holds no nothing.json"):
        read_file(made, "nothing.json")
    with pytest.raises(SluiceError, match=r"holds no rows/training\.parquet"):
        trained_rows("0" * 32)


def test_candidate_and_baseline_come_back_and_the_candidate_is_better(records: StepRecords) -> None:
    spec = churn(parameters={"max_iter": 500})
    made = _train(spec, records)
    holdout = FRAME[PARTS == "holdout"]
    candidate = predict(spec, load_model(f"runs:/{made.run_id}/model"), holdout)
    baseline = predict(spec, load_baseline(made.run_id), holdout)
    truth = holdout["left"].to_numpy(dtype=str)
    assert np.mean(candidate.values == truth) > np.mean(baseline.values == truth)


def test_a_registered_version_is_the_same_model(records: StepRecords) -> None:
    made = _train(churn(), records)
    registered = mlflow.register_model(f"runs:/{made.run_id}/model", "churn")
    one = predict(churn(), load_model(f"runs:/{made.run_id}/model"), FRAME)
    other = predict(churn(), load_model(f"models:/churn/{registered.version}"), FRAME)
    assert np.array_equal(one.probabilities, other.probabilities)  # type: ignore[arg-type]


def test_the_model_can_be_served_by_mlflow_alone_whole_numbers_as_they_were_read(records: StepRecords) -> None:
    made = _train(churn(), records)
    served = mlflow.pyfunc.load_model(f"runs:/{made.run_id}/model")
    asked = FRAME.drop(columns="left").astype({"is_member": "float64"})
    assert asked["visits"].dtype == "int64"
    said = predict(churn(), load_model(f"runs:/{made.run_id}/model"), FRAME)
    assert served.predict(asked).tolist() == said.values.tolist()
    folder = Path(mlflow.artifacts.download_artifacts(f"runs:/{made.run_id}/model"))
    json.loads(
        (folder / "input_example.json").read_text(), parse_constant=lambda word: pytest.fail(f"{word} is no JSON")
    )
    assert f"scikit-learn=={version('scikit-learn')}" in (folder / "requirements.txt").read_text()


def test_an_unchanged_training_is_reused_and_says_so(records: StepRecords) -> None:
    first = _train(churn(), records)
    again = _train(churn(), records, "manual__2")
    assert first.cause == "first training of churn"
    assert again == first.model_copy(update={"reused": True, "cause": f"nothing changed since run {first.run_id}"})
    assert len(_runs()) == 1


def test_a_changed_training_says_what_changed(records: StepRecords) -> None:
    _train(churn(), records)
    again = _train(churn(seed=8), records, "manual__2")
    assert not again.reused
    assert again.cause == "parameters.training.seed changed from 7 to 8"


def test_force_trains_anyway_and_predicts_to_the_last_bit_the_same(records: StepRecords) -> None:
    spec = churn(HISTOGRAM, parameters={"max_iter": 20, "early_stopping": True})
    first, forced = _train(spec, records), _train(spec, records, "manual__2", force=True)
    assert forced.run_id != first.run_id
    assert forced.cause == "asked for, though nothing changed"
    one, other = (predict(spec, load_model(f"runs:/{made.run_id}/model"), FRAME) for made in (first, forced))
    assert np.array_equal(one.probabilities, other.probabilities)  # type: ignore[arg-type]


def test_a_run_that_was_deleted_is_trained_again(records: StepRecords) -> None:
    first = _train(churn(), records)
    MlflowClient().delete_run(first.run_id)
    again = _train(churn(), records, "manual__2")
    assert again.run_id != first.run_id
    assert again.cause == f"run {first.run_id} is gone from MLflow"


def test_a_retry_of_a_task_that_had_finished_gives_the_same_run_even_if_forced(records: StepRecords) -> None:
    first = _train(churn(), records)
    forgetful = StepRecords(MemoryStore())
    assert _train(churn(), forgetful).run_id == first.run_id
    assert _train(churn(), records, force=True).run_id == first.run_id


def test_a_task_that_is_asked_something_else_gets_a_run_of_its_own(records: StepRecords) -> None:
    first = _train(churn(), records)
    second = _train(churn(seed=8), records)
    assert second.run_id != first.run_id
    tags = {run.info.run_id: run.data.tags for run in _runs()}
    assert tags[first.run_id]["sluice.superseded_attempt"] == _key().value
    assert "sluice.attempt" not in tags[first.run_id]
    assert _train(churn(seed=8), records).run_id == second.run_id


def test_a_run_that_failed_is_taken_up_by_the_retry(records: StepRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    from include.training import training

    def failing(*_: Any) -> None:
        raise DataError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(training, "upload_model", failing)
        with pytest.raises(DataError, match="the disk is full"):
            _train(churn(), records)
    (failed,) = _runs()
    assert failed.info.status == "FAILED"
    made = _train(churn(), records)
    assert made.run_id == failed.info.run_id
    assert MlflowClient().get_run(made.run_id).info.status == "FINISHED"


def test_a_model_that_nobody_may_load_is_never_stored(records: StepRecords) -> None:
    own = churn(build="tests.include.training.examples.build_own", allowed_packages=["tests"])
    with pytest.raises(TrustError, match=r"tests\.include\.training\.examples\.Own"):
        _train(own, records)
    name = "tests.include.training.examples.Own"
    trusting = own.model_copy(update={"training": own.training.model_copy(update={"trusted_types": (name,)})})
    made = _train(trusting, records, "manual__2")
    with pytest.raises(TrustError):
        load_model(f"runs:/{made.run_id}/model")
    assert type(load_model(f"runs:/{made.run_id}/model", trusted_types=[name])).__name__ == "Own"


def test_every_trial_of_a_search_is_a_run_nested_in_the_one_it_belongs_to(records: StepRecords) -> None:
    made = _train(churn(tuning=SEARCH), records)
    run = MlflowClient().get_run(made.run_id)
    nested = _runs(filter_string=f"tags.`mlflow.parentRunId` = '{made.run_id}'")
    assert [trial.info.status for trial in nested] == ["FINISHED"] * 4
    best = min(nested, key=lambda trial: trial.data.metrics["log_loss"])
    assert run.data.params["C"] == best.data.params["C"]
    assert run.data.metrics["validation.log_loss"] == best.data.metrics["log_loss"]
    assert run.data.metrics["trials"] == 4
    # The search is over: the model learns from the rows that guided it, too.
    assert len(trained_rows(made.run_id)) == 160


def test_evidence_is_added_once_however_often_it_is_logged(records: StepRecords) -> None:
    made = _train(churn(), records)
    interval = Interval(low=0.8, high=0.95, confidence=0.95, method="percentile bootstrap")
    seen = Evidence(
        subject="churn run",
        observations=(
            Observation(name="roc_auc", value=0.9, interval=interval, n=40),
            Observation(name="roc_auc[region=north]", value=None),
            Observation(name="log_loss", value=float("nan")),
        ),
    )
    for _ in range(2):
        log_evidence(made, seen)
    assert logged_evidence(made.run_id).find("roc_auc") == seen.find("roc_auc")
    client = MlflowClient()
    metrics = client.get_run(made.run_id).data.metrics
    assert (metrics["roc_auc"], metrics["roc_auc.low"], metrics["roc_auc.high"]) == (0.9, 0.8, 0.95)
    assert "log_loss" not in metrics
    assert len(client.get_metric_history(made.run_id, "roc_auc")) == 1


def test_a_number_that_changed_is_shown_as_it_is_now(records: StepRecords) -> None:
    made = _train(churn(), records)
    for value in (0.9, 0.8, 0.8):
        log_evidence(made, Evidence(subject="churn run", observations=(Observation(name="roc_auc", value=value),)))
    client = MlflowClient()
    assert client.get_run(made.run_id).data.metrics["roc_auc"] == 0.8
    assert sorted(metric.value for metric in client.get_metric_history(made.run_id, "roc_auc")) == [0.8, 0.9]


def test_slices_whose_names_mlflow_would_spell_alike_are_kept_apart(records: StepRecords) -> None:
    made = _train(churn(), records)
    names = ("slice.accuracy.plan:a&b", "slice.accuracy.plan:a+b", "selection_rate.sex:missing")
    seen = tuple(Observation(name=name, value=float(i)) for i, name in enumerate(names))
    log_evidence(made, Evidence(subject="churn run", observations=seen))
    metrics = MlflowClient().get_run(made.run_id).data.metrics
    assert metrics["slice.accuracy.plan:a_b"] == 0
    assert metrics["slice.accuracy.plan:a_b 2"] == 1
    assert metrics["selection_rate.sex:missing"] == 2


def test_the_verdict_about_a_candidate_stays_with_its_run(records: StepRecords) -> None:
    made = _train(churn(), records)
    verdict = decide(churn().candidate_gate(), Evidence(subject="churn candidate"))
    log_verdict(made, verdict)
    assert MlflowClient().get_run(made.run_id).data.tags["sluice.gate.candidate"] == "blocked"
    stored = read_file(made, "verdicts/candidate.json").read_text(encoding="utf-8")
    assert Verdict.model_validate_json(stored) == verdict


def test_files_can_be_added(records: StepRecords, tmp_path: Path) -> None:
    made = _train(churn(), records)
    (tmp_path / "roc.png").write_bytes(b"png")
    log_file(made, tmp_path / "roc.png", "plots")
    assert read_file(made, "plots/roc.png").read_bytes() == b"png"


def test_a_deleted_experiment_is_told_with_the_way_back(records: StepRecords) -> None:
    made = _train(churn(), records)
    MlflowClient().delete_experiment(made.experiment_id)
    with pytest.raises(SluiceError, match="the MLflow experiment 'churn' was deleted: restore it"):
        _train(churn(seed=8), records, "manual__2")
