"""A fleet behind the service: every row is answered by its segment, and it is said by whom."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from include.domain.references import ModelVersionRef
from include.serving.reading import read_predictions
from include.serving.service.loaded_model import LoadedModel
from include.serving.service.loading import assemble
from include.training.models import predict
from tests.include.serving.service.houses import House, raw_columns
from tests.include.training.fleets import a_fleet, a_fleet_spec, shops

SPEC = a_fleet_spec(name="fraud", data={"features": ["size"]})
WITHOUT = "Bonn / 2"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    frame = shops()
    fleet = a_fleet(tmp_path_factory.mktemp("fleet"), SPEC, frame, without=(WITHOUT,))
    version = ModelVersionRef(name="fraud", version=3, run_id="r3")
    return assemble(version, SPEC, fleet, raw_columns(frame), fleet.columns.names)


def rows(*places: int) -> list[dict[str, Any]]:
    return json.loads(shops().iloc[list(places)].drop(columns="sales").to_json(orient="records"))


def asked(house: House, *given: dict[str, Any]) -> tuple[int, Any]:
    return asyncio.run(house.predict(*given))


def test_mixed_rows_of_one_request_are_answered_as_in_a_batch(model: LoadedModel) -> None:
    frame = shops().head(60)
    status, content = asked(House(model), *rows(*range(60)))
    expected = predict(SPEC, model.estimator, frame)
    assert status == 200
    assert [row["prediction"] for row in content["predictions"]] == pytest.approx(expected.values.tolist())
    assert expected.served_by is not None
    assert [row["served_by"] for row in content["predictions"]] == expected.served_by.tolist()
    assert {row["served_by"] for row in content["predictions"]} == {"member", "pooled"}


def test_a_segment_that_nobody_has_seen_is_answered_by_the_pooled_model_and_it_is_said(model: LoadedModel) -> None:
    _, content = asked(House(model), {"town": "Rome", "shop": 9, "size": 10.0}, {"town": "Aix", "shop": 1, "size": 8})
    assert [row["served_by"] for row in content["predictions"]] == ["pooled", "member"]
    assert content["predictions"][1]["prediction"] == pytest.approx(8.0)


def test_columns_that_tell_the_segment_are_asked_for_though_no_model_reads_them(model: LoadedModel) -> None:
    status, content = asked(House(model), {"size": 10.0, "town": "Aix"})
    assert status == 422
    assert [problem["field"] for problem in content["problems"]] == ["shop"]


def test_the_log_keeps_who_answered(model: LoadedModel) -> None:
    house = House(model)

    async def ask() -> None:
        house.model.buffer.start()
        await house.predict({"town": "Rome", "shop": 9, "size": 10.0})
        await house.predict({"town": "Aix", "shop": 1, "size": 10.0})
        await house.model.buffer.stop()

    asyncio.run(ask())
    assert sorted(read_predictions(house.store, "fraud").column("served_by").to_pylist()) == ["member", "pooled"]


def test_a_model_that_is_no_fleet_has_nobody_to_name(tmp_path: Path) -> None:
    frame, version = shops(), ModelVersionRef(name="fraud", version=1, run_id="r1")
    pooled = a_fleet(tmp_path, SPEC, frame).pooled
    alone = SPEC.model_copy(update={"segment_by": None})
    _, content = asked(House(assemble(version, alone, pooled, raw_columns(frame), ["size"])), *rows(0))
    assert "served_by" not in content["predictions"][0]
