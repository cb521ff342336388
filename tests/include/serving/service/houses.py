"""A service in memory: models fitted to a few payments, answered for without a registry, logged to a dictionary."""

from __future__ import annotations

import json
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pandas as pd
from fastapi import FastAPI

from include.data.cleaning import clean_frame
from include.domain.references import Column, ModelVersionRef
from include.domain.spec import ModelSpec
from include.serving.service.app import create_app
from include.serving.service.buffer import Buffer, Write
from include.serving.service.loaded_model import LoadedModel
from include.serving.service.loading import assemble
from include.serving.service.log_writer import writer_to
from include.serving.service.metrics import Metrics
from include.serving.service.served_model import ServedModel
from include.simulators.card_fraud import simulate_card_fraud
from include.training.estimators import build_pipeline
from include.training.features import feature_columns, feature_frame
from tests.fakes import MemoryStore
from tests.specs import a_spec

STEPS = (
    {"do": "trim", "columns": ["merchant_category", "country"]},
    {"do": "calendar", "column": "event_time", "parts": ["hour", "weekday"]},
    {"do": "derive", "column": "amount_to_usual", "expression": "amount / usual_amount"},
    {"do": "derive", "column": "abroad", "expression": "country <> home_country"},
)
LOGISTIC = {
    "estimator": "sklearn.linear_model.LogisticRegression",
    "parameters": {"max_iter": 300},
    "preprocessing": {"numeric": "scale", "categorical": "one_hot", "rare_below": 100},
}
TREES = {
    "estimator": "sklearn.ensemble.HistGradientBoostingClassifier",
    "parameters": {"max_iter": 20, "early_stopping": False},
    "preprocessing": {"numeric": "as_is", "categorical": "ordinal"},
}
NEAREST = {
    "estimator": "sklearn.neighbors.KNeighborsClassifier",
    "parameters": {"n_neighbors": 5},
    "preprocessing": {"numeric": "impute", "categorical": "ordinal"},
}


def a_fraud_spec(*, cleaned: bool = True, training: Any = None, **parts: Any) -> ModelSpec:
    data = {
        "source": "fraud.parquet",
        "target": "is_fraud",
        "positive": 1,
        "time": "event_time",
        "entity": "card_id",
        "id": "transaction_id",
        "forbidden": {"reported_at": "known afterwards"},
    }
    steps = {"cleaning": STEPS} if cleaned else {}
    return a_spec(name="fraud", data=data, training=training or LOGISTIC, **{**steps, **parts})


@cache
def payments(rows: int = 1_500) -> pd.DataFrame:
    frame = simulate_card_fraud(rows, seed=3)
    frame.loc[frame.index[5:40], "country"] = None
    frame.loc[frame.index[7:60:3], "merchant_category"] = None
    return frame


def raw_columns(frame: pd.DataFrame) -> tuple[Column, ...]:
    kinds = {"int64": "BIGINT", "float64": "DOUBLE", "bool": "BOOLEAN", "str": "VARCHAR", "object": "VARCHAR"}
    return tuple(
        Column(name=str(name), type=kinds.get(str(of.dtype), "TIMESTAMP"), nulls=int(of.isna().sum()))
        for name, of in frame.items()
    )


def a_model(spec: ModelSpec, version: int = 1, *, seed: int = 3) -> LoadedModel:
    """Return a model as it comes out of loading."""
    frame = payments()
    raw = raw_columns(frame)
    clean = clean_frame(spec, frame, raw)
    columns = feature_columns(spec, clean)
    estimator = build_pipeline(spec, columns, spec.training.parameters)
    rows = clean.sample(frac=0.8, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator.fit(feature_frame(columns, rows), rows[spec.data.target].to_numpy())
    ref = ModelVersionRef(name=spec.name, version=version, run_id=f"run{version}")
    return assemble(ref, spec, estimator, raw, columns.names)


def a_row(at: int = 0, **changed: Any) -> dict[str, Any]:
    """Return a payment as a request holds it, without what is not known when it is asked about."""
    row = payments().iloc[at].drop(["is_fraud", "reported_at"]).to_dict()
    plain = {name: None if pd.isna(value) else value for name, value in row.items()}
    plain["event_time"] = plain["event_time"].isoformat()
    plain["card_age_days"] = int(plain["card_age_days"])
    return {**plain, **changed}


class House:
    """A service with one model."""

    def __init__(
        self,
        champion: LoadedModel | None,
        challenger: LoadedModel | None = None,
        *,
        spec: ModelSpec | None = None,
        write: Write | None = None,
        keys: tuple[bytes, ...] = (),
    ) -> None:
        self.store, self.metrics = MemoryStore(), Metrics()
        spec = spec or (champion.spec if champion else a_fraud_spec())
        buffer = Buffer(
            write or writer_to(self.store, spec.name),
            rows=spec.serving.buffer_rows,
            seconds=spec.serving.buffer_seconds,
        )
        self.model = ServedModel(spec, buffer, self.metrics, ThreadPoolExecutor(1))
        if champion is not None:
            self.model.serve(champion, challenger)
        self.app: FastAPI = create_app([self.model], self.metrics, keys={spec.name: keys})

    async def post(self, path: str, body: bytes, *, kind: str = "application/json", key: str = "") -> tuple[int, Any]:
        """Send a body as it stands, and return status and JSON of the answer."""
        headers = [(b"content-type", kind.encode())]
        headers += [(b"authorization", f"Bearer {key}".encode())] if key else []
        return await self.request("POST", path, headers, body)

    async def request(
        self, method: str, path: str, headers: list[tuple[bytes, bytes]] | None = None, body: bytes = b""
    ) -> tuple[int, Any]:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "http",
            "query_string": b"",
            "headers": headers or [],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        content = b"".join(message.get("body", b"") for message in sent[1:])
        is_json = dict(sent[0]["headers"]).get(b"content-type", b"").startswith(b"application/json")
        return sent[0]["status"], json.loads(content) if is_json else content

    async def predict(self, *rows: dict[str, Any]) -> tuple[int, Any]:
        return await self.post("/models/fraud/predict", json.dumps({"rows": rows}).encode())
