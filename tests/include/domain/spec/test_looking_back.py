from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from include.domain.spec import ModelSpec
from include.domain.spec.looking_back import history_start, keeping_gaps, lags_in, steady_series
from tests.specs import a_spec

LAG = {"do": "lag", "column": "sales", "by": ["store", "item"], "periods": [1, 2], "every": "month"}


def looking_back(*steps: dict[str, Any], **parts: Any) -> ModelSpec:
    data = {"source": "sales.csv", "target": "sales", "time": "at", **parts.pop("data", {})}
    ridge = {"estimator": "sklearn.linear_model.Ridge"}
    return a_spec(task="regression", data=data, training=ridge, cleaning=steps, **parts)


def test_a_lag_of_a_lag_needs_the_history_of_both() -> None:
    other = {"do": "lag", "column": "sales_lag_1", "by": ["store"], "periods": [10], "every": "day"}
    start = datetime(2018, 3, 15, tzinfo=UTC)
    assert history_start(looking_back(LAG).cleaning, start) == datetime(2018, 1, 1, tzinfo=UTC)
    assert history_start(looking_back(LAG, other).cleaning, start) == datetime(2017, 12, 22, tzinfo=UTC)
    assert history_start((), start) == start


def test_rows_that_are_scored_are_kept_for_what_was_not_before_them() -> None:
    trim, lag = looking_back({"do": "trim", "columns": ["item"]}, {**LAG, "gaps": "drop"}).cleaning
    kept = keeping_gaps([trim, lag])
    assert kept == (trim, lag.model_copy(update={"gaps": "keep"}))
    assert kept[1] != lag


def test_a_series_is_steady_in_columns_that_all_lags_share_and_no_step_changes() -> None:
    other = {**LAG, "column": "price", "by": ["store", "item", "size"]}
    assert steady_series(looking_back(LAG, other).cleaning) == ("item", "store")
    trimmed = {"do": "trim", "columns": ["item"]}
    made = {"do": "derive", "column": "store", "expression": "upper(store)"}
    assert steady_series(looking_back(trimmed, LAG).cleaning) == ("store",)
    assert steady_series(looking_back(made, LAG).cleaning) == ("item",)
    assert steady_series(()) == ()


@pytest.mark.parametrize(
    ("steps", "parts", "message"),
    [
        ([LAG], {"data": {"time": None}}, r"cleaning\[0\] \(lag\) needs data.time"),
        ([LAG], {"data": {"label_delay": "35d"}}, "looks back by less than data.label_delay"),
        ([{**LAG, "every": "day"}], {"data": {"label_delay": "2d"}}, "sales_lag_1 looks back by less than"),
        ([{**LAG, "column": "price", "by": ["sales"]}], {}, "by names the target 'sales', which nobody knows"),
        ([LAG, {"do": "label", "expression": "x"}], {}, "computed by a label step"),
        ([LAG], {"data": {"source": "s_{window_start:%Y-%m}.csv"}}, r"leads to the window only: write a glob"),
        ([LAG], {"scoring": {"source": "s_{window_end:%Y-%m}.csv"}}, r"leads to the window only: write a glob"),
    ],
)
def test_a_lag_that_could_not_be_told_when_rows_are_scored_is_refused(
    steps: list[dict[str, Any]], parts: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        looking_back(*steps, **parts)


def test_a_lag_behind_the_delay_of_the_label_may_look_at_the_target() -> None:
    spec = looking_back({**LAG, "periods": [2]}, data={"label_delay": "35d"})
    assert [step.made for step in lags_in(spec.cleaning)] == [("sales_lag_2",)]
    assert lags_in(looking_back({**LAG, "column": "price"}, data={"label_delay": "35d"}).cleaning)


def test_a_lag_as_long_as_the_delay_of_the_label_may_look_at_the_target_and_a_shorter_one_is_told_what_to_do() -> None:
    daily = {**LAG, "every": "day"}
    assert lags_in(looking_back({**daily, "periods": [2]}, data={"label_delay": "2d"}).cleaning)
    told = (
        r"cleaning\[0\] \(lag\): sales_lag_1 looks back by less than data\.label_delay: by then the target of that row "
        r"is not known yet; look further back \["
    )
    with pytest.raises(ValidationError, match=told):
        looking_back(daily, data={"label_delay": "2d"})


def test_every_lag_is_checked_wherever_it_stands() -> None:
    trim = {"do": "trim", "columns": ["item"]}
    with pytest.raises(ValidationError, match=r"cleaning\[1\] \(lag\): by names the target"):
        looking_back(trim, {**LAG, "column": "price", "by": ["sales"]})


def test_a_lag_of_a_label_is_told_where_to_look_instead() -> None:
    told = "which rows that are scored do not go through: look back at a column of the source"
    with pytest.raises(ValidationError, match=told):
        looking_back(LAG, {"do": "label", "expression": "x"})


def test_a_column_that_any_step_changes_is_not_steady() -> None:
    trims = [{"do": "trim", "columns": [column]} for column in ("item", "store")]
    assert steady_series(looking_back(*trims, LAG).cleaning) == ()
