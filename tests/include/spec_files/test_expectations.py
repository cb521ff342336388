from __future__ import annotations

from typing import Any

from include.domain.spec import ModelSpec
from include.spec_files.expectations import expectation_mistakes


def asking(**expectation: Any) -> ModelSpec:
    return ModelSpec(
        name="churn",
        owner="growth",
        task="regression",
        data={"source": "a.csv", "target": "y"},
        training={"estimator": "sklearn.linear_model.Ridge"},
        quality={"clean": {"expectations": [expectation]}},
    )


def test_a_right_expectation_is_left_alone() -> None:
    kwargs = {"column": "a", "min_value": 0, "mostly": 0.9}
    assert expectation_mistakes(asking(type="expect_column_values_to_be_between", kwargs=kwargs)) == []


def test_a_mistyped_name_is_corrected() -> None:
    ((path, sentence),) = expectation_mistakes(asking(type="expect_column_value_to_be_betwen"))
    assert path == ("quality", "clean", "expectations", 0, "type")
    assert sentence == "no such expectation; did you mean 'expect_column_values_to_be_between'?"


def test_a_mistyped_argument_is_corrected() -> None:
    kwargs = {"column": "a", "min_valu": 0}
    ((path, sentence),) = expectation_mistakes(asking(type="expect_column_values_to_be_between", kwargs=kwargs))
    assert path[-2:] == ("kwargs", "min_valu")
    assert sentence.endswith("did you mean 'min_value'?")


def test_an_expectation_about_a_column_names_it() -> None:
    ((path, sentence),) = expectation_mistakes(asking(type="expect_column_values_to_be_unique"))
    assert path[-1] == "column"
    assert sentence.startswith("missing")
