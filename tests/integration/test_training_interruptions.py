"""Interruptions: a training that is killed at any line, and the retry after it, leave exactly one finished run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run, ViewType

from include.domain.references import RunRef
from include.domain.spec import ModelSpec
from include.storage.steps import StepRecords
from include.training import training
from include.training.models import load_model, predict
from include.training.run_key import RunKey
from tests.fakes import MemoryStore
from tests.include.training.examples import churn, customers, dataset, split

pytestmark = pytest.mark.integration

FRAME = customers(60)
SPEC = churn(tuning={"space": {"C": {"kind": "float", "low": 0.01, "high": 10, "log": True}}, "trials": 3})
KEY = RunKey(dag_run="manual__1", task="train_model")


class KilledError(BaseException):
    """Stands for a process that is gone: nothing catches it."""


class MortalClient:
    """An MLflow client whose process dies just before its n-th call."""

    def __init__(self, calls: int) -> None:
        self._client, self._left = MlflowClient(), calls

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)

        def called(*arguments: Any, **named: Any) -> Any:
            self._left -= 1
            if self._left < 0:
                raise KilledError(name)
            return method(*arguments, **named)

        return called if callable(method) else method


def _train(records: StepRecords, spec: ModelSpec = SPEC) -> RunRef:
    return training.train_model(spec, FRAME, split(FRAME), dataset(FRAME), records, attempt=KEY)


def _runs(experiment_id: str) -> tuple[list[Run], list[Run]]:
    found = list(MlflowClient().search_runs([experiment_id]))
    nested = [run for run in found if "mlflow.parentRunId" in run.data.tags]
    return [run for run in found if run not in nested], nested


@pytest.mark.usefixtures("mlflow_store")
def test_killed_before_any_call_to_mlflow_a_training_leaves_one_finished_run_after_the_retry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls, survived = 0, False
    while not survived:
        spec, records = SPEC.model_copy(update={"name": f"churn_{calls}"}), StepRecords(MemoryStore())
        with monkeypatch.context() as patched:
            patched.setattr(training, "open_client", lambda calls=calls: MortalClient(calls))
            try:
                _train(records, spec)
                survived = True
            except KilledError:
                pass
        made = _train(records, spec)
        (run,), nested = _runs(made.experiment_id)
        assert (run.info.run_id, run.info.status) == (made.run_id, "FINISHED"), f"killed before call {calls}"
        assert sorted(trial.data.tags["sluice.trial"] for trial in nested) == ["0", "1", "2"]
        everything = MlflowClient().search_runs([made.experiment_id], run_view_type=ViewType.ALL)
        assert "RUNNING" not in {each.info.status for each in everything}, f"killed before call {calls}"
        models = MlflowClient().search_logged_models([made.experiment_id])
        assert [model.status.value for model in models] == ["READY"]
        assert [output.model_id for output in run.outputs.model_outputs] == [models[0].model_id]
        calls += 1
    assert calls > 20


@pytest.mark.usefixtures("mlflow_store")
@pytest.mark.parametrize("place", ["attach", "commit", "finish"])
def test_a_try_that_was_given_up_for_dead_and_goes_on_leaves_one_model(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow may start the next try while the process of the one before still lives."""
    records, met = StepRecords(MemoryStore()), []
    owner: Any = training if place == "attach" else training.TrackedRun
    whole = getattr(owner, place)

    def overtaken(*arguments: Any, **named: Any) -> Any:
        made = whole(*arguments, **named) if place == "attach" else None
        if not met:
            met.append("another try")
            met.append(_train(records))
        return made or whole(*arguments, **named)

    monkeypatch.setattr(owner, place, overtaken)
    made = _train(records)
    assert met[1].run_id == made.run_id
    (run,), nested = _runs(made.experiment_id)
    assert run.info.status == "FINISHED"
    assert {trial.info.status for trial in nested} == {"FINISHED"}
    models = MlflowClient().search_logged_models([made.experiment_id])
    assert [model.status.value for model in models] == ["READY"]
    assert [output.model_id for output in run.outputs.model_outputs] == [models[0].model_id]
    assert len(predict(SPEC, load_model(f"runs:/{made.run_id}/model"), FRAME).values) == len(FRAME)


class TimeIsUpError(BaseException):
    """Stands for Airflow's timeout, which is no Exception."""


