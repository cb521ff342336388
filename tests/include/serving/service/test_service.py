from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import numpy as np
import pytest

from include.data.cleaning import clean_frame
from include.domain.errors import UnavailableError
from include.serving.reading import read_predictions
from include.serving.service.loaded_model import LoadedModel
from include.serving.service.traffic import is_for_challenger
from include.training.models import predict
from tests.include.serving.service.houses import (
    LOGISTIC,
    NEAREST,
    TREES,
    House,
    a_fraud_spec,
    a_model,
    a_row,
    payments,
)


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    return a_model(a_fraud_spec())


@pytest.fixture(scope="module")
def other() -> LoadedModel:
    return a_model(a_fraud_spec(), version=2, seed=8)


@pytest.mark.parametrize("training", [LOGISTIC, TREES, NEAREST])
def test_rows_of_requests_are_scored_as_rows_of_a_batch(training: dict[str, Any]) -> None:
    model = a_model(a_fraud_spec(training=training))
    frame = payments().head(12).drop(columns=["is_fraud", "reported_at"])
    expected = predict(model.spec, model.estimator, clean_frame(model.spec, frame, model.raw, to_score=True))

    async def ask() -> list[Any]:
        house = House(model)
        return [await house.predict(a_row(at)) for at in range(12)]

    said = [content["predictions"][0] for _, content in asyncio.run(ask())]
    assert [row["prediction"] for row in said] == expected.values.tolist()
    assert expected.probabilities is not None
    np.testing.assert_allclose([row["probability"] for row in said], expected.probabilities[:, 1], atol=1e-14)


def test_requests_of_one_moment_are_answered_by_one_call_and_each_hears_its_own(model: LoadedModel) -> None:
    async def ask() -> tuple[list[Any], int]:
        house = House(model)
        said = await asyncio.gather(*(house.predict(a_row(at)) for at in range(30)))
        return said, house.model.now().champion.batches

    said, batches = asyncio.run(ask())
    assert [content["predictions"][0]["id"] for _, content in said] == [a_row(at)["transaction_id"] for at in range(30)]
    assert batches < 5


@pytest.mark.parametrize(
    ("changed", "field", "expected"),
    [
        ({"amount": "12"}, "amount", "a number"),
        ({"amount": None}, "amount", "a number"),
        ({"amount": 10**400}, "amount", "a number"),
        ({"card_age_days": 1.5}, "card_age_days", "a whole number"),
        ({"card_age_days": 2**63}, "card_age_days", "a whole number"),
        ({"card_age_days": True}, "card_age_days", "a whole number"),
        ({"country": 7}, "country", "text or null"),
        ({"country": {"a": []}}, "country", "text or null"),
        ({"event_time": "yesterday"}, "event_time", "a day or moment as ISO 8601 writes it"),
        ({"event_time": "2024-02-30"}, "event_time", "a day or moment as ISO 8601 writes it"),
        ({"home_country": ""}, "home_country", "text"),
        ({"amont": 1}, "amont", "a field of the contract: did you mean 'amount'?"),
    ],
)
def test_a_wrong_value_is_named_with_row_field_and_what_was_expected(
    model: LoadedModel, changed: dict[str, Any], field: str, expected: str
) -> None:
    status, content = asyncio.run(House(model).predict(a_row(0), a_row(1, **changed)))
    assert status == 422
    assert [(p["row"], p["field"], p["expected"]) for p in content["problems"]] == [(1, field, expected)]


def test_a_missing_field_is_named_and_one_that_is_not_looked_at_may_be_left_out(model: LoadedModel) -> None:
    row = a_row(0)
    del row["amount"], row["transaction_id"]
    status, content = asyncio.run(House(model).predict(row))
    assert (status, content["problems"][0]["got"]) == (422, "no such field")
    assert len(content["problems"]) == 1
    assert asyncio.run(House(model).predict(a_row(0, is_fraud=1, reported_at=None)))[0] == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"rows": [NaN]}', 400),
        (b'{"rows": "\xff"}', 400),
        (b"[" * 100_000, 400),
        (b'{"rows": [' + b"9" * 10_000 + b"]}", 400),
        (b"[]", 422),
        (b'{"rows": []}', 422),
        (b'{"rows": [1]}', 422),
        (b'{"rows": {}, "row": {}}', 422),
        (b" " * 1_000_001, 413),
        (json.dumps({"rows": [{}] * 1_001}).encode(), 413),
    ],
)
def test_what_is_no_request_is_refused(model: LoadedModel, body: bytes, status: int) -> None:
    assert asyncio.run(House(model).post("/models/fraud/predict", body))[0] == status


