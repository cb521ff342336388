from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.domain.errors import SpecError
from include.spec_files.observations import observation_mistakes
from include.spec_files.reading import read_spec
from tests.include.spec_files.minimal import MINIMAL, write
from tests.specs import a_spec

SLICED = {"slices": ["plan", {"column": "age", "quantiles": 4}]}


def mistake(observation: str, **parts: Any) -> str:
    spec = a_spec(gates={"bounds": [{"observation": observation, "at_most": 1}]}, **parts)
    found = observation_mistakes(spec)
    assert all(path == ("gates", "bounds", 0, "observation") for path, _ in found)
    return found[0][1] if found else ""


@pytest.mark.parametrize(
    "name",
    [
        "roc_auc",
        "holdout_rows",
        "improvement_over_champion.accuracy",
        "demographic_parity_difference.sex",
        "equalized_odds_ratio.marital status",
        "false_positive_rate.sex:Female",
    ],
)
def test_names_that_somebody_observes_are_left_alone(name: str) -> None:
    assert mistake(name) == ""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("rocauc", "roc_auc"),
        ("demographic_parity_diference.sex", "demographic_parity_difference.sex"),
        ("equalised_odds_ratio.sex", "equalized_odds_ratio.sex"),
        ("true_positives_rate.sex:F", "true_positive_rate.sex:F"),
        ("improvment_over_champion.log_loss", "improvement_over_champion.log_loss"),
        ("worst_slices.log_loss", "worst_slice.log_loss"),
    ],
)
def test_the_nearest_spelling_is_told(wrong: str, right: str) -> None:
    assert mistake(wrong) == f"nobody observes {wrong!r}; did you mean {right!r}?"


def test_what_another_task_observes_is_refused() -> None:
    ridge = {"task": "regression", "training": {"estimator": "sklearn.linear_model.Ridge"}}
    text = mistake("demographic_parity_ratio.sex", **ridge)
    assert text == "'demographic_parity_ratio.sex' is observed for task: binary, not for regression"
    text = mistake("improvement_over_baseline.log_loss", **ridge)
    assert text.startswith("'log_loss' is no metric of a regression model; expected mean_absolute_error, ")


def test_slices_are_asked_of_a_spec_that_names_some() -> None:
    text = mistake("worst_slice_gap.log_loss")
    assert text.endswith("the spec names none: write evaluation.slices: [<column>, …]")
    assert mistake("worst_slice_gap.log_loss", evaluation=SLICED) == ""
    assert mistake("slice.log_loss.age:5 to 7", evaluation=SLICED) == ""
    assert mistake("slice.log_loss.plam:basic", evaluation=SLICED) == (
        "'plam' is none of evaluation.slices; did you mean 'plan'?"
    )


def test_a_median_is_not_asked_of_slices() -> None:
    ridge = {"task": "regression", "training": {"estimator": "sklearn.linear_model.Ridge"}, "evaluation": SLICED}
    assert "ask for mean_absolute_error" in mistake("worst_slice.median_absolute_error", **ridge)


def test_the_file_and_the_line_are_named_when_the_spec_is_read(tmp_path: Path) -> None:
    bounds = "gates:\n  bounds:\n    - observation: demographic_parity_diference.sex\n      at_most: 0.05\n"
    path = write(tmp_path, MINIMAL + bounds)
    with pytest.raises(SpecError) as refused:
        read_spec(path)
    (line,) = refused.value.problems
    assert line.startswith(f"{path}:11: gates.bounds[0].observation: nobody observes ")
