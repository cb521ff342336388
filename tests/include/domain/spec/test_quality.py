from __future__ import annotations

import pytest
from pydantic import ValidationError

from include.domain.spec import Expectation, QualitySpec, Suite


@pytest.mark.parametrize(
    ("kwargs", "title"),
    [
        ({"column": "a"}, "column_values_to_be_between.a"),
        ({"column_A": "a", "column_B": "b"}, "column_values_to_be_between.a.b"),
        ({"column_list": ["a", "b"]}, "column_values_to_be_between.a.b"),
        ({"column_set": ["fare", "tip"]}, "column_values_to_be_between.fare.tip"),
        ({"column": "fare"}, "column_values_to_be_between.fare"),
        ({}, "column_values_to_be_between"),
    ],
)
def test_a_title_names_what_is_expected_of_which_column(kwargs: dict[str, object], title: str) -> None:
    assert Expectation(type="expect_column_values_to_be_between", kwargs=kwargs).title == title


def test_a_name_of_its_own_wins() -> None:
    assert Expectation(type="expect_column_to_exist", name="fare is there").title == "fare is there"


def test_two_expectations_of_one_title_are_refused() -> None:
    twice = Expectation(type="expect_column_to_exist", kwargs={"column": "a"})
    with pytest.raises(ValidationError, match=r"two expectations are called 'column_to_exist.a'"):
        Suite(expectations=(twice, twice))
    Suite(expectations=(twice, twice.model_copy(update={"name": "again"})))


@pytest.mark.parametrize("name", ["column_to_exist", "expect_Column", "expect_"])
def test_an_expectation_is_spelled_as_great_expectations_does(name: str) -> None:
    with pytest.raises(ValidationError):
        Expectation(type=name)


@pytest.mark.parametrize(
    "wrong", [{"rows_at_least": 0}, {"quarantine": {"at_most_share": 1.1}}, {"reference": {"at_most": 0}}]
)
def test_limits_that_limit_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QualitySpec.model_validate(wrong)