def test_other_content_and_other_models_are_refused(model: LoadedModel) -> None:
    body = json.dumps({"row": a_row(0)}).encode()
    house = House(model)
    assert asyncio.run(house.post("/models/fraud/predict", body, kind="text/csv"))[0] == 415
    assert asyncio.run(house.post("/models/fraud/predict", body, kind="application/json; charset=latin-1"))[0] == 415
    assert asyncio.run(house.post("/models/frud/predict", body)) == (
        404,
        {"error": "no model 'frud': did you mean 'fraud'?"},
    )
    assert asyncio.run(house.request("GET", "/models/fraud/predict"))[0] == 405
    assert asyncio.run(House(None).post("/models/fraud/predict", body))[0] == 503


@pytest.mark.parametrize("form", ["records", "split", "instances", "lists", "inputs", "input lists"])
def test_formats_of_mlflow_are_understood(model: LoadedModel, form: str) -> None:
    rows = [a_row(0), a_row(1)]
    names = [field.name for field in model.contract.fields]
    lists = [[row.get(name) for name in names] for row in rows]
    body = {
        "records": {"dataframe_records": rows},
        "split": {"dataframe_split": {"columns": names, "data": lists, "index": [0, 1]}},
        "instances": {"instances": rows, "params": {}},
        "lists": {"instances": lists},
        "inputs": {"inputs": {name: [row.get(name) for row in rows] for name in names}},
        "input lists": {"inputs": lists},
    }[form]
    status, content = asyncio.run(House(model).post("/invocations", json.dumps(body).encode()))
    _, own = asyncio.run(House(model).predict(*rows))
    assert (status, content) == (200, {"predictions": [row["prediction"] for row in own["predictions"]]})


def test_only_a_key_opens_a_model_that_has_some(model: LoadedModel) -> None:
    body, house = json.dumps({"row": a_row(0)}).encode(), House(model, keys=(b"a-key-of-sixteen", b"another-key-of-16"))
    assert asyncio.run(house.post("/models/fraud/predict", body))[0] == 401
    assert asyncio.run(house.post("/models/fraud/predict", body, key="a-key-of-sixteem"))[0] == 401
    assert asyncio.run(house.post("/models/frud/predict", body))[0] == 401
    assert asyncio.run(house.post("/models/fraud/predict", body, key="another-key-of-16"))[0] == 200
    assert asyncio.run(house.request("GET", "/metrics"))[0] == 401
    assert asyncio.run(house.request("GET", "/health"))[0] == 200


def test_the_challenger_in_the_shadow_is_logged_and_never_heard(model: LoadedModel, other: LoadedModel) -> None:
    spec = a_fraud_spec(serving={"shadow": True})

    async def ask() -> tuple[House, Any]:
        house = House(model, other, spec=spec)
        house.model.buffer.start()
        _, content = await house.predict(a_row(0), a_row(1))
        await house.model.settle()
        await house.model.buffer.stop()
        return house, content

    house, content = asyncio.run(ask())
    assert {row["version"] for row in content["predictions"]} == {1}
    logged = read_predictions(house.store, "fraud").to_pylist()
    assert sorted((row["row_id"], row["role"], row["model_version"]) for row in logged) == [
        (name, role, version)
        for name in ("T0000000", "T0000001")
        for role, version in (("challenger", 2), ("champion", 1))
    ]
    assert house.model.buffer.unsaved == 0


def test_the_canary_answers_about_its_share_of_the_entities_and_about_no_others(
    model: LoadedModel, other: LoadedModel
) -> None:
    spec = a_fraud_spec(serving={"canary": {"share": 0.3}})
    rows = [a_row(at) for at in range(200)]
    _, content = asyncio.run(House(model, other, spec=spec).predict(*rows))
    heard = [row["version"] for row in content["predictions"]]
    assert heard == [2 if is_for_challenger("fraud", row["card_id"], 0.3) else 1 for row in rows]
    assert {1, 2} == set(heard)
    assert [row["id"] for row in content["predictions"]] == [row["transaction_id"] for row in rows]


