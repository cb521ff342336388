"""One training run kept in MLflow, by this project and by the calls that first come to mind.

Started as ``python -m include.bench.tracking_ways WAY FOLDER`` with ``MLFLOW_TRACKING_URI`` set; prints the calls and
the seconds as JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import requests

from include.domain.references import Column, DatasetRef, RunRef
from include.domain.spec import ModelSpec
from include.storage.steps import StepRecords
from include.storage.store import open_store
from include.training.models import BASELINE, MODEL, load_baseline, load_model
from include.training.run_key import RunKey
from include.training.training import train_model

ROWS = 2_000

SPEC = ModelSpec.model_validate(
    {
        "name": "tracked",
        "owner": "bench",
        "task": "binary",
        "data": {"source": "rows.csv", "target": "y", "positive": 1},
        "training": {"estimator": "sklearn.linear_model.LogisticRegression"},
        "gates": {"bounds": [{"observation": "roc_auc", "at_least": 0.5}]},
    }
)


class Calls:
    """Counts the requests that leave this process."""

    def __init__(self) -> None:
        self.count = 0
        self._send = requests.Session.send

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count what is sent meanwhile."""
        send, calls = self._send, self

        def counting(session: requests.Session, request: requests.PreparedRequest, **more: object) -> requests.Response:
            calls.count += 1
            return send(session, request, **more)

        requests.Session.send = counting  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            requests.Session.send = send  # type: ignore[method-assign]


def train(folder: Path, name: str) -> RunRef:
    """Train a model on few rows, as a step of a pipeline does."""
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({f"x{k}": rng.normal(size=ROWS) for k in range(10)})
    frame["y"] = (rng.random(ROWS) < 1 / (1 + np.exp(-frame["x0"] - frame["x1"]))).astype("int64")
    frame.index = pd.Index(np.arange(ROWS, dtype=np.uint64) * 7919, name="row_hash")
    parts = np.array(["holdout", "validation", "training", "training", "training"])[np.arange(ROWS) % 5]
    columns = tuple(Column(name=str(column), type="DOUBLE", nulls=0) for column in frame)
    dataset = DatasetRef(uri="file:///rows", fingerprint="ab" * 32, rows=ROWS, columns=columns, source="rows.csv")
    records = StepRecords(open_store(str(folder)))
    key = RunKey(dag_run=name, task="train_model")
    return train_model(SPEC, frame, pd.Series(parts, index=frame.index), dataset, records, attempt=key, force=True)


def here(folder: Path, name: str) -> Callable[[], None]:
    """Return the training of a model with everything that is kept of it, the fit included."""

    def run() -> None:
        train(folder, name)

    return run


def one_by_one(folder: Path, name: str) -> Callable[[], None]:
    """Return the same run logged value by value and model by model, with MLflow's defaults, without any fit."""
    made = train(folder, f"{name} to copy")
    client = mlflow.MlflowClient()
    data = client.get_run(made.run_id).data
    files = Path(tempfile.mkdtemp(dir=folder))
    client.download_artifacts(made.run_id, "", str(files))
    kept = [path for path in files.rglob("*") if path.is_file() and BASELINE not in path.relative_to(files).parts]
    models = {MODEL: load_model(f"runs:/{made.run_id}/model"), BASELINE: load_baseline(made.run_id)}
    trusted = ["numpy.dtype", *_types_of(models.values())]

    def run() -> None:
        with mlflow.start_run(experiment_id=made.experiment_id, run_name=name):
            for key, value in data.params.items():
                mlflow.log_param(key, value)
            for key, number in data.metrics.items():
                mlflow.log_metric(key, number)
            for key, value in data.tags.items():
                if not key.startswith("mlflow."):
                    mlflow.set_tag(key, value)
            for path in kept:
                mlflow.log_artifact(str(path))
            for kind, model in models.items():
                # Without the types MLflow refuses to log them at all.
                mlflow.sklearn.log_model(model, name=kind, skops_trusted_types=trusted)

    return run


def _types_of(models: object) -> list[str]:
    from skops.io import dumps, get_untrusted_types

    return sorted({kind for model in models for kind in get_untrusted_types(data=dumps(model))})  # type: ignore[attr-defined]


WAYS = {"here": here, "one by one": one_by_one}


def main() -> None:
    """Log a run once to load everything that is loaded once, and then for the figures."""
    way, folder = WAYS[sys.argv[1]], Path(sys.argv[2])
    warnings.simplefilter("ignore")
    # A run of the same name would be taken up as what a retry goes on with.
    name = uuid.uuid4().hex
    way(folder, f"{name} to warm up")()
    run, calls = way(folder, name), Calls()
    began = time.perf_counter()
    with calls.counted():
        run()
    seconds = time.perf_counter() - began
    sys.stdout.write(json.dumps({"seconds": seconds, "calls": calls.count}) + "\n")


if __name__ == "__main__":
    main()
