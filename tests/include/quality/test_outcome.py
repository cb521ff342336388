from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from include.domain.spec import Expectation
from include.quality.outcome import Outcome, failing_rows_of, outcome_of

FARE = Expectation(type="expect_column_values_to_be_between", kwargs={"column": "fare", "min_value": 0})
SOUND = {"raised_exception": False, "exception_message": None}


def _said(success: bool, info: dict[str, Any] = SOUND, **result: Any) -> Any:
    return SimpleNamespace(success=success, result=result, exception_info=info)


def test_silence_is_a_failure() -> None:
    outcome = outcome_of(FARE, None)
    assert (outcome.met, outcome.answered) == (False, False)
    assert outcome.observed == "Great Expectations gave no answer"


@pytest.mark.parametrize(
    "info",
    [
        {"raised_exception": True, "exception_message": "no\n column", "exception_traceback": "…"},
        {"metric a": {"raised_exception": True, "exception_message": "no column"}, "metric b": "?"},
        {f"metric {i}": {"raised_exception": True, "exception_message": "no column"} for i in range(3)},
    ],
    ids=["flat", "by metric", "the same of three metrics"],
)
def test_an_exception_is_a_failure_with_its_message_in_one_line(info: dict[str, Any]) -> None:
    outcome = outcome_of(FARE, _said(True, info))
    assert (outcome.met, outcome.answered) == (False, False)
    assert outcome.observed == "could not be judged: no column"


def test_only_an_expectation_about_rows_counts_rows_that_fail() -> None:
    assert failing_rows_of(_said(False, element_count=9, unexpected_count=4)) == 4
    assert failing_rows_of(_said(False, observed_value=[1, 2], unexpected_count=1)) == 0
    assert failing_rows_of(None) == 0


def test_a_long_message_is_cut() -> None:
    info = {"raised_exception": True, "exception_message": "x" * 5000}
    assert len(outcome_of(FARE, _said(False, info)).observed) < 350


def test_failing_rows_are_taken_by_their_places() -> None:
    outcome = outcome_of(FARE, _said(False, element_count=9, missing_count=0, unexpected_index_list=[7, 2]))
    assert (outcome.met, outcome.answered, outcome.rows) == (False, True, 9)
    assert outcome.failing.tolist() == [7, 2]


@pytest.mark.parametrize(
    ("result", "why"),
    [
        ({"element_count": 4, "missing_count": 4}, "all 4 values are missing"),
        ({"element_count": 0, "missing_count": 0}, "there are no rows"),
        ({"element_count": 0}, "there are no rows"),
    ],
)
def test_an_expectation_that_met_no_value_has_shown_nothing(result: dict[str, Any], why: str) -> None:
    outcome = outcome_of(FARE, _said(True, **result))
    assert not outcome.met
    assert outcome.observed == f"looked at no value: {why}"


def test_a_condition_that_selects_no_rows_is_true_of_all_of_them() -> None:
    conditional = FARE.model_copy(update={"kwargs": {**FARE.kwargs, "row_condition": "plan == 'x'"}})
    assert outcome_of(conditional, _said(True, element_count=0, missing_count=0)).met


def test_what_was_seen_of_a_column_is_told_without_scalars_of_numpy() -> None:
    said = _said(False, observed_value={"quantiles": [0.5], "values": [np.float64(1 / 3)]})
    assert outcome_of(FARE, said).observed == "saw {'quantiles': ['0.5'], 'values': ['0.3333333333']}"


def test_after_every_failing_row_is_set_aside_nothing_fails() -> None:
    outcome = Outcome(FARE, met=False, rows=9, failing=np.array([1, 4])).with_rows_set_aside()
    assert (outcome.met, outcome.set_aside) == (True, 2)
