from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from include.training.column_kinds import kind_of


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, 2]),
        pd.Series([1.5, np.nan]),
        pd.Series([True, False]),
        pd.Series([1, None], dtype="Int64"),
        pd.Series([True, None], dtype="boolean"),
        pd.Series([True, None], dtype=object),
        pd.Series([Decimal("1.5"), None], dtype=object),
        pd.Series([1, 2.5, None], dtype=object),
    ],
)
def test_amounts_and_booleans_are_numeric(column: pd.Series) -> None:
    assert kind_of(column) == "numeric"


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["a", None], dtype="str"),
        pd.Series(["a", pd.NA], dtype="string"),
        pd.Series(["a", None], dtype=object),
        pd.Series(["a", "b"], dtype="category"),
        pd.Series([1, 2], dtype="category"),
        pd.Series([None, None], dtype=object),
    ],
)
def test_text_and_categories_are_categorical(column: pd.Series) -> None:
    assert kind_of(column) == "categorical"


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.to_datetime(["2026-01-01", None])),
        pd.Series(pd.to_datetime(["2026-01-01"], utc=True)),
        pd.Series([date(2026, 1, 1), None]),
        pd.Series([time(12), None]),
        pd.Series([timedelta(days=1)]),
    ],
)
def test_dates_times_and_spans_are_moments(column: pd.Series) -> None:
    assert kind_of(column) == "time"


@pytest.mark.parametrize("column", [pd.Series([[1], [2]]), pd.Series([1 + 2j]), pd.Series([1, "a"]), pd.Series([b"a"])])
def test_what_no_model_reads_is_told_apart(column: pd.Series) -> None:
    assert kind_of(column) == "other"
