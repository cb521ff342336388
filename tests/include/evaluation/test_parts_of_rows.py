from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import DataError
from include.domain.spec import SliceSpec
from include.evaluation.parts_of_rows import parts_by

FRAME = pd.DataFrame(
    {
        "plan": pd.Series(["basic", None, "family", "basic"], dtype="str"),
        "age": [20.0, np.nan, 40.0, 60.0],
        "paid": pd.array([True, False, None, True], dtype="boolean"),
        "kind": pd.Categorical(["b", "a", "b", None]),
    }
)


def sizes(column: str, quantiles: int | None = None, frame: pd.DataFrame = FRAME) -> dict[str, int]:
    return {part.name: len(part) for part in parts_by(frame, SliceSpec(column=column, quantiles=quantiles))}


def test_every_value_is_a_part_and_what_is_missing_is_one_too() -> None:
    assert sizes("plan") == {"plan:basic": 2, "plan:family": 1, "plan:missing": 1}
    assert sizes("paid") == {"paid:False": 1, "paid:True": 2, "paid:missing": 1}
    assert sizes("kind") == {"kind:a": 1, "kind:b": 2, "kind:missing": 1}


def test_a_value_called_missing_is_not_taken_for_none() -> None:
    frame = pd.DataFrame({"plan": ["missing", None]})
    assert sizes("plan", frame=frame) == {"plan:missing": 1, "plan:missing (no value)": 1}


def test_every_row_is_in_exactly_one_part() -> None:
    frame = pd.DataFrame({"age": np.random.default_rng(7).integers(17, 90, 1_000).astype(float)})
    frame.iloc[:20] = np.nan
    for quantiles in (None, 2, 7, 20):
        rows = np.concatenate([part.rows for part in parts_by(frame, SliceSpec(column="age", quantiles=quantiles))])
        assert sorted(rows) == list(range(1_000))


def test_quantiles_hold_about_as_many_rows_each() -> None:
    frame = pd.DataFrame({"age": np.random.default_rng(7).normal(40, 10, 1_000)})
    assert list(sizes("age", 4, frame).values()) == [250, 250, 250, 250]


def test_quantiles_that_coincide_are_one_part() -> None:
    frame = pd.DataFrame({"gain": [0.0] * 90 + [5.0] * 10})
    assert sizes("gain", 4, frame) == {"gain:0 to 5": 100}
    assert sizes("gain", 4, frame.head(10)) == {"gain:0 to 0": 10}


def test_too_many_values_are_refused_with_what_to_do() -> None:
    frame = pd.DataFrame({"age": np.arange(500.0), "name": [f"n{i}" for i in range(500)]})
    with pytest.raises(DataError, match=r"'age' has 500 values, 200 at most.*quantiles: 4"):
        sizes("age", frame=frame)
    with pytest.raises(DataError, match=r"'name' has 500 values.*derive a coarser one"):
        sizes("name", frame=frame)


def test_text_has_no_quantiles_and_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(DataError, match="'plan' has no quantiles"):
        sizes("plan", 4)
    with pytest.raises(DataError, match="'sex' divides the rows that judge, and is no column of them: plan, age"):
        sizes("sex")
