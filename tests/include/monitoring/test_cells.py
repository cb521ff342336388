from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.monitoring.cells import COLUMNS_AT_ONCE, count_cells
from include.monitoring.engine import double, rows_of, types_of

NUMBERS = st.one_of(st.sampled_from([-np.inf, -1.0, -0.0, 0.0, 1.0, np.inf, np.nan]), st.floats(width=32))


def counted(path: Path, rows: pd.DataFrame, edges: list[float]) -> list[tuple[int, ...]]:
    rows.to_parquet(path)
    with rows_of([path]) as connection:
        types = types_of(connection)
        return count_cells(connection, [(double(name, types[name]), edges) for name in rows])


@settings(max_examples=30, deadline=None)
@given(values=st.lists(NUMBERS, max_size=40), edges=st.sets(st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0]), min_size=1))
def test_cells_are_those_of_numpy(
    values: list[float], edges: set[float], tmp_path_factory: pytest.TempPathFactory
) -> None:
    upper = sorted(edges)
    known = [value for value in values if not np.isnan(value)]
    expected = np.histogram(known, [-np.inf, *np.nextafter(upper, np.inf), np.inf])[0]
    path = tmp_path_factory.mktemp("cells") / "rows.parquet"
    assert counted(path, pd.DataFrame({"x": pd.Series(values, dtype="float64")}), upper) == [tuple(expected)]


def test_every_column_gets_its_own_counts_however_many_there_are(tmp_path: Path) -> None:
    rows = pd.DataFrame({f"c{i}": np.arange(40_000) % 100 < i for i in range(2 * COLUMNS_AT_ONCE + 1)}).astype(int)
    rows["gaps"] = pd.Series([None, 7] * 20_000, dtype="Int64")
    rows["words"] = "many"
    *ones, gaps, words = counted(tmp_path / "rows.parquet", rows, [0.0])
    assert ones == [(40_000 - 400 * i, 400 * i) for i in range(len(ones))]
    assert (gaps, words) == ((0, 20_000), (0, 0))
