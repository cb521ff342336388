from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.spec import Expectation
from include.quality.outcome import Outcome
from include.quality.wording import sentence, share

BETWEEN = "expect_column_values_to_be_between"


def test_a_failure_says_column_count_share_bounds_reason_and_rows() -> None:
    fare = Expectation(
        type=BETWEEN, name="fare", kwargs={"column": "fare_amount", "max_value": 500.0}, because="of law"
    )
    outcome = Outcome(fare, met=False, rows=10_000, failing=np.arange(11))
    assert sentence(outcome, ["900 (row 1)", "800 (row 2)"]) == (
        "fare: column fare_amount; 11 of 10,000 rows (0.11 %); asked max_value 500; because of law; "
        "for example 900 (row 1), 800 (row 2)"
    )


def test_rows_that_were_set_aside_are_called_so() -> None:
    fare = Expectation(type=BETWEEN, kwargs={"column": "fare", "min_value": 0}, quarantine=True)
    outcome = Outcome(fare, met=False, rows=100, failing=np.arange(2)).with_rows_set_aside()
    assert "2 of 100 rows set aside (2 %)" in sentence(outcome, [])


def test_what_is_not_required_is_called_so() -> None:
    mean = Expectation(type="expect_column_mean_to_be_between", kwargs={"column": "a", "max_value": 1}, required=False)
    text = sentence(Outcome(mean, met=False, observed="saw 3"), [])
    assert text == "column_mean_to_be_between.a (not required): column a; saw 3; asked max_value 1"


def test_long_lists_of_arguments_are_cut() -> None:
    many = Expectation(type="expect_column_values_to_be_in_set", kwargs={"column": "a", "value_set": list(range(9999))})
    assert len(sentence(Outcome(many, met=False), [])) < 300


def test_an_expectation_without_anything_to_say_is_not_met() -> None:
    assert sentence(Outcome(Expectation(type="expect_x"), met=False), []) == "x: not met"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "0 %"), (1, 1, "100 %"), (9_997, 10_000, "99.97 %"), (1, 3, "33.33 %"), (1, 10_000_000, "1e-05 %")],
)
def test_shares_are_short(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


@given(st.integers(1, 10**9))
def test_a_share_is_never_rounded_to_nothing(whole: int) -> None:
    assert float(share(1, whole).removesuffix(" %")) > 0