@pytest.mark.usefixtures("mlflow_store")
def test_a_training_whose_time_is_up_has_failed_and_does_not_run_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_slow(*asked: Any, **named: Any) -> None:
        raise TimeIsUpError

    records = StepRecords(MemoryStore())
    with monkeypatch.context() as patched:
        patched.setattr(training, "fit", too_slow)
        with pytest.raises(TimeIsUpError):
            _train(records)
    experiment = MlflowClient().get_experiment_by_name(SPEC.name)
    assert experiment is not None
    assert [run.info.status for run in _runs(experiment.experiment_id)[0]] == ["FAILED"]
    assert [run.info.status for run in _runs(_train(records).experiment_id)[0]] == ["FINISHED"]


TRAINING = """
    import sys, time
    sys.path.insert(0, {root!r})
    from include.storage.steps import StepRecords
    from include.storage.store import open_store
    from include.training import training, training_fingerprint
    from include.training.run_key import RunKey
    from tests.include.training.examples import HISTOGRAM, churn, customers, dataset, split
    # Somebody may edit the code between the two processes.
    training_fingerprint.fingerprint_of_code = lambda room: room
    slow = float(sys.argv[2])
    score = training.score
    training.score = lambda *asked: (time.sleep(slow), score(*asked))[1]
    leaves = {{"kind": "int", "low": 3, "high": 31}}
    rate = {{"kind": "float", "low": 0.02, "high": 0.5}}
    space = {{"max_leaf_nodes": leaves, "learning_rate": rate}}
    spec = churn(HISTOGRAM, parameters={{"max_iter": 10}}, tuning={{"space": space, "trials": 8}})
    frame = customers(300)
    made = training.train_model(
        spec, frame, split(frame), dataset(frame), StepRecords(open_store(sys.argv[1])),
        attempt=RunKey(dag_run="manual__1", task="train_model"),
    )
    print(made.model_dump_json())
"""


def _process(store: Path, uri: str, *, slow: float = 0.0) -> subprocess.Popen[str]:
    root = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(TRAINING.format(root=root)), str(store), str(slow)],
        env={**os.environ, "MLFLOW_TRACKING_URI": uri},
        stdout=subprocess.PIPE,
        text=True,
    )


def _finished(store: Path, uri: str) -> RunRef:
    process = _process(store, uri)
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return RunRef.model_validate(json.loads(printed.splitlines()[-1]))


def _trials() -> list[Run]:
    client = MlflowClient()
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    runs = client.search_runs(experiments, filter_string="tags.`sluice.trial` != 'none'")
    return sorted(runs, key=lambda run: int(run.data.tags["sluice.trial"]))


def test_a_search_that_is_killed_goes_on_and_ends_like_one_that_was_not(
    mlflow_store: str, empty_mlflow_database: Path, tmp_path: Path
) -> None:
    process = _process(tmp_path / "store", mlflow_store, slow=1.0)
    deadline = time.monotonic() + 240
    while len(_trials()) < 3 and time.monotonic() < deadline:
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = {run.info.run_id: run.info.end_time for run in _trials() if run.info.status == "FINISHED"}
    assert 2 <= len(before) < 8

    made = _finished(tmp_path / "store", mlflow_store)
    after = _trials()
    assert [run.data.tags["sluice.trial"] for run in after] == [str(number) for number in range(8)]
    # What had been tried was not tried again.
    assert before.items() <= {run.info.run_id: run.info.end_time for run in after}.items()
    (run,), _ = _runs(made.experiment_id)
    assert (run.info.run_id, run.info.status) == (made.run_id, "FINISHED")
    assert run.data.metrics["trials"] == 8

    proposed = [run.data.tags["sluice.trial_parameters"] for run in after]
    said = predict(churn(), load_model(f"runs:/{made.run_id}/model"), customers())
    other_store = tmp_path / "uninterrupted"
    other_store.mkdir()
    other_uri = f"sqlite:///{other_store / 'mlflow.db'}"
    (other_store / "mlflow.db").write_bytes(empty_mlflow_database.read_bytes())
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MLFLOW_TRACKING_URI", other_uri)
        whole = _finished(other_store / "store", other_uri)
        assert [run.data.tags["sluice.trial_parameters"] for run in _trials()] == proposed
        expected = predict(churn(), load_model(f"runs:/{whole.run_id}/model"), customers())
    assert whole.fingerprint == made.fingerprint
    assert np.array_equal(said.probabilities, expected.probabilities)  # type: ignore[arg-type]
