from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from include.domain.references import Column, DatasetRef
from include.domain.spec import Expectation, ModelSpec
from include.quality.implied import implied_expectations
from tests.specs import a_spec

COLUMNS = {"k": "BIGINT", "at": "TIMESTAMP", "plan": "VARCHAR", "bill": "DOUBLE", "unused": "DOUBLE", "left": "BOOLEAN"}
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_time_zone() -> Iterator[None]:
    yield
    time.tzset()


def _implied(
    spec: ModelSpec, as_of: datetime | None = None, suite: Any = "raw", **types: str
) -> dict[str, Expectation]:
    columns = tuple(Column(name=name, type=kind, nulls=0) for name, kind in {**COLUMNS, **types}.items())
    dataset = DatasetRef(uri="file:///x", fingerprint="f", rows=9, columns=columns, source="x")
    return {item.title: item for item in implied_expectations(spec, dataset, suite, as_of)}


def _spec(**parts: Any) -> ModelSpec:
    data = {"id": "k", "time": "at", "features": {"all_but": ["unused"]}, **parts.pop("data", {})}
    return a_spec(data=data, **parts)


def test_a_spec_that_asks_nothing_still_implies_rows_and_columns() -> None:
    implied = _implied(a_spec())
    assert implied["implied.rows"].kwargs == {"min_value": 50}
    assert "implied.exists.left" in implied
    assert all(item.required and item.because for item in implied.values())


def test_a_name_of_rows_is_unique() -> None:
    assert "implied.unique.k" in _implied(_spec())
    assert not any("unique" in title for title in _implied(a_spec()))


def test_a_name_may_repeat_until_duplicates_are_dropped() -> None:
    spec = _spec(cleaning=[{"do": "drop_duplicates", "columns": ["k"]}])
    assert "implied.unique.k" not in _implied(spec)
    assert "implied.unique.k" in _implied(spec, suite="clean")


def test_freshness_is_measured_from_the_end_of_the_window() -> None:
    asked = _implied(_spec(quality={"freshness": "2d"}), NOON)["implied.fresh.at"]
    assert asked.kwargs["min_value"] == NOON - timedelta(days=2)
    assert asked.because == "the newest row may be 2d old at 2026-05-01 12:00 UTC"


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 5, 1, 12), datetime(2026, 5, 1, 14, tzinfo=timezone(timedelta(hours=2)))],  # noqa: DTZ001
    ids=["naive means UTC", "another zone"],
)
def test_moments_are_compared_in_utc(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    asked = _implied(_spec(quality={"freshness": "2d"}), moment)["implied.fresh.at"]
    assert asked.kwargs["min_value"] == NOON - timedelta(days=2)


@pytest.mark.parametrize(
    ("quality", "as_of", "kind"),
    [({}, NOON, "TIMESTAMP"), ({"freshness": "2d"}, None, "TIMESTAMP"), ({"freshness": "2d"}, NOON, "VARCHAR")],
    ids=["not asked", "no window", "still text"],
)
def test_freshness_is_left_out_where_it_cannot_be_measured(quality: Any, as_of: Any, kind: str) -> None:
    assert "implied.fresh.at" not in _implied(_spec(quality=quality), as_of, at=kind)
