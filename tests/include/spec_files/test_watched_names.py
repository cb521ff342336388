"""Bounds on a window ask for what somebody observes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.domain.concerns import WINDOW_NAMES, concern_gates, concern_of
from include.domain.errors import SpecError
from include.spec_files.reading import read_spec
from include.spec_files.watched_names import window_mistake
from tests.include.spec_files.minimal import MINIMAL, write
from tests.specs import a_spec

RIDGE: dict[str, Any] = {"task": "regression", "training": {"estimator": "sklearn.linear_model.Ridge"}}


@pytest.mark.parametrize(
    "parts", [{}, {"data": {"target": "y", "time": "at"}}, RIDGE], ids=["classes", "timed", "numbers"]
)
def test_every_name_that_is_judged_without_a_word_may_be_written(parts: dict[str, Any]) -> None:
    spec = a_spec(**parts)
    names = [asked.observation for gate in concern_gates(spec) for asked in gate.requirements]
    assert {name: window_mistake(spec, name) for name in names} == dict.fromkeys(names, "")


def test_every_name_belongs_to_a_concern() -> None:
    assert [name for name in WINDOW_NAMES if concern_of(name) is None] == []


@pytest.mark.parametrize(
    "name",
    [
        "null_share.age",
        "drift.plan",
        "prediction_drift.probability_of_yes",
        "realised.accuracy",
        "estimated.lost.log_loss",
        "realised.demographic_parity_difference.sex",
        "realised.slice.log_loss.plan:x",
        "expectation.implied.rows",
    ],
)
def test_names_that_somebody_observes_are_left_alone(name: str) -> None:
    assert window_mistake(a_spec(), name) == ""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("nul_share.age", "null_share.age"),
        ("drifted_colums", "drifted_columns"),
        ("realized.roc_auc", "realised.roc_auc"),
        ("roc_auc", "realised.roc_auc"),
        ("unusual_volum", "unusual_volume"),
        ("realised.demographic_parity_diference.sex", "realised.demographic_parity_difference.sex"),
    ],
)
def test_the_nearest_spelling_is_told(wrong: str, right: str) -> None:
    assert window_mistake(a_spec(), wrong) == f"nobody observes {wrong!r} of a window; did you mean {right!r}?"


def test_metrics_titles_and_columns_are_those_of_the_spec() -> None:
    assert "did you mean 'roc_auc'?" in window_mistake(a_spec(), "estimated.rocauc")
    assert window_mistake(a_spec(), "realised.value_per_1000").endswith("add the block value")
    assert "is no metric of a regression model" in window_mistake(a_spec(**RIDGE), "realised.roc_auc")
    assert "is no metric of a regression model" in window_mistake(a_spec(**RIDGE), "realised.lost.log_loss")
    exists = {"type": "expect_column_to_exist", "kwargs": {"column": "age"}}
    spec = a_spec(quality={"raw": {"expectations": [exists]}}, data={"target": "y", "features": ["age", "plan"]})
    assert window_mistake(spec, "expectation.column_to_exist.age") == ""
    assert "did you mean 'column_to_exist.age'?" in window_mistake(spec, "expectation.column_to_exists.age")
    assert window_mistake(spec, "null_share.pan") == "'pan' is none of data.features; did you mean 'plan'?"


def test_the_file_and_the_field_are_named_when_the_spec_is_read(tmp_path: Path) -> None:
    bounds = "monitoring:\n  bounds:\n    - observation: drifted_colums\n      at_most: 0\n"
    with pytest.raises(SpecError) as refused:
        read_spec(write(tmp_path, MINIMAL + bounds))
    assert "drifted_columns" in str(refused.value)
    assert "monitoring" in str(refused.value)
