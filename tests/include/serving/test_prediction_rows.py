from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest

from include.domain.predictions import Predictions
from include.serving.prediction_rows import Stamp, class_name, prediction_rows
from tests.include.serving.logged import MORNING, a_version

STAMP = Stamp(a_version(3), "batch", "champion", MORNING, "f00d")
DAY = datetime(2026, 1, 5, tzinfo=UTC)


def test_a_number_is_kept_as_a_number() -> None:
    (row,) = prediction_rows(Predictions(np.array([2.5])), STAMP, row_ids=["a"], event_times=[DAY]).to_pylist()
    assert row == {
        "row_id": "a",
        "event_time": DAY,
        "entity": None,
        "prediction": 2.5,
        "probability": None,
        "probabilities": None,
        "model_version": 3,
        "run": "run3",
        "snapshot": "f00d",
        "origin": "batch",
        "role": "champion",
        "scored_at": MORNING,
    }


def test_of_two_classes_the_probability_of_the_positive_one_is_kept() -> None:
    said = Predictions(np.array(["bad"]), np.array([[0.1, 0.9]]), np.array(["good", "bad"]))
    table = prediction_rows(said, STAMP, row_ids=["a"], event_times=[DAY], entities=["ada"])
    assert table.select(["entity", "prediction", "probability", "probabilities"]).to_pylist() == [
        {"entity": "ada", "prediction": "bad", "probability": 0.9, "probabilities": None}
    ]


def test_of_more_classes_all_probabilities_are_kept() -> None:
    said = Predictions(np.array([2]), np.array([[0.1, 0.2, 0.7]]), np.array([0, 1, 2]))
    (row,) = prediction_rows(said, STAMP, row_ids=["a"], event_times=[DAY]).to_pylist()
    assert (row["prediction"], row["probability"], row["probabilities"]) == ("2", None, [0.1, 0.2, 0.7])


def test_no_rows_have_all_columns() -> None:
    said = Predictions(np.array([], dtype=bool), np.empty((0, 2)), np.array([False, True]))
    assert prediction_rows(said, STAMP, row_ids=[], event_times=[]).num_columns == 12


@pytest.mark.parametrize("label", [True, False, 0, -7, 10**15, "bad", "Über"])
def test_classes_are_spelled_as_duckdb_spells_them(label: object) -> None:
    assert duckdb.execute("SELECT CAST(? AS VARCHAR)", [label]).fetchall() == [(class_name(label),)]


def test_of_a_fleet_it_is_kept_who_answered() -> None:
    said = Predictions(np.array([2.5, 3.5]), served_by=np.array(["member", "pooled"], dtype=object))
    table = prediction_rows(said, STAMP, row_ids=["a", "b"], event_times=[DAY, DAY])
    assert table.column("served_by").to_pylist() == ["member", "pooled"]
