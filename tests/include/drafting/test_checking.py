from __future__ import annotations

from pathlib import Path

import pytest

from include.drafting.checking import check_spec
from tests.include.drafting.frames import rides

SPEC = """\
name: fare
owner: fleet
task: regression
data:
  source: {folder}/rides.csv
  target: fare
  time: pickup
  features: [distance, zone_id]
training:
  estimator: sklearn.linear_model.Ridge
  parameters: {{alpha: 2.0}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rides(60).to_csv(tmp_path / "rides.csv", index=False)
    return tmp_path


def problems(folder: Path, right: str = "", wrong: str = "", *, look_at_data: bool = False) -> list[str]:
    path = folder / "fare.yaml"
    text = SPEC.format(folder=folder)
    assert right in text
    path.write_text(text.replace(right, wrong) if right else text, encoding="utf-8")
    return [line.removeprefix(f"{path}:") for line in check_spec(path, look_at_data=look_at_data)]


def test_a_sound_spec_has_no_problem(folder: Path) -> None:
    assert problems(folder) == []
    assert problems(folder, look_at_data=True) == []


def test_what_reading_refuses_comes_first(folder: Path) -> None:
    assert problems(folder, "target: fare", "taget: fare")[1].startswith("6: data.taget: unknown field")


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("sklearn.linear_model.Ridge", "os.path.join", "10: training.estimator: os.path.join may not be used"),
        (
            "sklearn.linear_model.Ridge",
            "sklearn.linear_model.Rigde",
            "10: training.estimator: sklearn.linear_model has",
        ),
        ("linear_model.Ridge", "svm.SVC", "11: training.parameters.alpha: sklearn.svm.SVC has no such parameter"),
        ("alpha", "alhpa", "11: training.parameters.alhpa: sklearn.linear_model.Ridge has no such parameter"),
    ],
)
def test_code_is_looked_at_where_it_is_named(folder: Path, right: str, wrong: str, message: str) -> None:
    (line,) = problems(folder, right, wrong)
    assert line.startswith(message)


def test_a_bound_that_nobody_can_meet_is_explained(folder: Path) -> None:
    bounds = "gates:\n  bounds:\n  - {observation: mean_absolut_error, at_most: 3}\ntraining:"
    (line,) = problems(folder, "training:", bounds)
    assert line == (
        "11: gates.bounds[0].observation: nobody observes 'mean_absolut_error'; did you mean 'mean_absolute_error'?"
    )
    other = "gates:\n  bounds:\n  - {observation: fit_seconds, at_most: 3}\ntraining:"
    (line,) = problems(folder, "training:", other)
    assert line.startswith("11: gates.bounds[0].observation: nobody observes 'fit_seconds'; ")


def test_columns_that_divide_the_rows_are_looked_for_if_asked(folder: Path) -> None:
    asked = "evaluation:\n  slices: [zone_di]\ntraining:"
    assert problems(folder, "training:", asked) == []
    (line,) = problems(folder, "training:", asked, look_at_data=True)
    assert line.startswith("10: evaluation.slices: 'zone_di' (did you mean 'zone_id'?); ")


def test_the_column_of_a_fairness_bound_is_looked_for_where_it_is_written(folder: Path) -> None:
    (folder / "rides.csv").write_text(
        "distance,zone_id,pickup,late\n" + "1.5,2,2026-01-01,yes\n0.5,3,2026-01-02,no\n" * 30
    )
    bound = "gates:\n  bounds:\n  - {observation: demographic_parity_ratio.zone, at_least: 0.8}\ntraining:"
    text = SPEC.format(folder=folder).replace("training:", bound).replace("fare\n  time", "late\n  time")
    text = text.replace("regression", "binary").replace("Ridge", "LogisticRegression").replace("alpha", "C")
    path = folder / "fare.yaml"
    path.write_text(text, encoding="utf-8")
    (line,) = check_spec(path, look_at_data=True)
    assert line.startswith(f"{path}:11: gates.bounds[0].observation: 'zone' (did you mean 'zone_id'?); ")


def test_a_column_that_cannot_divide_the_rows_is_told_if_asked(folder: Path) -> None:
    asked = "evaluation:\n  slices: [{column: paid_by, quantiles: 4}]\ntraining:"
    (line,) = problems(folder, "training:", asked, look_at_data=True)
    assert line.startswith("10: evaluation.slices[0]: 'paid_by' has no quantiles")


def test_columns_are_looked_for_if_asked(folder: Path) -> None:
    assert problems(folder, "distance", "distence") == []
    (line,) = problems(folder, "distance", "distence", look_at_data=True)
    assert line.startswith("8: data.features: 'distence' (did you mean 'distance'?); ")
    assert line.endswith("lacks columns that the spec names")


def test_a_missing_file_is_a_problem_if_asked(folder: Path) -> None:
    (line,) = problems(folder, "rides.csv", "ride.csv", look_at_data=True)
    assert "ride.csv" in line
    assert "Traceback" not in line


def test_values_of_expectations_are_looked_at_if_asked(folder: Path) -> None:
    asked = (
        "quality:\n  raw:\n    expectations:\n    - type: expect_column_values_to_be_between\n"
        "      kwargs: {column: fare, min_value: abc}\ntraining:"
    )
    (line,) = problems(folder, "training:", asked, look_at_data=True)
    assert line.startswith("13: quality.raw.expectations[0].kwargs.min_value: ")


def test_a_source_behind_airflow_is_left_to_airflow(folder: Path) -> None:
    source = "source: {sql: select 1, connection: warehouse}"
    assert problems(folder, f"source: {folder}/rides.csv", source, look_at_data=True) == []


def test_payoffs_are_looked_at_if_asked(folder: Path) -> None:
    value = "value: {{unit: EUR, under: {column}}}\ntraining:"
    assert problems(folder, "training:", value.format(column="distance"), look_at_data=True) == []
    (absent,) = problems(folder, "training:", value.format(column="margin"), look_at_data=True)
    assert "value.under: 'margin'" in absent
    (text,) = problems(folder, "training:", value.format(column="pickup"), look_at_data=True)
    assert "value.under: column 'pickup' holds no numbers" in text