def test_a_row_without_id_gets_one_under_which_it_is_logged(model: LoadedModel) -> None:
    async def ask() -> tuple[House, Any]:
        house = House(model)
        house.model.buffer.start()
        _, content = await house.predict(a_row(0, transaction_id=None), a_row(1, transaction_id=None))
        await house.model.buffer.stop()
        return house, content

    house, content = asyncio.run(ask())
    names = [row["id"] for row in content["predictions"]]
    assert len(set(names)) == 2
    assert sorted(names) == sorted(read_predictions(house.store, "fraud").column("row_id").to_pylist())


def test_never_more_rows_than_the_buffer_holds_are_answered_and_not_logged(model: LoadedModel) -> None:
    spec = a_fraud_spec(serving={"buffer_rows": 10, "max_rows": 10, "buffer_seconds": 60, "timeout": "0.2s"})
    goes = threading.Event()
    written: list[int] = []

    def write(answers: Any) -> None:
        if not goes.wait(5):
            raise UnavailableError("the bucket does not answer")
        written.extend(len(one) for one in answers)

    async def ask() -> list[int]:
        house = House(model, spec=spec, write=write)
        house.model.buffer.start()
        first = [(await house.predict(a_row(at)))[0] for at in range(10)]
        assert house.model.buffer.unsaved == 10
        status, content = await house.predict(a_row(0))
        assert (status, content) == (503, {"error": "no answer within 0.2 s"})
        goes.set()
        later = (await house.predict(a_row(1)))[0]
        await house.model.buffer.stop()
        return [*first, later]

    assert asyncio.run(ask()) == [200] * 11
    assert sum(written) == 11


def test_a_log_that_fails_is_written_again_and_nothing_is_lost(model: LoadedModel) -> None:
    tries: list[int] = []

    def write(answers: Any) -> None:
        tries.append(sum(map(len, answers)))
        if len(tries) == 1:
            raise UnavailableError("the bucket does not answer")

    async def ask() -> House:
        house = House(model, write=write)
        house.model.buffer.start()
        await house.predict(a_row(0), a_row(1))
        await house.model.buffer.stop()
        return house

    house = asyncio.run(ask())
    assert tries == [2, 2]
    assert (house.model.buffer.unsaved, house.model.buffer.failures) == (0, 1)


def test_a_row_to_which_the_model_has_no_answer_is_refused_alone() -> None:
    numbers = {name: at for at, name in enumerate(["DE", "FR", "NL", "PL", "ES", "GB", "US"])}
    steps = [{"do": "map_values", "column": "home_country", "values": numbers}]
    spec = a_fraud_spec(cleaned=False, cleaning=steps)
    model = a_model(spec)

    async def ask() -> list[Any]:
        house = House(model)
        return await asyncio.gather(house.predict(a_row(0)), house.predict(a_row(1, home_country="Mars")))

    good, bad = asyncio.run(ask())
    assert good[0] == 200
    assert bad[0] == 422
    assert "home_country" in bad[1]["error"]
    assert "Mars" in bad[1]["error"]


def test_pages_tell_of_contract_versions_and_counts(model: LoadedModel) -> None:
    house = House(model)

    async def look() -> list[Any]:
        await house.predict(a_row(0))
        return [(await house.request("GET", path))[1] for path in ("/openapi.json", "/models", "/metrics", "/ready")]

    described, models, metrics, ready = asyncio.run(look())
    body = described["paths"]["/models/fraud/predict"]["post"]["requestBody"]["content"]["application/json"]
    assert asyncio.run(House(model).post("/models/fraud/predict", json.dumps(body["example"]).encode()))[0] == 200
    assert "is_fraud" not in body["schema"]["oneOf"][1]["properties"]["row"]["required"]
    assert (models[0]["champion"], models[0]["challenger"]) == (1, None)
    assert b'sluice_rows_total{model="fraud",role="champion",version="1"} 1.0' in metrics
    assert ready == {"ready": True, "waiting": []}
