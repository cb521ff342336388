"""Training against an MLflow server over HTTP, which holds files and database for itself."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import pandas as pd
import pytest
import requests

from include.domain.errors import SluiceError, UnavailableError
from include.domain.evidence import Evidence, Observation
from include.domain.references import RunRef
from include.storage.steps import StepRecords
from include.training.models import load_baseline, load_model, predict
from include.training.run_key import RunKey
from include.training.tracking import log_evidence, logged_evidence, read_file, trained_dataset, trained_rows
from include.training.training import train_model
from tests.fakes import MemoryStore
from tests.include.training.examples import churn, customers, dataset, split

pytestmark = pytest.mark.integration

FRAME = customers()

CALLS, FILES = 15, 18
"""Requests of one training, to MLflow and for files, however many rows, columns, parameters and metrics there are."""


class Server:
    """An MLflow server in a process of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.uri = f"http://127.0.0.1:{port}"
        command = (
            f"-m mlflow server --host 127.0.0.1 --port {port} --workers 1 --artifacts-destination {folder}/artifacts"
        )
        database = f"sqlite:///{folder}/mlflow.db"
        self._process = subprocess.Popen(
            [sys.executable, *command.split(), "--backend-store-uri", database],
            env={**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                with urlopen(f"{self.uri}/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.3)
        raise AssertionError("the MLflow server did not start within two minutes")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)


@pytest.fixture
def server(empty_mlflow_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    (tmp_path / "mlflow.db").write_bytes(empty_mlflow_database.read_bytes())
    server = Server(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def _train(run: str, *, seed: int = 7, frame: pd.DataFrame = FRAME) -> RunRef:
    return train_model(
        churn(seed=seed),
        frame,
        split(frame),
        dataset(frame),
        StepRecords(MemoryStore()),
        attempt=RunKey(dag_run=run, task="train_model"),
    )


def test_a_training_over_http_asks_little_and_is_found_whole(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    send = requests.Session.request

    def counted(session: requests.Session, method: str, url: str, **more: Any) -> requests.Response:
        asked["files" if "/mlflow-artifacts/" in url else "calls"] += 1
        return send(session, method, url, **more)

    monkeypatch.setattr(requests.Session, "request", counted)
    _train("manual__1")
    asked.clear()
    made = _train("manual__2", seed=8)
    assert (asked["calls"], asked["files"]) == (CALLS, FILES)
    asked.clear()
    _train("manual__3", seed=9, frame=customers(1_500, seed=3).assign(**{f"x{k}": 0.5 * k for k in range(40)}))
    assert (asked["calls"], asked["files"]) == (CALLS, FILES)

    said = predict(churn(), load_model(f"runs:/{made.run_id}/model"), FRAME)
    simple = predict(churn(), load_baseline(made.run_id), FRAME)
    truth = FRAME["left"].to_numpy(dtype=str)
    assert np.mean(said.values == truth) > np.mean(simple.values == truth)
    assert len(trained_rows(made.run_id)) == 160
    assert trained_dataset(made.run_id) == dataset(FRAME)
    seen = Evidence(subject="churn run", observations=(Observation(name="roc_auc", value=0.9, n=40),))
    log_evidence(made, seen)
    assert logged_evidence(made.run_id) == seen

    with pytest.raises(SluiceError, match="holds no nothing"):
        read_file(made, "nothing.json")
    with pytest.raises(SluiceError, match=r"Run with id=.* not found") as caught:
        load_model(f"runs:/{'0' * 32}/model")
    assert not isinstance(caught.value, UnavailableError)

    server.stop()
    for ask in (
        lambda: _train("manual__3"),
        lambda: load_model(f"runs:/{made.run_id}/model"),
        lambda: read_file(made, "spec.yaml"),
    ):
        began = time.monotonic()
        with pytest.raises(UnavailableError, match=f"MLflow at {server.uri}"):
            ask()
        assert time.monotonic() - began < 15
