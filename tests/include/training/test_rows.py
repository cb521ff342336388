from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import DataError
from include.training.rows import divide
from tests.include.training.examples import churn, customers, split
from tests.specs import a_spec

TUNED = churn(tuning={"space": {"C": {"kind": "float", "low": 0.1, "high": 1}}})


def test_every_row_is_learned_from_validates_or_judges() -> None:
    frame = customers()
    rows = divide(churn(), frame, split(frame))
    assert len(rows.fitted) == 160
    assert len(rows.searching) == 120
    assert len(rows.validation) == len(rows.holdout) == 40
    named = np.concatenate([rows.searching.hashes, rows.validation.hashes, rows.holdout])
    assert sorted(named) == sorted(frame.index)


def test_rows_keep_the_order_of_the_frame() -> None:
    frame = customers()
    rows = divide(churn(), frame, split(frame))
    assert rows.fitted.hashes.tolist() == [row for row, part in split(frame).items() if part != "holdout"]


def test_the_values_of_the_holdout_are_not_looked_at() -> None:
    frame, parts = customers(), split(customers())
    spoiled = frame.copy()
    spoiled.loc[parts == "holdout", "age"] = np.inf
    spoiled.loc[parts == "holdout", "left"] = None
    pd.testing.assert_frame_equal(
        divide(churn(), spoiled, parts).fitted.features, divide(churn(), frame, parts).fitted.features
    )


def test_embargoed_rows_neither_teach_nor_judge() -> None:
    frame, parts = customers(), split(customers())
    parts.iloc[:20] = "embargoed"
    frame.iloc[:20, frame.columns.get_loc("left")] = None
    rows = divide(churn(), frame, parts)
    assert not np.isin(frame.index[:20], np.concatenate([rows.fitted.hashes, rows.holdout])).any()


def test_a_split_in_another_order_is_matched_by_row_hash() -> None:
    frame = customers()
    turned = split(frame).iloc[::-1]
    assert np.array_equal(divide(churn(), frame, turned).holdout, divide(churn(), frame, split(frame)).holdout)


def test_equal_rows_share_a_hash_and_a_part() -> None:
    frame = pd.concat([customers(50), customers(50)])
    parts = pd.concat([split(customers(50))] * 2)
    rows = divide(churn(), frame, parts.sort_index())
    assert len(rows.fitted) == 80
    assert len(rows.holdout) == 20


def test_a_row_that_the_split_does_not_know_stops_the_work() -> None:
    with pytest.raises(DataError, match="the split says nothing of 5 rows"):
        divide(churn(), customers(), split(customers()).iloc[5:])


def test_a_missing_target_stops_the_work_unless_the_label_is_still_to_come() -> None:
    frame, parts = customers(), split(customers())
    frame.loc[frame.index[2], "left"] = None
    with pytest.raises(DataError, match=r"'left': 1 rows to learn from have none.*quarantine: true"):
        divide(churn(), frame, parts)
    later = a_spec(cleaning=[{"do": "label", "expression": "1"}])
    assert len(divide(later, frame, parts).fitted) == 159


def test_a_target_that_is_no_column_is_told() -> None:
    with pytest.raises(DataError, match="target 'left' is no column"):
        divide(churn(), customers().drop(columns="left"), split(customers()))


def test_tuning_needs_validation_rows() -> None:
    parts = split(customers()).replace("validation", "training")
    with pytest.raises(DataError, match="tuning needs validation rows"):
        divide(TUNED, customers(), parts)


def test_nothing_to_learn_from_is_told() -> None:
    with pytest.raises(DataError, match="no row is left to train on"):
        divide(churn(), customers(), pd.Series("holdout", index=customers().index))


def test_one_class_among_the_rows_of_the_search_is_told_before_any_fit() -> None:
    frame, parts = customers(), split(customers())
    frame.loc[parts == "training", "left"] = "yes"
    divide(churn(), frame, parts)
    with pytest.raises(DataError, match=r"needs two classes|no class of"):
        divide(TUNED.model_copy(update={"data": a_spec().data}), frame, parts)
